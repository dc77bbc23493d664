//! Times in the formats of the Durable Objects' databases and of answers.

use core::{ops::Range, time::Duration};

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

/// Parses a time in the format of [`rfc3339`], also without its milliseconds, or a date, which is its first moment.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let text = match text.strip_suffix('Z') {
        Some(text) if text.contains('.') => format!("{text}Z"),
        Some(text) => format!("{text}.000Z"),
        None => format!("{text}T00:00:00.000Z"),
    };
    let number = |range: Range<usize>| text.get(range)?.parse::<i64>().ok();
    // Howard Hinnant's days_from_civil: a year begins in March, so that its leap day is its last one.
    let month = (number(5..7)? + 9) % 12;
    let year = number(0..4)? - month / 10;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (306 * month + 5) / 10 + number(8..10)? - 719_469;
    let seconds = ((days * 24 + number(11..13)?) * 60 + number(14..16)?) * 60 + number(17..19)?;
    let at = seconds * 1000 + number(20..23)?;
    // An invalid time, or another format, has another text.
    (rfc3339(at) == text).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{parse_rfc3339, rfc3339};

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

    #[test]
    fn a_time_is_parsed_from_its_format() {
        for day in 0..100_000_i64 {
            let at = day * 86_400_000 + (day * 7_919) % 86_400_000;
            assert_eq!(parse_rfc3339(&rfc3339(at)), Some(at));
        }
    }

    #[test]
    fn times_are_parsed_strictly() {
        let day = Some(1_709_164_800_000);
        for (text, expected) in [
            ("2024-02-29", day),
            ("2024-02-29T00:00:00Z", day),
            ("2024-02-29T00:00:00.000Z", day),
            ("2024-02-29T23:59:59.007Z", day.map(|day| day + 86_399_007)),
            ("1970-01-01", Some(0)),
            ("2023-02-29", None),
            ("2024-13-01", None),
            ("2024-02-29T24:00:00Z", None),
            ("2024-02-29T00:00:00", None),
            ("2024-02-29 00:00:00Z", None),
            ("2024-02-29T00:00:00+00:00", None),
            ("2024-02-29T00:00:00.0Z", None),
            ("2024-02-29T00:00:00.0000Z", None),
            ("2024-02-+9", None),
            ("2024-2-29", None),
            ("2024-02-29Z", None),
            ("1709164800000", None),
            ("", None),
        ] {
            assert_eq!(parse_rfc3339(text), expected, "{text}");
        }
    }
}
