//! Times in the formats of the Durable Objects' databases and of answers.

use core::time::Duration;

use citrn::Platform;
use time::UtcDateTime;

/// Converts a duration, or a time since the Unix epoch, to milliseconds.
pub fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Returns the time since a moment; zero if the clock was set back.
pub fn elapsed(platform: &impl Platform, since: Duration) -> Duration {
    platform.now().saturating_sub(since)
}

/// Formats a time in milliseconds since the Unix epoch as RFC 3339, in UTC.
pub fn rfc3339(milliseconds: i64) -> String {
    // Only times after the year 9999 fail.
    let time = UtcDateTime::from_unix_timestamp(milliseconds.div_euclid(1000)).unwrap_or(UtcDateTime::MAX);
    let (year, month, day) = (time.year(), u8::from(time.month()), time.day());
    let (hour, minute, second) = time.as_hms();
    let milliseconds = milliseconds.rem_euclid(1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z")
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn times_match_the_output_of_date() {
        // From `date -u -d @...`.
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199, "2024-02-29T23:59:59.000Z"),
            (1_709_251_200, "2024-03-01T00:00:00.000Z"),
            (1_795_305_600, "2026-11-22T00:00:00.000Z"),
            (4_107_542_399, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(rfc3339(seconds * 1000), expected);
        }
        assert_eq!(rfc3339(1_795_305_600_007), "2026-11-22T00:00:00.007Z");
    }
}
