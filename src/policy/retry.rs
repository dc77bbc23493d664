//! Whether a call is retried, and after which wait.

use core::time::Duration;

use crate::{Code, Error, Kind};

/// Longest wait before the first retry; it doubles with each retry.
const FIRST_CEILING: Duration = Duration::from_millis(500);

/// Longest wait before any retry.
const CEILING: Duration = Duration::from_secs(8);

/// Returns how often a call may be retried: the client's default for reads and repeatable calls, zero for calls that
/// create something unless the call sets `max_retries`, and always zero for calls that move money.
pub(crate) fn allowed(kind: Kind, of_call: Option<u32>, of_client: u32) -> u32 {
    match kind {
        Kind::Read | Kind::Repeatable => of_call.unwrap_or(of_client),
        Kind::Creates => of_call.unwrap_or(0),
        Kind::MovesMoney => 0,
    }
}

/// Returns the wait before the next attempt. `None` if the error is not transient, or if the deadline would pass first.
///
/// The wait has full jitter: a random time below a ceiling that doubles. A `Retry-After` is never shortened.
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
    fn the_wait_is_jitter_below_a_doubling_ceiling() {
        let hour = Duration::from_secs(3600);
        for (attempt, ceiling) in [(0, 500), (1, 1000), (2, 2000), (3, 4000), (4, 8000), (5, 8000), (40, 8000)] {
            assert_eq!(wait(&transient(), attempt, hour, 0), Some(Duration::ZERO));
            let longest = wait(&transient(), attempt, hour, u32::MAX).unwrap();
            assert!(longest < Duration::from_millis(ceiling) && longest > Duration::from_millis(ceiling - 1));
        }
    }

    #[test]
    fn a_retry_after_is_never_shortened() {
        let error = transient().with(|details| details.retry_after = Some(Duration::from_secs(3)));
        assert_eq!(wait(&error, 0, Duration::from_secs(4), 0), Some(Duration::from_secs(3)));
        assert_eq!(wait(&error, 0, Duration::from_secs(3), 0), None);
    }

    #[test]
    fn calls_that_move_money_are_never_retried() {
        assert_eq!(allowed(Kind::MovesMoney, Some(9), 9), 0);
        assert_eq!(allowed(Kind::Creates, None, 9), 0);
        assert_eq!(allowed(Kind::Creates, Some(1), 9), 1);
        assert_eq!(allowed(Kind::Read, None, 2), 2);
    }
}
