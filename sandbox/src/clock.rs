//! The sandbox's clock: real time, set ahead, frozen, or being advanced.

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, UtcDateTime, format_description::well_known::Rfc3339};

/// A time, in milliseconds since 1970 (UTC).
pub type Millis = i64;

/// Milliseconds in a minute.
pub const MINUTE: Millis = 60_000;
/// Milliseconds in a day.
pub const DAY: Millis = 24 * 60 * MINUTE;
/// The last millisecond of the year 9999, where the clock stops: RFC 3339 has no later years.
pub const END: Millis = 253_402_300_799_999;

/// The sandbox's time, derived from the real time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clock {
    /// Real time with an offset.
    Running {
        /// Milliseconds ahead of the real time.
        ahead: Millis,
    },
    /// A fixed time.
    Frozen {
        /// That time.
        at: Millis,
    },
    /// Advancing from one event to the next, each processed at its own time.
    Advancing {
        /// The time being processed.
        at: Millis,
        /// The time at which the advance ends.
        until: Millis,
        /// Whether the clock is frozen afterwards.
        then_frozen: bool,
    },
}

impl Clock {
    /// Returns the sandbox's time at a real time.
    pub fn now(&self, real: Millis) -> Millis {
        match self {
            Clock::Running { ahead } => real.saturating_add(*ahead),
            Clock::Frozen { at } | Clock::Advancing { at, .. } => *at,
        }
    }

    /// Whether the clock is frozen, apart from an advance.
    pub fn is_frozen(&self) -> bool {
        match self {
            Clock::Running { .. } => false,
            Clock::Frozen { .. } => true,
            Clock::Advancing { then_frozen, .. } => *then_frozen,
        }
    }
}

/// Formats a time as RFC 3339 in UTC, such as `2026-01-31T12:00:00.5Z`; a time after the end of the clock as that end.
pub fn rfc3339(at: Millis) -> String {
    UtcDateTime::from_unix_timestamp_nanos(i128::from(at.min(END)).saturating_mul(1_000_000))
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_else(|| format!("{at} ms"))
}

/// Serialises a time as RFC 3339 text, and `None` as `null`.
pub fn serialize<S: Serializer>(at: &(impl Copy + Into<Option<Millis>>), serializer: S) -> Result<S::Ok, S::Error> {
    (*at).into().map(rfc3339).serialize(serializer)
}

/// Parses RFC 3339 text.
pub fn parse_rfc3339(text: &str) -> Option<Millis> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Millis::try_from(moment.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

/// Returns the day of a time in UTC, counted from 1970-01-01.
pub fn day(at: Millis) -> i64 {
    at.div_euclid(DAY)
}

/// Parses a calendar date `YYYY-MM-DD` as a day counted from 1970-01-01. `None` if there is no such date.
pub fn parse_date(text: &str) -> Option<i64> {
    let has_form = text.len() == 10
        && text.bytes().enumerate().all(
            |(at, byte)| {
                if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() }
            },
        );
    // The day is that of the date's midnight.
    has_form.then(|| parse_rfc3339(&format!("{text}T00:00:00Z"))).flatten().map(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calendar_dates_are_parsed() {
        assert_eq!(parse_date("1970-01-01"), Some(0));
        assert_eq!(parse_date("2024-02-29"), Some(19_782));
        for bad in ["2023-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-01-01T", "2026/01/01", ""] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn formatted_times_are_parsed_again() {
        let moment = parse_rfc3339("2026-11-22T13:17:07.25Z").unwrap();
        assert_eq!(rfc3339(moment), "2026-11-22T13:17:07.25Z");
        assert_eq!(parse_rfc3339("2026-11-22T14:17:07.25+01:00"), Some(moment));
        assert_eq!(rfc3339(END), "9999-12-31T23:59:59.999Z");
    }
}
