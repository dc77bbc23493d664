//! The header `Retry-After`.

use core::time::Duration;
use std::time::UNIX_EPOCH;

use crate::limits::MAX_RETRY_AFTER;

/// Returns the wait of a `Retry-After`: seconds, or an HTTP date (RFC 9110, section 10.2.3). At most a day.
pub(crate) fn retry_after(header: &str, now: Duration) -> Option<Duration> {
    let header = header.trim();
    let is_number = !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit());
    let wait = match header.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        // The number overflows.
        Err(_) if is_number => Duration::MAX,
        Err(_) => httpdate::parse_http_date(header).ok()?.duration_since(UNIX_EPOCH).ok()?.saturating_sub(now),
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_holds_seconds_or_a_date() {
        let now = Duration::from_secs(784_111_770);
        assert_eq!(retry_after(" 7 ", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(retry_after("-1", now), None);
        for long in ["86401", "18446744073709551615", "99999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(retry_after(long, now), Some(MAX_RETRY_AFTER), "{long}");
        }
    }
}
