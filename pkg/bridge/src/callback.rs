//! Callbacks in the signing buffer.

use citrn::{
    Error, SIGNATURE_HEADER, Secret,
    callback::{self, ForJavaScript},
};
use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::{failure, signing_buffer};

/// Checks the signature of the body under each of the secrets.
pub(crate) fn authenticate(secrets: Vec<String>, length: usize, signature: Option<&str>) -> Result<(), Error> {
    let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect();
    let headers = signature.map(|signature| (SIGNATURE_HEADER, signature));
    signing_buffer::with_body(length, |body| callback::authenticate(&secrets, body, headers))
}

/// Reads the body: its JSON for the package, and the failure of its credit or `undefined`.
pub(crate) fn read(length: usize) -> Result<JsValue, Error> {
    let ForJavaScript { json, unclear } = signing_buffer::with_body(length, callback::read_for_javascript)?;
    let unclear = unclear.map_or(JsValue::UNDEFINED, |error| failure::to_js(&error));
    Ok(Array::of2(&json.into(), &unclear).into())
}
