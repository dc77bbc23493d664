//! Why a call is refused, and how that looks on the wire.
//!
//! Citron documents the 19 codes and nothing around them, so the envelopes and the HTTP statuses are **invented**: the
//! code beside a message for the documented codes, and the sibling gateways' envelopes for everything that no documented
//! code covers (authentication, content format, validation).

use citrn::ErrorCode;
use serde::Serialize;

use crate::{gateway::BASE_PATH, http::Response};

/// Why a call is refused. Whatever is refused has changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// One of the 19 documented codes.
    Code(ErrorCode),
    /// A field is missing or of the wrong shape (a sibling's envelope).
    Field {
        /// Its name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The key or the signature is missing or wrong (a sibling's envelope).
    Unauthenticated {
        /// The sibling's code.
        code: &'static str,
        /// The sibling's sentence.
        sentence: &'static str,
        /// What was probably done wrong, for the log only.
        reason: String,
    },
    /// The body is not a JSON object, or not announced as JSON (a sibling's envelope).
    BadContent {
        /// What is wrong with it, for the log only.
        reason: String,
    },
    /// There is nothing at this path.
    UnknownPath {
        /// The path of the endpoint that was probably meant, below [`BASE_PATH`].
        intended: Option<&'static str>,
    },
    /// The path exists with another method only.
    WrongMethod {
        /// The method that it takes.
        allowed: &'static str,
    },
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Refusal::Code(code)
    }
}

impl Refusal {
    /// A field is missing or of the wrong shape.
    #[must_use]
    pub fn field(name: &str, problem: impl Into<String>) -> Self {
        Refusal::Field { name: name.to_owned(), problem: problem.into() }
    }

    /// The code or kind of refusal, as the log names it.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Refusal::Code(code) => code.as_str(),
            Refusal::Field { .. } => "validation",
            Refusal::Unauthenticated { code, .. } => code,
            Refusal::BadContent { .. } => "bad_content_format",
            Refusal::UnknownPath { .. } => "not_found",
            Refusal::WrongMethod { .. } => "method_not_allowed",
        }
    }

    /// What a person needs to know, for the log only.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Refusal::Code(code) => code.meaning().to_owned(),
            Refusal::Field { name, problem } => format!("`{name}` {problem}"),
            Refusal::Unauthenticated { reason, .. } | Refusal::BadContent { reason } => reason.clone(),
            Refusal::UnknownPath { intended } => format!("there is nothing at this path: {}", where_to_look(*intended)),
            Refusal::WrongMethod { allowed } => format!("this path takes {allowed} only"),
        }
    }

    /// The answer.
    #[must_use]
    pub fn response(&self) -> Response {
        match self {
            Refusal::Code(code) => coded(status(code), code),
            Refusal::Field { name, problem } => {
                #[derive(Serialize)]
                struct Body {
                    errors: std::collections::BTreeMap<String, String>,
                }
                Response::json(400, &Body { errors: [(name.clone(), problem.clone())].into() })
            }
            Refusal::Unauthenticated { code, sentence, .. } => sibling(403, sentence, code),
            Refusal::BadContent { .. } => sibling(400, "Bad content format", "bad_content_format"),
            Refusal::UnknownPath { intended } => {
                sibling(404, &format!("Not found: {}", where_to_look(*intended)), "not_found")
            }
            Refusal::WrongMethod { allowed } => {
                sibling(405, "Method not allowed", "method_not_allowed").with_header("Allow", *allowed)
            }
        }
    }
}

/// Helps a caller whose base URL is wrong.
fn where_to_look(intended: Option<&str>) -> String {
    match intended {
        Some(path) => format!("this endpoint is at {BASE_PATH}{path}, so a client's base URL ends in {BASE_PATH}"),
        None => format!("the endpoints are below {BASE_PATH}"),
    }
}

/// The invented envelope around a documented code.
#[must_use]
pub fn coded(status: u16, code: &ErrorCode) -> Response {
    #[derive(Serialize)]
    struct Body<'a> {
        error_code: &'a ErrorCode,
        message: &'static str,
    }
    Response::json(status, &Body { error_code: code, message: code.meaning() })
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
#[must_use]
pub fn status(code: &ErrorCode) -> u16 {
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
