//! The response to a problem.

use core::time::Duration;

use citrn::{Executed, limits::MAX_RETRY_AFTER};
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::Problem;
use crate::http::response::{Answer, PROBLEM};

/// The page that `type` points into: every code is a heading there.
const PAGE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/worker/PROBLEMS.md");

impl Problem {
    /// Renders the response.
    #[must_use]
    pub fn answer(&self, request_id: &str) -> Answer {
        // Text under names that are text can always be written.
        let body = serde_json::to_string(&Body { problem: self, request_id }).unwrap_or_default();
        self.headed(Answer::of(self.status, PROBLEM, body))
    }

    /// Adds the headers of the problem.
    pub(crate) fn headed(&self, mut answer: Answer) -> Answer {
        answer.headers.extend(self.headers.iter().cloned());
        match self.retry_after {
            Some(wait) => answer.with("Retry-After", whole_seconds(wait).to_string()),
            None => answer,
        }
    }
}

/// Rounds up, so that no caller comes back too early. A wait beyond the limit is an error of the gateway.
fn whole_seconds(wait: Duration) -> u64 {
    let wait = wait.min(MAX_RETRY_AFTER);
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// The body: a problem together with the id of its request.
struct Body<'a> {
    problem: &'a Problem,
    request_id: &'a str,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let problem = self.problem;
        let heading = if problem.of_the_gateway { "gateway-refusals" } else { problem.code.as_str() };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &format_args!("{PAGE}#{heading}"))?;
        map.serialize_entry("title", &problem.title)?;
        map.serialize_entry("status", &problem.status)?;
        map.serialize_entry("detail", &problem.detail)?;
        map.serialize_entry("code", &problem.code)?;
        map.serialize_entry("executed", problem.executed.as_str())?;
        map.serialize_entry("retryable", &problem.retryable)?;
        map.serialize_entry("request_id", self.request_id)?;
        if let Some(field) = &problem.field {
            map.serialize_entry("field", field)?;
        }
        if let (Executed::Unknown, Some(reference)) = (problem.executed, &problem.reference) {
            map.serialize_entry(&reference.name, &reference.value)?;
        }
        if !problem.checks.is_empty() {
            map.serialize_entry("checks", &problem.checks)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::Cause;

    #[test]
    fn a_problem_tells_what_happened_and_whether_anything_was_executed() {
        let answer = Problem::new(Cause::MissingParameter, "foreign_id is missing").about("foreign_id").answer("r-1");
        assert_eq!(answer.status, 422);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(
            answer.body,
            format!(
                r#"{{"type":"{PAGE}#missing_parameter","title":"A parameter is missing","status":422,"detail":"foreign_id is missing","code":"missing_parameter","executed":"no","retryable":false,"request_id":"r-1","field":"foreign_id"}}"#
            )
        );
    }

    #[test]
    fn a_wait_is_rounded_up_to_whole_seconds_and_is_at_most_a_day() {
        let mut problem = Problem::new(Cause::NotReady, "");
        problem.retry_after = Some(Duration::from_millis(2001));
        assert_eq!(problem.answer("r").header("retry-after"), Some("3"));
        problem.retry_after = Some(Duration::from_secs(2));
        assert_eq!(problem.answer("r").header("retry-after"), Some("2"));
        for long in [Duration::from_secs(86_401), Duration::from_millis(86_400_001), Duration::MAX] {
            problem.retry_after = Some(long);
            assert_eq!(problem.answer("r").header("retry-after"), Some("86400"));
        }
    }
}
