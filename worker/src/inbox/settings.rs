//! The settings of the inbox.

use core::time::Duration;

use super::webhook::Webhook;

/// `INBOX_RETENTION_DAYS` when it is not set.
const RETENTION: Duration = Duration::from_secs(30 * 86_400);

/// What every backoff is multiplied by, in millionths: the setting `DELIVERY_BACKOFF_SCALE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale(u64);

impl Scale {
    /// Reads a decimal above zero, up to 10.
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
    /// Ten years.
    pub const LONGEST: Self = Self(Duration::from_secs(3_650 * 86_400));

    /// Reads a decimal number of days above zero, up to 3,650.
    pub fn read(text: &str) -> Result<Self, String> {
        match millionths(text.trim()) {
            // A millionth of a day has 86.4 ms.
            Some(days @ 1..=3_650_000_000) => Ok(Self(Duration::from_micros(days * 86_400))),
            _ => Err("is not a decimal number of days above 0, up to 3650, such as 30".to_owned()),
        }
    }

    /// As a span of time.
    pub fn span(self) -> Duration {
        self.0
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self(RETENTION)
    }
}

/// How the inbox is set up.
#[derive(Clone, Default)]
pub struct Inbox {
    /// Where events are delivered. Without it they are kept for whoever lists them.
    pub webhook: Option<Webhook>,
    /// What every backoff is multiplied by.
    pub scale: Scale,
    /// How long bodies are kept.
    pub retention: Retention,
}

/// Reads digits with at most one point and at most six places behind it; gives millionths.
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
    fn spans_are_read_exactly() {
        assert_eq!(Scale::read("0.001").unwrap().of(Duration::from_secs(5)), Duration::from_millis(5));
        assert_eq!(Scale::default().of(Duration::from_secs(5)), Duration::from_secs(5));
        assert_eq!(Retention::read(" 1 ").unwrap().span(), Duration::from_secs(86_400));
        assert_eq!(Retention::read("0.00001").unwrap().span(), Duration::from_millis(864));
        for wrong in ["", "0", "0.0000001", "-1", "soon", "3651"] {
            assert!(Retention::read(wrong).is_err() && Scale::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
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
