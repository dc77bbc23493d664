//! The backoff of failed deliveries.

use core::time::Duration;

use super::settings::Scale;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// The waits after each failed attempt, in seconds: three days in total.
const WAITS: [u64; 15] = [
    5,
    30,
    2 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    4 * HOUR,
    8 * HOUR,
    8 * HOUR,
    8 * HOUR,
    10 * HOUR,
    10 * HOUR,
    10 * HOUR,
    10 * HOUR,
];

/// Returns the wait after `failed` failed attempts, or `None` after the last attempt. `random` spreads the wait between
/// 80 % and 120 %, so that deliveries that failed together are not retried together.
pub(super) fn wait(failed: usize, scale: Scale, random: u32) -> Option<Duration> {
    let seconds = *WAITS.get(failed.checked_sub(1)?)?;
    let spread = 800_000 + u64::from(random % 400_001);
    Some(scale.of(Duration::from_micros(seconds * spread)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_total_three_days() {
        assert!((71 * HOUR..73 * HOUR).contains(&WAITS.iter().sum()));
        assert!(WAITS.is_sorted());
    }

    #[test]
    fn each_wait_is_spread_around_its_length_and_scaled() {
        let scale = |text| Scale::read(text).unwrap();
        assert_eq!(wait(1, scale("1"), 0), Some(Duration::from_secs(4)));
        assert_eq!(wait(1, scale("1"), 400_000), Some(Duration::from_secs(6)));
        assert_eq!(wait(15, scale("1"), 200_000), Some(Duration::from_secs(10 * HOUR)));
        assert_eq!(wait(1, scale("0.001"), 200_000), Some(Duration::from_millis(5)));
        assert_eq!(wait(16, scale("1"), 0), None);
        assert_eq!(wait(0, scale("1"), 0), None);
    }
}
