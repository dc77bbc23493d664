//! When a call is repeated, and after what wait.

use core::time::Duration;

use crate::{Code, Error, Kind};

/// Longest wait before the first retry; it doubles with each.
const FIRST_CEILING: Duration = Duration::from_millis(500);

/// Longest wait before any retry.
const CEILING: Duration = Duration::from_secs(8);

/// How often a call may be repeated: reads and repeatable calls by default, a call that creates something only by its
/// own `max_retries`, one that moves money never.
pub(crate) fn allowed(kind: Kind, of_this_call: Option<u32>, by_default: u32) -> u32 {
    match kind {
        Kind::Read | Kind::Repeatable => of_this_call.unwrap_or(by_default),
        Kind::Creates => of_this_call.unwrap_or(0),
        Kind::MovesMoney => 0,
    }
}

/// The wait before the next attempt, or `None` to leave it at this error: nothing about it is transient, or the wait
/// would not end before the deadline.
///
/// The wait has full jitter: anything between nothing and a ceiling that doubles. A `Retry-After` is waited for whole.
pub(crate) fn wait(error: &Error, attempt: u32, remaining: Duration, random: u32) -> Option<Duration> {
    let transient = *error.code() == Code::RateLimited
        || (*error.code() == Code::Network && error.retryable())
        || error.http_status().is_some_and(|status| status == 429 || status >= 500);
    if !transient {
        return None;
    }
    let ceiling = FIRST_CEILING.saturating_mul(2_u32.saturating_pow(attempt)).min(CEILING);
    let jitter = u64::try_from((ceiling.as_nanos() * u128::from(random)) >> 32).map(Duration::from_nanos);
    let wait = error.retry_after().or(jitter.ok())?;
    (wait < remaining).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Executed;

    fn transient() -> Error {
        Error::new(Code::Network, Executed::No, "").with_retryable(true)
    }

    #[test]
    fn the_wait_is_jitter_below_a_ceiling_that_doubles() {
        let hour = Duration::from_secs(3600);
        for (attempt, ceiling) in [(0, 500), (1, 1000), (2, 2000), (3, 4000), (4, 8000), (5, 8000), (40, 8000)] {
            assert_eq!(wait(&transient(), attempt, hour, 0), Some(Duration::ZERO));
            let longest = wait(&transient(), attempt, hour, u32::MAX).unwrap();
            assert!(longest < Duration::from_millis(ceiling) && longest > Duration::from_millis(ceiling - 1));
        }
    }

    #[test]
    fn a_retry_after_is_waited_for_or_not_at_all() {
        let error = transient().with(|details| details.retry_after = Some(Duration::from_secs(3)));
        assert_eq!(wait(&error, 0, Duration::from_secs(4), 0), Some(Duration::from_secs(3)));
        assert_eq!(wait(&error, 0, Duration::from_secs(3), 0), None);
    }

    #[test]
    fn what_moves_money_is_never_repeated() {
        assert_eq!(allowed(Kind::MovesMoney, Some(9), 9), 0);
        assert_eq!(allowed(Kind::Creates, None, 9), 0);
        assert_eq!(allowed(Kind::Creates, Some(1), 9), 1);
        assert_eq!(allowed(Kind::Read, None, 2), 2);
    }
}
