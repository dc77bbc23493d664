//! The settings of the inbox.

use core::time::Duration;

use super::webhook::Webhook;

/// The default of `INBOX_RETENTION_DAYS`.
const RETENTION: Duration = Duration::from_secs(30 * 86_400);

/// The default of `CALLBACK_SILENCE_HOURS`.
const SILENCE_HOURS: u64 = 24;

/// The maximum of `CALLBACK_SILENCE_HOURS`, 30 days. Older notes are deleted.
pub(super) const LONGEST_SILENCE_HOURS: u64 = 30 * 24;

/// The factor of every backoff, in millionths: the setting `DELIVERY_BACKOFF_SCALE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale(u64);

impl Scale {
    /// Parses a decimal above zero, up to 10.
    pub fn read(text: &str) -> Result<Self, String> {
        match millionths(text.trim()) {
            Some(scale @ 1..=10_000_000) => Ok(Self(scale)),
            _ => Err("is not a decimal above 0, up to 10, such as 0.001".to_owned()),
        }
    }

    pub(super) fn of(self, span: Duration) -> Duration {
        let micros = u128::from(self.0).saturating_mul(span.as_micros()) / 1_000_000;
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

impl Default for Scale {
    fn default() -> Self {
        Self(1_000_000)
    }
}

/// How long bodies are kept: the setting `INBOX_RETENTION_DAYS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention(Duration);

impl Retention {
    /// The maximum: ten years.
    pub const LONGEST: Self = Self(Duration::from_secs(3_650 * 86_400));

    /// Parses a decimal number of days above zero, up to 3,650.
    pub fn read(text: &str) -> Result<Self, String> {
        match millionths(text.trim()) {
            // A millionth of a day is 86,400 µs.
            Some(days @ 1..=3_650_000_000) => Ok(Self(Duration::from_micros(days * 86_400))),
            _ => Err("is not a decimal number of days above 0, up to 3650, such as 30".to_owned()),
        }
    }

    /// Returns the duration.
    pub fn span(self) -> Duration {
        self.0
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self(RETENTION)
    }
}

/// How long creations without a callback are normal: the setting `CALLBACK_SILENCE_HOURS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// The number of hours.
    pub hours: u64,
}

impl Silence {
    /// Parses a whole number of hours from 1 to 720.
    pub fn read(text: &str) -> Result<Self, String> {
        match text.trim().parse() {
            Ok(hours @ 1..=LONGEST_SILENCE_HOURS) => Ok(Self { hours }),
            _ => Err(format!("is not a whole number of hours from 1 to {LONGEST_SILENCE_HOURS}")),
        }
    }

    /// Returns the duration.
    pub fn span(self) -> Duration {
        Duration::from_hours(self.hours)
    }
}

impl Default for Silence {
    fn default() -> Self {
        Self { hours: SILENCE_HOURS }
    }
}

/// The settings of the inbox.
#[derive(Clone, Default)]
pub struct Inbox {
    /// The merchant's endpoint. Without it, events are only listed.
    pub webhook: Option<Webhook>,
    /// The factor of every backoff.
    pub scale: Scale,
    /// How long bodies are kept.
    pub retention: Retention,
    /// How long creations without a callback are normal.
    pub silence: Silence,
}

/// Parses digits with at most one point and at most six decimals, as millionths.
fn millionths(text: &str) -> Option<u64> {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && places.is_empty()) || places.len() > 6 || !digits(whole) || !digits(places) {
        return None;
    }
    format!("{whole}{places:0<6}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_parsed_exactly() {
        assert_eq!(Scale::read("0.001").unwrap().of(Duration::from_secs(5)), Duration::from_millis(5));
        assert_eq!(Scale::default().of(Duration::from_secs(5)), Duration::from_secs(5));
        assert_eq!(Retention::read(" 1 ").unwrap().span(), Duration::from_secs(86_400));
        assert_eq!(Retention::read("0.00001").unwrap().span(), Duration::from_millis(864));
        for wrong in ["", "0", "0.0000001", "-1", "soon", "3651"] {
            assert!(Retention::read(wrong).is_err() && Scale::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn decimals_are_parsed_exactly_or_rejected() {
        for (text, expected) in [
            ("1", Some(1_000_000)),
            ("0.001", Some(1_000)),
            (".5", Some(500_000)),
            ("30", Some(30_000_000)),
            ("2.000001", Some(2_000_001)),
            ("0", Some(0)),
            ("", None),
            (".", None),
            ("1e3", None),
            ("-1", None),
            ("+1", None),
            ("1.0000001", None),
            ("1,5", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(millionths(text), expected, "{text}");
        }
    }
}
