//! Callbacks in the signing buffer.

use citrn::{
    Error, SIGNATURE_HEADER, Secret,
    callback::{self, Credit, Review},
};
use serde::Serialize;

use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::{failure, signing_buffer};

/// Checks the signature of the body under each of the secrets.
pub(crate) fn authenticate(secrets: Vec<String>, length: usize, signature: Option<&str>) -> Result<(), Error> {
    let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect();
    let headers = signature.map(|signature| (SIGNATURE_HEADER, signature));
    signing_buffer::with_body(length, |body| callback::authenticate(&secrets, body, headers))
}

/// The answers about a callback that the package adds to its fields.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answers<'a> {
    is_final: bool,
    is_deposit: bool,
    customer_id: Option<&'a str>,
    needs_review: Option<Review>,
    credit: Option<Credit<'a>>,
}

/// Reads the body: the JSON text of the callback and the answers about it, and the failure of its credit or `undefined`.
pub(crate) fn read(length: usize) -> Result<JsValue, Error> {
    let (json, callback) = signing_buffer::with_body(length, callback::read_lossless)?;
    let credit = callback.credit();
    let answers = Answers {
        is_final: callback.is_final(),
        is_deposit: callback.is_deposit(),
        customer_id: callback.customer_id(),
        needs_review: callback.needs_review(),
        credit: credit.as_ref().ok().copied().flatten(),
    };
    // Plain fields are always written.
    let answers = serde_json::to_string(&answers).unwrap_or_default();
    let unclear = failure::or_undefined(credit.map(drop));
    Ok(Array::of2(&format!("[{json},{answers}]").into(), &unclear).into())
}
