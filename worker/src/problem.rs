//! Everything that did not go well, as a caller reads it: `application/problem+json` (RFC 9457).
//!
//! Every problem answers three questions: what happened (`code`, stable, and `detail` for a person), did anything
//! execute (`executed`), is it worth repeating (`retryable`). worker/PROBLEMS.md lists the codes for callers.

use core::{
    ops::{Deref, DerefMut},
    time::Duration,
};
use std::borrow::Cow;

use citrn::{Executed, json::Json};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{answer::Answer, ready::Check};

/// Media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The page that `type` points into: every code is a heading there.
const PAGE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/worker/PROBLEMS.md");

/// The answer when an answer cannot be written. What it answers may have been carried out before.
pub(crate) const UNWRITABLE: &str = concat!(
    r#"{"type":"about:blank","title":"Internal error","status":500,"detail":"The answer could not be written.","#,
    r#""code":"internal_error","executed":"unknown","retryable":false}"#
);

/// What the Worker itself finds wrong. What the gateway does wrong has the client's own codes ([`crate::gateway`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// There is no bearer token.
    TokenRequired,
    /// The bearer token is not one of ours.
    TokenUnknown,
    /// The token is not for this route.
    RouteNotAllowed,
    /// No route has this path.
    NotFound,
    /// The path has routes, but not with this method.
    MethodNotAllowed,
    /// The body is longer than the limit.
    BodyTooLarge,
    /// The body broke off, or is not a JSON object.
    MalformedBody,
    /// A parameter is missing.
    MissingParameter,
    /// A parameter is not one of the route's.
    UnknownParameter,
    /// A parameter stands there twice.
    DuplicateParameter,
    /// A parameter cannot be right.
    InvalidParameter,
    /// The payer may not be sent to this `return_url`.
    ReturnUrlNotAllowed,
    /// An `Idempotency-Key` was used with other parameters before.
    IdempotencyKeyReused,
    /// What became of the call with this `Idempotency-Key` is unknown.
    OutcomeUnknown,
    /// A callback is not signed with one of the gateway's secrets.
    InvalidSignature,
    /// The inbox holds nothing of this id.
    CallbackNotFound,
    /// The body of a callback is no longer there.
    CallbackErased,
    /// A token, or an address, made too many requests.
    TooManyRequests,
    /// A Durable Object or its database failed.
    StorageUnavailable,
    /// A setting is missing or malformed.
    InvalidConfiguration,
    /// A check of `/readyz` failed.
    NotReady,
}

