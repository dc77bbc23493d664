//! Errors as plain objects, which the package's TypeScript converts to its error classes.

use citrn::{Code, Error};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// A value returned to JavaScript, always `Ok`. A `Result` is returned as several values, which avoids a bug of V8 11
/// (Node 20): it inlines a call that returns one reference, and aborts the process if the caller is deoptimised in it.
pub(crate) type JsResult = Result<JsValue, JsValue>;

/// An error as an object for JavaScript.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Failure<'a> {
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
    /// Whether `code` is the gateway's.
    from_gateway: bool,
}

impl<'a> From<&'a Error> for Failure<'a> {
    fn from(error: &'a Error) -> Self {
        Self {
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
        }
    }
}

pub(crate) fn to_js(error: &Error) -> JsValue {
    // Plain fields always convert.
    serde_wasm_bindgen::to_value(&Failure::from(error)).unwrap_or_default()
}

pub(crate) fn or_undefined(checked: Result<(), Error>) -> JsValue {
    checked.map_or_else(|error| to_js(&error), |()| JsValue::UNDEFINED)
}
