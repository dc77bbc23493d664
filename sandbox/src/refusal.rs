//! Refusals of calls, and their responses.
//!
//! Citron documents only the 19 codes, so the envelopes and the HTTP statuses are **invented**: a profile decides those
//! of the documented codes and of validation. Authentication and content format have those of the CoinsPaid family.

use std::collections::BTreeMap;

use citrn::ErrorCode;
use serde::Serialize;

use crate::{
    http::{BASE_PATH, Response},
    profile::{CodeEnvelope, CodeStatus, FieldErrors, Form},
};

/// The refusal of a call, which has changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code or kind of the refusal, for the log.
    pub code: String,
    /// The reason, for the log only.
    pub reason: String,
    answer: Answer,
}

/// The content of a refusal's response.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    /// A documented code.
    Code(ErrorCode),
    /// A missing or invalid field, and what is wrong with it.
    Field(String, String),
    /// A response that is the same in every profile.
    Fixed(Box<Response>),
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self { code: code.as_str().to_owned(), reason: code.meaning().to_owned(), answer: Answer::Code(code) }
    }
}

impl Refusal {
    fn new(code: &str, reason: String, response: Response) -> Self {
        Self { code: code.to_owned(), reason, answer: Answer::Fixed(Box::new(response)) }
    }

    /// Returns the response in the form of a profile.
    pub fn response(&self, form: &Form) -> Response {
        match &self.answer {
            Answer::Code(code) => coded(code, form),
            Answer::Field(name, problem) => match form.field_errors {
                FieldErrors::Text => errors(BTreeMap::from([(name, problem)])),
                FieldErrors::List => errors(BTreeMap::from([(name, [problem])])),
            },
            Answer::Fixed(response) => Response::clone(response),
        }
    }

    /// Refuses a missing or invalid field.
    pub fn field(name: &str, problem: &str) -> Self {
        let answer = Answer::Field(name.to_owned(), problem.to_owned());
        Self { code: "validation".to_owned(), reason: format!("`{name}` {problem}"), answer }
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

/// Returns the response of a documented code in the form of a profile.
pub fn coded(code: &ErrorCode, form: &Form) -> Response {
    #[derive(Serialize)]
    struct FieldAndCode<'a> {
        errors: BTreeMap<&'a str, &'a str>,
        error_code: &'a str,
    }
    let status = match form.code_status {
        CodeStatus::ByCode => status(code),
        CodeStatus::BadRequest => 400,
        CodeStatus::Unprocessable => 422,
        CodeStatus::Ok => 200,
    };
    let (name, meaning) = (code.as_str(), code.meaning());
    let flat = BTreeMap::from([("error_code", name), ("message", meaning)]);
    match form.code_envelope {
        CodeEnvelope::Flat => Response::json(status, &flat),
        CodeEnvelope::Nested => Response::json(status, &BTreeMap::from([("error", flat)])),
        CodeEnvelope::ErrorAndCode => family_envelope(status, meaning, name),
        CodeEnvelope::FieldAndCode => {
            let errors = BTreeMap::from([(field(code), meaning)]);
            Response::json(status, &FieldAndCode { errors, error_code: name })
        }
    }
}

fn errors<T: Serialize>(fields: BTreeMap<&String, T>) -> Response {
    Response::json(400, &BTreeMap::from([("errors", fields)]))
}

fn family_envelope(status: u16, error: &str, code: &str) -> Response {
    #[derive(Serialize)]
    struct Body<'a> {
        error: &'a str,
        code: &'a str,
    }
    Response::json(status, &Body { error, code })
}

/// Returns the field that a documented code is about (**invented**).
fn field(code: &ErrorCode) -> &'static str {
    match code {
        ErrorCode::AddressNotFound | ErrorCode::InvalidAddress => "address",
        ErrorCode::AmountTooLow | ErrorCode::InvalidAmount | ErrorCode::BalanceNotEnough => "amount",
        ErrorCode::DuplicationRequest => "foreign_id",
        ErrorCode::ResourceNotFound | ErrorCode::CreateQuotaError | ErrorCode::ProcessExchangeQuotaError => "exchange",
        ErrorCode::PaymentNotFound | ErrorCode::PaymentExpired => "payment",
        _ => "currency",
    }
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
