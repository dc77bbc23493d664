//! What goes back to the caller when all went well, and the headers that every answer carries.

use core::time::Duration;

use citrn::Executed;
use serde::Serialize;

use super::{
    problem::{Cause, Problem},
    request_id,
};

/// Media type of an answer that is not a problem.
const JSON: &str = "application/json";

/// Media type of a problem.
pub const PROBLEM: &str = "application/problem+json";

/// Media type of a page.
pub(crate) const HTML: &str = "text/html";

/// What is said about storing an answer, when nothing else is.
const CACHING: (&str, &str) = ("Cache-Control", "no-store");

/// What a page may load, when nothing else is said.
const POLICY: (&str, &str) = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");

/// No answer is ever stored, sniffed, framed, or run as a page: they are for programs, and hold payers' data.
const SECURITY_HEADERS: [(&str, &str); 6] = [
    CACHING,
    POLICY,
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("Strict-Transport-Security", "max-age=31536000"),
    ("X-Content-Type-Options", "nosniff"),
];

/// An answer, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names and values of all headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body's text.
    pub body: String,
}

impl Answer {
    /// An answer with a JSON body.
    ///
    /// # Errors
    /// `internal_error` when the value cannot be written. The request may have been carried out before.
    pub fn json(status: u16, value: &impl Serialize) -> Result<Self, Problem> {
        serde_json::to_string(value).map(|body| Self::of_json(status, body)).map_err(|_| {
            let mut problem = Problem::new(Cause::InternalError, "The answer could not be written.");
            problem.executed = Executed::Unknown;
            problem
        })
    }

    /// An answer whose JSON text is written already.
    #[must_use]
    pub fn of_json(status: u16, body: String) -> Self {
        Self::of(status, JSON, body)
    }

    /// A page, which says itself what it may load.
    #[must_use]
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

    /// An answer with a body of any media type.
    pub(crate) fn of(status: u16, media_type: &str, body: String) -> Self {
        let mut headers = vec![("Content-Type", media_type.to_owned())];
        headers.extend(SECURITY_HEADERS.map(|(name, value)| (name, value.to_owned())));
        Self { status, headers, body }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Lets the caller itself keep the answer for a while.
    #[must_use]
    pub fn kept_for(mut self, span: Duration) -> Self {
        self.replace(CACHING.0, &format!("private, max-age={}", span.as_secs()));
        self
    }

    /// Lets a browser show a page again from its history without asking whether the form is to be sent once more, which it
    /// does for an answer to a form that it may not store.
    #[must_use]
    pub fn kept_in_history(mut self) -> Self {
        self.replace(CACHING.0, "private, no-cache");
        self
    }

    /// Adds the id of the request that it answers.
    #[must_use]
    pub fn to(self, request_id: &str) -> Self {
        self.with(request_id::HEADER, request_id)
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_a_problem_and_not_an_empty_success() {
        let unwritable = std::collections::BTreeMap::from([((), 1)]);
        let answer = Answer::json(201, &unwritable).unwrap_err().answer("17");
        assert_eq!(answer.status, 500);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert!(answer.body.contains(r#""code":"internal_error""#));
    }

    #[test]
    fn every_answer_carries_the_security_headers() {
        let answer = Answer::json(200, &"fine").unwrap().to("17");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-request-id"), Some("17"));
        assert_eq!(answer.body, "\"fine\"");
    }
}
