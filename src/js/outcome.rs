//! Errors and callbacks, as the package takes them.

use js_sys::{Array, JSON, Object};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};

use super::host::set;
use crate::{
    Code, Error,
    callback::{Callback, Credit, Review},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure<'a> {
    code: &'a str,
    message: &'a str,
    http_status: Option<u16>,
    executed: &'a str,
    retryable: bool,
    /// Seconds.
    retry_after: Option<f64>,
    field: Option<&'a str>,
    reference: Option<(&'a str, &'a str)>,
    raw: Option<&'a str>,
    /// Whether `code` is the gateway's own.
    from_gateway: bool,
}

/// An error, with the JavaScript error that broke the connection if there is one.
pub(super) fn error(error: &Error, cause: Option<JsValue>) -> JsValue {
    let outcome = to_js(
        &Failure {
            code: error.code().as_str(),
            message: error.message(),
            http_status: error.http_status(),
            executed: error.executed().as_str(),
            retryable: error.retryable(),
            retry_after: error.retry_after().map(|wait| wait.as_secs_f64()),
            field: error.field(),
            reference: error.reference().map(|reference| (reference.name, reference.value.as_str())),
            raw: error.raw(),
            from_gateway: matches!(error.code(), Code::Gateway(_)),
        },
        Serializer::new(),
    );
    if let (Code::Network, Some(cause)) = (error.code(), cause) {
        // An object of our own takes it.
        let _ = set(&outcome, "cause", &cause);
    }
    outcome.into()
}

/// A callback in its canonical form, the answers that are derived from it, and the error of its credit if any.
pub(super) fn callback(canonical: &str, callback: &Callback) -> JsValue {
    let (credit, unclear) = match callback.credit() {
        Ok(credit) => (credit, JsValue::UNDEFINED),
        Err(unclear) => (None, error(&unclear, None)),
    };
    let answers = Answers {
        is_final: callback.is_final(),
        is_deposit: callback.is_deposit(),
        customer_id: callback.customer_id(),
        needs_review: callback.needs_review(),
        credit,
    };
    // Nobody to credit is an answer, so null; what an outcome does not have is not there at all.
    let answers = to_js(&answers, Serializer::new().serialize_missing_as_null(true));
    Array::of3(&parse(canonical), &answers, &unclear).into()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answers<'a> {
    is_final: bool,
    is_deposit: bool,
    customer_id: Option<&'a str>,
    needs_review: Option<Review>,
    credit: Option<Credit<'a>>,
}

/// JSON that this crate wrote or checked, so it parses.
fn parse(json: &str) -> JsValue {
    JSON::parse(json).unwrap_or(JsValue::NULL)
}

fn to_js(value: &impl Serialize, serializer: Serializer) -> Object {
    value.serialize(&serializer).ok().and_then(|value| value.dyn_into().ok()).unwrap_or_default()
}
