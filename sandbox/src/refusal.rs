//! Refusals of calls, and their responses.
//!
//! Citron documents only the 19 codes, so the envelopes and the HTTP statuses are **invented**: code and message for
//! the documented codes, and envelopes of the CoinsPaid family for refusals without a documented code (authentication,
//! content format, validation).

use std::collections::BTreeMap;

use citrn::ErrorCode;
use serde::Serialize;

use crate::http::{BASE_PATH, Response};

/// The refusal of a call, which has changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code or kind of the refusal, for the log.
    pub code: String,
    /// The reason, for the log only.
    pub reason: String,
    /// The response.
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

    /// Refuses a missing or invalid field (envelope of the CoinsPaid family).
    pub fn field(name: &str, problem: &str) -> Self {
        let body = BTreeMap::from([("errors", BTreeMap::from([(name, problem)]))]);
        Self::new("validation", format!("`{name}` {problem}"), Response::json(400, &body))
    }

    /// Refuses a missing or wrong key or signature (code and sentence of the CoinsPaid family).
    pub fn unauthenticated(code: &str, sentence: &str, reason: String) -> Self {
        Self::new(code, reason, family_envelope(403, sentence, code))
    }

    /// Refuses a body that is not a JSON object or has another content type (envelope of the CoinsPaid family).
    pub fn bad_content(reason: String) -> Self {
        let code = "bad_content_format";
        Self::new(code, reason, family_envelope(400, "Bad content format", code))
    }

    /// Refuses an unknown path. `intended` is the path below [`BASE_PATH`] of the endpoint that was probably meant.
    pub fn unknown_path(intended: Option<&str>) -> Self {
        let hint = match intended {
            Some(path) => format!("this endpoint is at {BASE_PATH}{path}, so a client's base URL ends in {BASE_PATH}"),
            None => format!("the endpoints are below {BASE_PATH}"),
        };
        let code = "not_found";
        let response = family_envelope(404, &format!("Not found: {hint}"), code);
        Self::new(code, format!("unknown path: {hint}"), response)
    }

    /// Refuses a wrong method.
    pub fn wrong_method(allowed: &str) -> Self {
        let code = "method_not_allowed";
        let response = family_envelope(405, "Method not allowed", code).with_header("Allow", allowed);
        Self::new(code, format!("this path accepts only {allowed}"), response)
    }
}

/// Returns the response of a documented code, in an **invented** envelope.
pub fn coded(code: &ErrorCode) -> Response {
    Response::json(status(code), &BTreeMap::from([("error_code", code.as_str()), ("message", code.meaning())]))
}

fn family_envelope(status: u16, error: &str, code: &str) -> Response {
    #[derive(Serialize)]
    struct Body<'a> {
        error: &'a str,
        code: &'a str,
    }
    Response::json(status, &Body { error, code })
}

/// Returns the HTTP status of a documented code (**invented**).
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
