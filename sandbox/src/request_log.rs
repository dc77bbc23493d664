//! The log of the latest requests, for tests.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    clock::{Millis, rfc3339},
    fault,
    http::{Request, Response},
    profile::Form,
    refusal::Refusal,
};

/// The most requests in the log.
const CAPACITY: usize = 1_000;

/// A request that the gateway received, and its outcome, without headers and secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// Its time, as RFC 3339 text.
    pub at: String,
    /// HTTP method.
    pub method: String,
    /// Path without its query.
    pub path: String,
    /// The endpoint's name in the npm package, such as `payments.create`.
    pub endpoint: Option<&'static str>,
    /// HTTP status of the response.
    pub status: u16,
    /// The code of the refusal, if it was refused.
    pub code: Option<String>,
    /// The reason of the refusal, for people.
    pub reason: Option<String>,
    /// The parameters, with the field `key` redacted.
    pub parameters: Option<Map<String, Value>>,
    /// The fault that was applied, if any.
    pub fault: Option<fault::Kind>,
}

/// Adds a request, and removes the oldest one if there are too many.
pub fn add(requests: &mut VecDeque<ReceivedRequest>, entry: ReceivedRequest) {
    requests.push_back(entry);
    if requests.len() > CAPACITY {
        requests.pop_front();
    }
}

impl ReceivedRequest {
    /// Creates the entry of a request that has no response yet.
    pub(crate) fn new(request: &Request<'_>, now: Millis) -> Self {
        Self {
            at: rfc3339(now),
            method: request.method.to_owned(),
            path: request.path().to_owned(),
            endpoint: None,
            status: 0,
            code: None,
            reason: None,
            parameters: None,
            fault: None,
        }
    }

    /// Records a refusal, and returns its response in the form of a profile.
    pub(crate) fn refused(&mut self, refusal: Refusal, form: &Form) -> Response {
        let response = refusal.response(form);
        self.code = Some(refusal.code);
        self.reason = Some(refusal.reason);
        response
    }

    /// Formats the entry as a line for people.
    pub fn line(&self) -> String {
        // Escaped, since control characters in a path would let a caller forge log lines.
        let path: String = self.path.chars().flat_map(char::escape_debug).take(200).collect();
        let mut line = format!("{}  {:<4} {path}  {}", self.at, self.method.escape_debug(), self.status);
        if let Some(endpoint) = self.endpoint {
            line.push_str(&format!("  {endpoint}"));
        }
        if let Some(code) = &self.code {
            line.push_str(&format!("  {code}"));
        }
        if let Some(reason) = &self.reason {
            line.push_str(&format!(": {reason}"));
        }
        if let Some(fault) = &self.fault {
            line.push_str(&format!("  [fault: {fault:?}]"));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_cannot_forge_lines() {
        let target = "/api/ping\n12:00  POST /forged\u{9b}31m";
        let entry = ReceivedRequest::new(&Request { method: "GE\u{1b}T", target, headers: &[], body: b"" }, 0);
        assert!(!entry.line().chars().any(char::is_control), "{:?}", entry.line());
    }
}
