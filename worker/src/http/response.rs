//! Answers: JSON, pages and problems, with their headers.

use core::{fmt, time::Duration};
use std::collections::BTreeSet;

use citrn::{Executed, json::Json, limits::MAX_RETRY_AFTER};
use futures_util::stream::LocalBoxStream;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;

use super::{
    problem::{Cause, Problem},
    request::REQUEST_ID,
};

/// The media type of JSON answers.
const JSON: &str = "application/json";

/// The media type of problems.
pub const PROBLEM: &str = "application/problem+json";

/// The media type of pages.
pub(crate) const HTML: &str = "text/html";

/// The media type of plain text.
pub(crate) const PLAIN_TEXT: &str = "text/plain";

/// The document that `type` links to. Every code has a heading there.
const PAGE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/worker/PROBLEMS.md");

/// The default caching policy.
const CACHING: (&str, &str) = ("Cache-Control", "no-store");

/// The default content security policy.
const POLICY: (&str, &str) = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");

/// Default headers against caching, sniffing, framing and script execution: answers contain payers' data.
const SECURITY_HEADERS: [(&str, &str); 6] = [
    CACHING,
    POLICY,
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("Strict-Transport-Security", "max-age=31536000"),
    ("X-Content-Type-Options", "nosniff"),
];

/// A response.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The names and values of all headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body's text.
    pub body: String,
    /// What follows the text, if the body is a stream.
    pub rest: Option<Rest>,
}

/// The rest of a streamed body. After an error, the response is aborted.
pub struct Rest(pub LocalBoxStream<'static, Result<String, Problem>>);

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rest")
    }
}

impl Answer {
    /// Returns an answer with a JSON body.
    ///
    /// # Errors
    /// `internal_error` if the value cannot be serialised. The request may already have been carried out.
    pub fn json(status: u16, value: &impl Serialize) -> Result<Self, Problem> {
        serde_json::to_string(value).map(|body| Self::of_json(status, body)).map_err(|_| {
            let mut problem = Problem::new(Cause::InternalError, "The answer could not be serialised.");
            problem.executed = Executed::Unknown;
            problem
        })
    }

    /// Returns an answer with this JSON text.
    pub fn of_json(status: u16, body: String) -> Self {
        Self::of(status, JSON, body)
    }

    /// Returns a page with its own content security policy.
    pub fn page(body: String, policy: &str) -> Self {
        let mut answer = Self::of(200, &format!("{HTML}; charset=utf-8"), body);
        answer.replace(POLICY.0, policy);
        answer
    }

    fn replace(&mut self, header: &str, text: &str) {
        for (name, value) in &mut self.headers {
            if *name == header {
                text.clone_into(value);
            }
        }
    }

    /// Returns an answer with a body of any media type.
    pub(crate) fn of(status: u16, media_type: &str, body: String) -> Self {
        let mut headers = vec![("Content-Type", media_type.to_owned())];
        headers.extend(SECURITY_HEADERS.map(|(name, value)| (name, value.to_owned())));
        Self { status, headers, body, rest: None }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Allows private caches to store the answer.
    pub fn cacheable_for(mut self, span: Duration) -> Self {
        self.replace(CACHING.0, &format!("private, max-age={}", span.as_secs()));
        self
    }

    /// Allows a browser to show the response of a form again from its history. With `no-store` it would ask the payer
    /// to submit the form again.
    pub fn revalidated(mut self) -> Self {
        self.replace(CACHING.0, "private, no-cache");
        self
    }

    /// Adds the id of the request that it answers.
    pub fn to(self, request_id: &str) -> Self {
        self.with(REQUEST_ID, request_id)
    }

    /// Returns the value of a header.
    #[cfg(test)]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl Problem {
    /// Renders the response.
    pub fn answer(&self, request_id: &str) -> Answer {
        // Maps of text always serialise.
        let body = serde_json::to_string(&Body { problem: self, request_id }).unwrap_or_default();
        self.add_headers(Answer::of(self.status, PROBLEM, body))
    }

    /// Adds the problem's headers to an answer.
    pub(crate) fn add_headers(&self, mut answer: Answer) -> Answer {
        answer.headers.extend(self.headers.iter().cloned());
        match self.retry_after {
            Some(wait) => answer.with("Retry-After", whole_seconds(wait).to_string()),
            None => answer,
        }
    }
}

/// Rounds up, so that no caller retries too early. A wait beyond the limit is an error of the gateway.
fn whole_seconds(wait: Duration) -> u64 {
    let wait = wait.min(MAX_RETRY_AFTER);
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// The body of a problem response.
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

/// Returns the text of a value that every JSON parser accepts. Otherwise it would make the whole answer unreadable.
pub fn embeddable(json: Json<'_>) -> Option<Box<RawValue>> {
    let text = is_portable(json).then(|| json.as_str().to_owned())?;
    RawValue::from_string(text).ok()
}

/// Returns whether a value is I-JSON (RFC 7493, section 2): no lone surrogate, no duplicate name, no number that
/// overflows a double.
fn is_portable(json: Json<'_>) -> bool {
    if json.is_object() {
        let Some(object) = json.object() else { return false };
        let mut names = BTreeSet::new();
        return object.iter().all(|(name, value)| names.insert(name) && is_portable(value));
    }
    if json.is_array() {
        return json.array().is_some_and(|items| items.into_iter().all(is_portable));
    }
    if json.is_string() {
        return json.string().is_some();
    }
    !json.is_number() || json.as_str().parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_cannot_be_serialised_is_an_internal_error() {
        let unwritable = std::collections::BTreeMap::from([((), 1)]);
        let answer = Answer::json(201, &unwritable).unwrap_err().answer("17");
        assert_eq!(answer.status, 500);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert!(answer.body.contains(r#""code":"internal_error""#));
    }

    #[test]
    fn every_answer_has_the_security_headers() {
        let answer = Answer::json(200, &"fine").unwrap().to("17");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-request-id"), Some("17"));
        assert_eq!(answer.body, "\"fine\"");
    }

    #[test]
    fn a_problem_has_its_code_and_whether_anything_was_executed() {
        let answer = Problem::new(Cause::MissingParameter, "foreign_id is missing").about("foreign_id").answer("r-1");
        assert_eq!(answer.status, 422);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(
            answer.body,
            format!(
                r#"{{"type":"{PAGE}#missing_parameter","title":"Missing parameter","status":422,"detail":"foreign_id is missing","code":"missing_parameter","executed":"no","retryable":false,"request_id":"r-1","field":"foreign_id"}}"#
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
