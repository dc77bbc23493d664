//! One line of JSON for each request: enough to find it and to see how it went, nothing secret, nothing of a payer.

use core::{ops::Not, time::Duration};

use serde::Serialize;

use super::problem::{Cause, Problem};

/// What is noted while a request is worked on.
#[derive(Debug, Default)]
pub struct Record {
    /// The route's path, never the request's own: that is the caller's text.
    pub route: Option<&'static str>,
    /// Whose token it was.
    pub token: Option<String>,
    /// How long the gateway was waited for.
    pub upstream: Option<Duration>,
    /// How often the call to the gateway was repeated.
    pub retries: u32,
    /// Whether the answer was remembered under an `Idempotency-Key`.
    pub replayed: bool,
    /// The event that a callback became, unless it was there before.
    pub event_id: Option<String>,
    /// Where a payer can go back to from a page about a problem. It is not logged.
    pub return_url: Option<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    request_id: &'a str,
    method: &'a str,
    route: Option<&'static str>,
    token: Option<&'a str>,
    status: u16,
    ms: u64,
    upstream_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retries: Option<u32>,
    #[serde(skip_serializing_if = "Not::not")]
    replayed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    executed: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    setting: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway_status: Option<u16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed_checks: Vec<&'static str>,
}

/// Methods that are written out; any other is the caller's own text.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"];

impl Record {
    /// The header `Server-Timing`: milliseconds in all, and those that the gateway was waited for.
    pub fn server_timing(&self, took: Duration) -> String {
        let total = format!("total;dur={}", milliseconds(took));
        match self.upstream {
            Some(upstream) => format!("{total}, upstream;dur={}", milliseconds(upstream)),
            None => total,
        }
    }

    /// The line about a request: its id and method, and the status, time and problem of its answer.
    pub fn line(
        &self,
        request_id: &str,
        method: &str,
        status: u16,
        took: Duration,
        problem: Option<&Problem>,
    ) -> String {
        let line = Line {
            event: "request",
            request_id,
            method: METHODS.into_iter().find(|known| *known == method).unwrap_or("other"),
            route: self.route,
            token: self.token.as_deref(),
            status,
            ms: milliseconds(took),
            upstream_ms: self.upstream.map(milliseconds),
            retries: (self.retries > 0).then_some(self.retries),
            replayed: self.replayed,
            event_id: self.event_id.as_deref(),
            code: problem.map(|problem| problem.code.as_str()),
            executed: problem.map(|problem| problem.executed.as_str()),
            setting: problem.and_then(setting),
            gateway_status: problem.and_then(|problem| problem.gateway_status),
            failed_checks: problem.map(failed_checks).unwrap_or_default(),
        };
        serde_json::to_string(&line).unwrap_or_else(|_| r#"{"event":"request","unwritable":true}"#.to_owned())
    }
}

/// The setting that is wrong. The name of a parameter can be the caller's own text and stays out.
fn setting(problem: &Problem) -> Option<&str> {
    let of_settings = problem.code == Cause::InvalidConfiguration.describe().1;
    problem.field.as_deref().filter(|_| of_settings)
}

fn failed_checks(problem: &Problem) -> Vec<&'static str> {
    problem.checks.iter().filter(|check| !check.ok).map(|check| check.name).collect()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A line about something that went wrong outside of what a request is answered with.
pub fn failure(part: &str, problem: &str) -> String {
    #[derive(Serialize)]
    struct Failure<'a> {
        event: &'static str,
        part: &'a str,
        problem: &'a str,
    }
    serde_json::to_string(&Failure { event: "failure", part, problem })
        .unwrap_or_else(|_| r#"{"event":"failure","unwritable":true}"#.to_owned())
}
