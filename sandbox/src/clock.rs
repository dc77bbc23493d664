//! The sandbox's clock: the real one, set ahead, frozen, or on its way through an advance.

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, UtcDateTime, format_description::well_known::Rfc3339};

/// A moment, in milliseconds since 1970 (UTC).
pub type Millis = i64;

/// Milliseconds in a minute.
pub const MINUTE: Millis = 60_000;
/// Milliseconds in a day.
pub const DAY: Millis = 24 * 60 * MINUTE;

/// How the sandbox's time follows from the real time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clock {
    /// Real time and a bit more.
    Running {
        /// Milliseconds ahead of the real time.
        ahead: Millis,
    },
    /// Always the same moment.
    Frozen {
        /// That moment.
        at: Millis,
    },
    /// Going from one thing that is due to the next, each processed at its own moment.
    Advancing {
        /// The moment being processed.
        at: Millis,
        /// Where the advance ends.
        until: Millis,
        /// Whether the clock stands still afterwards.
        then_frozen: bool,
    },
}

impl Clock {
    /// The sandbox's time at a real time.
    pub fn now(&self, real: Millis) -> Millis {
        match self {
            Clock::Running { ahead } => real.saturating_add(*ahead),
            Clock::Frozen { at } | Clock::Advancing { at, .. } => *at,
        }
    }

    /// Whether it stands still when nobody advances it.
    pub fn is_frozen(&self) -> bool {
        match self {
            Clock::Running { .. } => false,
            Clock::Frozen { .. } => true,
            Clock::Advancing { then_frozen, .. } => *then_frozen,
        }
    }
}

/// A moment as RFC 3339 text in UTC, such as `2026-01-31T12:00:00.5Z`.
pub fn rfc3339(at: Millis) -> String {
    UtcDateTime::from_unix_timestamp_nanos(i128::from(at).saturating_mul(1_000_000))
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_else(|| format!("{at} ms"))
}

/// Writes a moment as RFC 3339 text, and none as `null`.
pub fn serialize<S: Serializer>(at: &(impl Copy + Into<Option<Millis>>), serializer: S) -> Result<S::Ok, S::Error> {
    (*at).into().map(rfc3339).serialize(serializer)
}

/// Reads RFC 3339 text.
pub fn parse_rfc3339(text: &str) -> Option<Millis> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Millis::try_from(moment.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

/// The day of a moment in UTC, counted from 1970-01-01.
pub fn day(at: Millis) -> i64 {
    at.div_euclid(DAY)
}

/// Reads a calendar date `YYYY-MM-DD` as a day counted from 1970-01-01; `None` if there is no such date.
pub fn parse_date(text: &str) -> Option<i64> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(
            |(at, byte)| {
                if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() }
            },
        );
    // A date is read as its midnight.
    shaped.then(|| parse_rfc3339(&format!("{text}T00:00:00Z"))).flatten().map(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_calendar_dates_only() {
        assert_eq!(parse_date("1970-01-01"), Some(0));
        assert_eq!(parse_date("2024-02-29"), Some(19_782));
        for bad in ["2023-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-01-01T", "2026/01/01", ""] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        let moment = parse_rfc3339("2026-11-22T13:17:07.25Z").unwrap();
        assert_eq!(rfc3339(moment), "2026-11-22T13:17:07.25Z");
        assert_eq!(parse_rfc3339("2026-11-22T14:17:07.25+01:00"), Some(moment));
    }
}
