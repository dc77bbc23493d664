//! Authenticates and reads the callback in the signing buffer.

use citrn::{
    SIGNATURE_HEADER,
    callback::{self, ForJavaScript},
};
use js_sys::Array;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    failure::{self, JsResult},
    input, signing_buffer,
};

/// Checks the signature of the callback in the signing buffer under the secrets for callbacks. Returns a failure or
/// `undefined`.
#[wasm_bindgen]
pub fn authenticate(settings: &JsValue, length: usize, signature: Option<String>) -> JsResult {
    let headers = signature.iter().map(|signature| (SIGNATURE_HEADER, signature.as_str()));
    let checked = input::configuration(settings).and_then(|config| {
        signing_buffer::with_body(length, |body| callback::authenticate(&config.callback_secrets, body, headers))
    });
    Ok(failure::or_undefined(checked))
}

/// Reads the callback in the signing buffer. Returns a failure, or a list: the JSON text of the callback with the
/// package's additional fields, and the failure of its credit or `undefined`.
#[wasm_bindgen]
pub fn read_callback(length: usize) -> JsResult {
    Ok(match signing_buffer::with_body(length, callback::read_for_javascript) {
        Ok(ForJavaScript { json, unclear }) => {
            let unclear = unclear.map_or(JsValue::UNDEFINED, |error| failure::to_js(&error));
            Array::of2(&json.into(), &unclear).into()
        }
        Err(error) => failure::to_js(&error),
    })
}
