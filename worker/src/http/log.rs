//! The log: one line of JSON per request, without secrets and without data of payers.

use core::{ops::Not, time::Duration};

use serde::Serialize;

use super::{
    problem::{Cause, Problem},
    traceparent::TraceParent,
};

/// The data of a request's log line, collected while it is handled.
#[derive(Debug, Default)]
pub struct Record {
    /// The route's path. The request's own path may contain tokens and ids.
    pub route: Option<&'static str>,
    /// The name of the token's holder.
    pub token: Option<String>,
    /// The caller's `traceparent`.
    pub traceparent: Option<TraceParent>,
    /// The id of the platform's trace. It is logged if the caller sent none.
    pub platform_trace: Option<String>,
    /// The duration of the call to the gateway.
    pub upstream: Option<Duration>,
    /// The number of retries of the call to the gateway.
    pub retries: u32,
    /// Whether the answer was stored under an `Idempotency-Key`.
    pub replayed: bool,
    /// The id of the event that a callback created, unless it is a duplicate.
    pub event_id: Option<String>,
    /// The page that a payer can return to from an error page. It is not logged.
    pub return_url: Option<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
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

/// The methods that are logged by name. Others are text from the caller.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"];

impl Record {
    /// Returns the header `Server-Timing`: the total milliseconds, and those of the call to the gateway.
    pub fn server_timing(&self, took: Duration) -> String {
        let total = format!("total;dur={}", milliseconds(took));
        match self.upstream {
            Some(upstream) => format!("{total}, upstream;dur={}", milliseconds(upstream)),
            None => total,
        }
    }

    /// Returns the log line of a request.
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
            trace_id: self.traceparent.as_ref().map(TraceParent::trace_id).or(self.platform_trace.as_deref()),
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

/// Returns the invalid setting. The name of a parameter is not logged, since it can be text from the caller.
fn setting(problem: &Problem) -> Option<&str> {
    let is_about_setting = problem.code == Cause::InvalidConfiguration.describe().1;
    problem.field.as_deref().filter(|_| is_about_setting)
}

fn failed_checks(problem: &Problem) -> Vec<&'static str> {
    problem.checks.iter().filter(|check| !check.ok).map(|check| check.name).collect()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Returns the log line about a failure that no response reports.
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
