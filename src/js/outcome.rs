//! What a call came to, as the package takes it: a reply with `value`, or an error with `code`.

use js_sys::{JSON, Object};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

use super::host::set;
use crate::{
    Code, Error, Reply,
    callback::{Callback, Credit},
    exact::exact,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase", untagged)]
enum Outcome<'a> {
    #[serde(rename_all = "camelCase")]
    Reply { http_status: u16, raw: &'a str },
    #[serde(rename_all = "camelCase")]
    Error {
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
    },
}

/// A reply: its status, its text, and its value.
pub(super) fn reply(reply: &Reply<String>) -> JsValue {
    let outcome = to_js(&Outcome::Reply { http_status: reply.http_status, raw: &reply.raw });
    put(&outcome, "value", &parse(&reply.data));
    outcome.into()
}

/// An error, with the JavaScript error that broke the connection if there is one.
pub(super) fn error(error: &Error, cause: Option<JsValue>) -> JsValue {
    let outcome = to_js(&Outcome::Error {
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
    });
    if let (Code::Network, Some(cause)) = (error.code(), cause) {
        put(&outcome, "cause", &cause);
    }
    outcome.into()
}

/// A callback and the answers to what people get wrong about it.
pub(super) fn callback(callback: &Callback) -> JsValue {
    let answers = Answers {
        is_final: callback.is_final(),
        is_deposit: callback.is_deposit(),
        customer_id: callback.customer_id(),
        credit: callback.credit(),
    };
    match serde_json::to_string(&(callback, answers)) {
        Ok(json) => parse(&json),
        Err(_) => error(&Error::not_sent(Code::InvalidCallback, "The callback cannot be written as JSON."), None),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answers<'a> {
    is_final: bool,
    is_deposit: bool,
    customer_id: Option<&'a str>,
    credit: Option<Credit<'a>>,
}

/// JSON that this crate wrote or checked, so it parses.
fn parse(json: &str) -> JsValue {
    JSON::parse(&exact(json)).unwrap_or(JsValue::NULL)
}

/// Sets a property of an object of our own, which takes it.
fn put(outcome: &Object, name: &str, value: &JsValue) {
    let _ = set(outcome, name, value);
}

fn to_js(outcome: &Outcome<'_>) -> Object {
    serde_wasm_bindgen::to_value(outcome).ok().and_then(|value| value.dyn_into().ok()).unwrap_or_default()
}