impl Cause {
    /// Every cause.
    pub const ALL: &'static [Cause] = &[
        Cause::TokenRequired,
        Cause::TokenUnknown,
        Cause::RouteNotAllowed,
        Cause::NotFound,
        Cause::MethodNotAllowed,
        Cause::BodyTooLarge,
        Cause::MalformedBody,
        Cause::MissingParameter,
        Cause::UnknownParameter,
        Cause::DuplicateParameter,
        Cause::InvalidParameter,
        Cause::ReturnUrlNotAllowed,
        Cause::IdempotencyKeyReused,
        Cause::OutcomeUnknown,
        Cause::InvalidSignature,
        Cause::CallbackNotFound,
        Cause::CallbackErased,
        Cause::TooManyRequests,
        Cause::StorageUnavailable,
        Cause::InvalidConfiguration,
        Cause::NotReady,
    ];

    /// HTTP status, code and title.
    #[must_use]
    pub fn describe(self) -> (u16, &'static str, &'static str) {
        match self {
            Cause::TokenRequired => (401, "token_required", "A bearer token is required"),
            Cause::TokenUnknown => (401, "token_unknown", "The bearer token is not known"),
            Cause::RouteNotAllowed => (403, "route_not_allowed", "The token is not for this route"),
            Cause::NotFound => (404, "not_found", "There is nothing at this path"),
            Cause::MethodNotAllowed => (405, "method_not_allowed", "The path does not take this method"),
            Cause::BodyTooLarge => (413, "body_too_large", "The body is too large"),
            Cause::MalformedBody => (400, "malformed_body", "The body is not a JSON object"),
            Cause::MissingParameter => (422, "missing_parameter", "A parameter is missing"),
            Cause::UnknownParameter => (422, "unknown_parameter", "A parameter is not known"),
            Cause::DuplicateParameter => (422, "duplicate_parameter", "A parameter stands there twice"),
            Cause::InvalidParameter => (422, "invalid_parameter", "A parameter cannot be right"),
            Cause::ReturnUrlNotAllowed => (422, "return_url_not_allowed", "The return_url is not allowed"),
            Cause::IdempotencyKeyReused => (422, "idempotency_key_reused", "The Idempotency-Key was used before"),
            Cause::OutcomeUnknown => (409, "outcome_unknown", "What became of the call is not known yet"),
            Cause::InvalidSignature => (401, "invalid_signature", "The callback's signature is not right"),
            Cause::CallbackNotFound => (404, "callback_not_found", "The inbox holds no such callback"),
            Cause::CallbackErased => (409, "callback_erased", "The callback's body is no longer there"),
            Cause::TooManyRequests => (429, "too_many_requests", "There were too many requests"),
            Cause::StorageUnavailable => (503, "storage_unavailable", "The Worker's storage failed"),
            Cause::InvalidConfiguration => (503, "invalid_configuration", "The Worker is not set up"),
            Cause::NotReady => (503, "not_ready", "The Worker is not ready"),
        }
    }
}

/// Why a request was not answered as asked.
#[derive(Debug, Clone)]
pub struct Problem(Box<Facts>);

/// What a problem consists of. It can be stored, apart from what only concerns one answer.
#[derive(Debug, Clone, Serialize)]
pub struct Facts {
    /// The HTTP status of the answer.
    pub status: u16,
    /// What happened, as programs compare it.
    pub code: String,
    /// What happened, the same words for every problem of its code.
    pub title: Cow<'static, str>,
    /// What is wrong here and what to do, for a person. It holds no secret.
    pub detail: String,
    /// Whether the gateway carried anything out.
    #[serde(serialize_with = "write_executed")]
    pub executed: Executed,
    /// Whether the identical request is safe to repeat and may help.
    pub retryable: bool,
    /// How long to wait before that, if it is known: the header `Retry-After`.
    #[serde(serialize_with = "write_wait")]
    pub retry_after: Option<Duration>,
    /// The parameter or setting that is wrong.
    pub field: Option<String>,
    /// What to reconcile by when the outcome is unknown.
    pub reference: Option<Reconcile>,
    /// What `/readyz` found.
    #[serde(skip)]
    pub checks: Vec<Check>,
    /// The status that the gateway answered with: for the log, not for the caller.
    pub gateway_status: Option<u16>,
    /// Whether `type` has a heading of the code's own name, which a gateway's own reason has not.
    pub of_the_gateway: bool,
    /// Further headers.
    #[serde(skip)]
    pub headers: Vec<(&'static str, String)>,
}

/// The parameter by which to reconcile a call whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reconcile {
    /// `foreign_id` or `quote_id`.
    pub name: Cow<'static, str>,
    /// Its value in the call.
    pub value: String,
}

fn write_executed<S: Serializer>(executed: &Executed, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(executed.as_str())
}

