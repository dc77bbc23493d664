//! Why a call is refused, and how that looks on the wire.
//!
//! Citron documents the 19 codes and nothing around them, so the envelopes and the HTTP statuses are **invented**: the
//! code beside a message for the documented codes, and the sibling gateways' envelopes for everything that no
//! documented code covers (authentication, content format, validation).

use std::collections::BTreeMap;

use citrn::ErrorCode;
use serde::Serialize;

use crate::http::{BASE_PATH, Response};

/// Why a call is refused. Whatever is refused has changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code or kind of refusal, for the log.
    pub code: String,
    /// The reason for a person, for the log only.
    pub reason: String,
    /// The answer.
    pub response: Box<Response>,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self::new(code.as_str(), code.meaning().to_owned(), coded(&code))
    }
}

impl Refusal {
    fn new(code: &str, reason: String, response: Response) -> Self {
        Self { code: code.to_owned(), reason, response: Box::new(response) }
    }

    /// A field is missing or of the wrong shape (a sibling's envelope).
    pub fn field(name: &str, problem: &str) -> Self {
        let body = BTreeMap::from([("errors", BTreeMap::from([(name, problem)]))]);
        Self::new("validation", format!("`{name}` {problem}"), Response::json(400, &body))
    }

    /// The key or the signature is missing or wrong (a sibling's code and sentence).
    pub fn unauthenticated(code: &str, sentence: &str, reason: String) -> Self {
        Self::new(code, reason, sibling(403, sentence, code))
    }

    /// The body is not a JSON object, or not announced as JSON (a sibling's envelope).
    pub fn bad_content(reason: String) -> Self {
        let code = "bad_content_format";
        Self::new(code, reason, sibling(400, "Bad content format", code))
    }

    /// There is nothing at this path. `intended` is the endpoint's path that was probably meant, below [`BASE_PATH`].
    pub fn unknown_path(intended: Option<&str>) -> Self {
        let hint = match intended {
            Some(path) => format!("this endpoint is at {BASE_PATH}{path}, so a client's base URL ends in {BASE_PATH}"),
            None => format!("the endpoints are below {BASE_PATH}"),
        };
        let code = "not_found";
        let response = sibling(404, &format!("Not found: {hint}"), code);
        Self::new(code, format!("there is nothing at this path: {hint}"), response)
    }

    /// The path exists with another method only.
    pub fn wrong_method(allowed: &str) -> Self {
        let code = "method_not_allowed";
        let response = sibling(405, "Method not allowed", code).with_header("Allow", allowed);
        Self::new(code, format!("this path takes {allowed} only"), response)
    }
}

/// The invented envelope around a documented code.
pub fn coded(code: &ErrorCode) -> Response {
    Response::json(status(code), &BTreeMap::from([("error_code", code.as_str()), ("message", code.meaning())]))
}

fn sibling(status: u16, error: &str, code: &str) -> Response {
    #[derive(Serialize)]
    struct Body<'a> {
        error: &'a str,
        code: &'a str,
    }
    Response::json(status, &Body { error, code })
}

/// The HTTP status of a documented code (**invented**).
fn status(code: &ErrorCode) -> u16 {
    match code {
        ErrorCode::CoinNotFound
        | ErrorCode::NetworkNotFound
        | ErrorCode::AddressNotFound
        | ErrorCode::ResourceNotFound
        | ErrorCode::PaymentNotFound => 404,
        ErrorCode::InvalidAddress | ErrorCode::InvalidAmount | ErrorCode::AmountTooLow => 400,
        ErrorCode::PaymentExpired => 410,
        _ => 422,
    }
}
