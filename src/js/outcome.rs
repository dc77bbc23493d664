//! Errors and callbacks, as the package takes them.

use js_sys::{Array, JSON, Object};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};

use super::host::set;
use crate::{
    Code, Error,
    callback::{Credit, Facts, is_something},
    exact::exact,
    json::Json,
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

/// A callback, in its canonical form, and the answers to what people get wrong about it.
pub(super) fn callback(canonical: &str) -> JsValue {
    let callback = Json::parse(canonical).ok().and_then(Json::object);
    let text = |name| callback.as_ref()?.string(name);
    let part = |name| callback.as_ref()?.get(name);
    let address = part("crypto_address").and_then(Json::object);
    let received_object = part("currency_received").and_then(Json::object);
    let received = |name| received_object.as_ref()?.string(name);
    let (status, kind, foreign_id) = (text("status").unwrap_or_default(), text("type"), text("foreign_id"));
    let address_foreign_id = address.and_then(|address| address.string("foreign_id"));
    let (currency, amount, after_fee) = (received("currency"), received("amount"), received("amount_minus_fee"));
    let facts = Facts {
        status: &status,
        kind: kind.as_deref(),
        foreign_id: foreign_id.as_deref(),
        address_foreign_id: address_foreign_id.as_deref(),
        currency: currency.as_deref(),
        amount: amount.as_deref(),
        amount_minus_fee: after_fee.as_deref(),
        has_fees: part("fees").is_some_and(|fees| is_something(fees.as_str())),
        is_unclear: received_object.is_some_and(|received| {
            received.get("amount_minus_fee").is_some_and(|json| !json.is_string() && !json.is_null())
        }),
    };
    let answers = Answers {
        is_final: facts.is_final(),
        is_deposit: facts.is_deposit(),
        customer_id: facts.customer_id(),
        credit: facts.credit(),
    };
    // Nobody to credit is an answer, so null; what an outcome does not have is not there at all.
    let answers = to_js(&answers, Serializer::new().serialize_missing_as_null(true));
    Array::of2(&parse(canonical), &answers).into()
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

fn to_js(value: &impl Serialize, serializer: Serializer) -> Object {
    value.serialize(&serializer).ok().and_then(|value| value.dyn_into().ok()).unwrap_or_default()
}