fn write_wait<S: Serializer>(wait: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match wait {
        Some(wait) => serializer.serialize_some(&u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        None => serializer.serialize_none(),
    }
}

impl Facts {
    /// Reads what was written by [`Serialize`].
    #[must_use]
    pub fn read(json: Json<'_>) -> Option<Self> {
        let object = json.object()?;
        let number = |name| object.get(name)?.text()?.parse::<u64>().ok();
        let reference = object.get("reference").and_then(Json::object);
        Some(Self {
            status: u16::try_from(number("status")?).ok()?,
            code: object.string("code")?,
            title: object.string("title")?.into(),
            detail: object.string("detail")?,
            // Whatever is not a clear no is unknown.
            executed: if object.string("executed")? == Executed::No.as_str() {
                Executed::No
            } else {
                Executed::Unknown
            },
            retryable: object.get("retryable")?.as_str() == "true",
            retry_after: number("retry_after").map(Duration::from_millis),
            field: object.string("field"),
            reference: reference
                .and_then(|of| Some(Reconcile { name: of.string("name")?.into(), value: of.string("value")? })),
            checks: Vec::new(),
            gateway_status: number("gateway_status").and_then(|status| u16::try_from(status).ok()),
            of_the_gateway: object.get("of_the_gateway")?.as_str() == "true",
            headers: Vec::new(),
        })
    }
}

impl Problem {
    /// A problem that the Worker found before anything was sent.
    #[must_use]
    pub fn new(cause: Cause, detail: impl Into<String>) -> Self {
        let (status, code, title) = cause.describe();
        Self::from(Facts {
            status,
            code: code.to_owned(),
            title: title.into(),
            detail: detail.into(),
            executed: Executed::No,
            retryable: false,
            retry_after: None,
            field: None,
            reference: None,
            checks: Vec::new(),
            gateway_status: None,
            of_the_gateway: false,
            headers: Vec::new(),
        })
    }

    /// What it consists of.
    #[must_use]
    pub fn into_facts(self) -> Box<Facts> {
        self.0
    }

    /// Names the parameter or setting.
    #[must_use]
    pub fn about(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer that tells it.
    #[must_use]
    pub fn answer(&self, request_id: &str) -> Answer {
        let mut answer = Answer::written(self.status, MEDIA_TYPE, &Told { problem: self, request_id });
        answer.headers.extend(self.headers.iter().cloned());
        match self.retry_after {
            Some(wait) => answer.with("Retry-After", whole_seconds(wait).to_string()),
            None => answer,
        }
    }
}

impl From<Facts> for Problem {
    fn from(facts: Facts) -> Self {
        Self(Box::new(facts))
    }
}

impl Deref for Problem {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}

impl DerefMut for Problem {
    fn deref_mut(&mut self) -> &mut Facts {
        &mut self.0
    }
}

/// Never shorter than what was asked for.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// A problem together with the request it is about.
struct Told<'a> {
    problem: &'a Problem,
    request_id: &'a str,
}

impl Serialize for Told<'_> {
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
    fn what_is_stored_of_a_problem_is_read_again() {
        let mut problem = Problem::new(Cause::OutcomeUnknown, "so \"it\" is").about("x");
        let mut again = || {
            let text = serde_json::to_string(&*problem.0).unwrap();
            let read = Problem::from(Facts::read(Json::parse(&text).unwrap()).unwrap());
            assert_eq!(format!("{read:?}"), format!("{problem:?}"));
            problem.executed = Executed::Unknown;
            problem.retryable = true;
            problem.retry_after = Some(Duration::from_millis(5500));
            problem.reference = Some(Reconcile { name: "foreign_id".into(), value: "user-17".to_owned() });
            problem.gateway_status = Some(500);
            problem.of_the_gateway = true;
            problem.field = None;
        };
        again();
        again();
    }

    #[test]
    fn a_wait_is_rounded_up_to_whole_seconds() {
        let mut problem = Problem::new(Cause::NotReady, "");
        problem.retry_after = Some(Duration::from_millis(2001));
        assert_eq!(problem.answer("r").header("retry-after"), Some("3"));
        problem.retry_after = Some(Duration::from_secs(2));
        assert_eq!(problem.answer("r").header("retry-after"), Some("2"));
    }

    #[test]
    fn every_code_is_explained_to_callers() {
        let page = include_str!("../PROBLEMS.md");
        for cause in Cause::ALL {
            let (status, code, _) = cause.describe();
            let heading = format!("### {code}\n\nHTTP {status}. ");
            assert!(page.contains(&heading), "worker/PROBLEMS.md does not have {heading:?}");
        }
    }
}
