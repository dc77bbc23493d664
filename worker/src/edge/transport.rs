//! Outgoing HTTP requests to the gateway and to the merchant's webhook.
//!
//! The core's feature `fetch` makes more calls across the wasm boundary, and so costs more CPU (`bench/NOTES.md`).

use citrn::{FetchError, Request, Response};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::AbortController;

use super::http::to_json;

#[wasm_bindgen(module = "/src/edge/http.js")]
extern "C" {
    type Reply;

    #[wasm_bindgen(method, getter)]
    fn status(this: &Reply) -> u16;

    #[wasm_bindgen(method, getter, js_name = retryAfter)]
    fn retry_after(this: &Reply) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn body(this: &Reply) -> Option<Vec<u8>>;

    #[wasm_bindgen(catch)]
    async fn exchange(
        method: &str,
        url: &str,
        headers: &str,
        body: &JsValue,
        controller: &AbortController,
        limit: usize,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    async fn deliver(url: &str, headers: &str, body: &str, controller: &AbortController) -> Result<JsValue, JsValue>;
}

/// Sends a request of the core and reads its reply.
pub(super) async fn fetch(request: &Request) -> Result<Response, FetchError> {
    let Request { method, url, headers, max_reply_bytes: limit, .. } = request;
    // `fetch` encodes text to exactly the signed bytes, whereas it would copy a byte array twice.
    let body = request.body.as_deref().map_or(JsValue::UNDEFINED, |body| match core::str::from_utf8(body) {
        Ok(text) => JsValue::from_str(text),
        Err(_) => Uint8Array::from(body).into(),
    });
    let mut abort = AbortOnDrop::new().map_err(failed)?;
    let reply = exchange(method.as_str(), url, &to_json(headers), &body, &abort.controller, *limit).await;
    let reply: Reply = reply.map_err(failed)?.unchecked_into();
    // The limit is a multiple of 1 MiB.
    let body = reply.body().ok_or_else(|| FetchError::Unreadable(format!("it is larger than {} MiB", limit >> 20)))?;
    abort.is_armed = false;
    Ok(Response { status: reply.status(), retry_after: reply.retry_after(), body })
}

/// Sends a POST and returns the status of its response, without reading the response's body.
pub(super) async fn post(url: &str, headers: &[(&'static str, String)], body: &str) -> Result<u16, JsValue> {
    let abort = AbortOnDrop::new()?;
    let response = deliver(url, &to_json(headers), body, &abort.controller).await?;
    Ok(response.unchecked_into::<Reply>().status())
}

fn failed(error: JsValue) -> FetchError {
    FetchError::Failed(describe(&error))
}

/// Aborts a request on drop, unless its reply was read.
pub(super) struct AbortOnDrop {
    pub(super) controller: AbortController,
    is_armed: bool,
}

impl AbortOnDrop {
    pub(super) fn new() -> Result<Self, JsValue> {
        Ok(Self { controller: AbortController::new()?, is_armed: true })
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if self.is_armed {
            self.controller.abort();
        }
    }
}

const NO_REASON: &str = "the platform gave no reason";

/// Returns the message of a JavaScript error.
pub(super) fn describe(error: &JsValue) -> String {
    let message = Reflect::get(error, &JsValue::from_str("message")).ok().and_then(|message| message.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| NO_REASON.to_owned())
}

/// Returns the message of an error of the worker crate. Its `Display` formats floats, which adds 4 KB to the upload.
pub(super) fn reason(error: worker::Error) -> String {
    match error {
        worker::Error::UnknownJsError { message, .. }
        | worker::Error::JsError(message)
        | worker::Error::RustError(message) => message,
        _ => NO_REASON.to_owned(),
    }
}
