//! Outgoing HTTP requests: to the gateway, and to the shop's webhook.
//!
//! The core's feature `fetch` costs more CPU per request (`bench/NOTES.md`): gloo-net builds each `Request` twice, and
//! every body is read as a stream.

use citrn::{FetchError, Request, Response};
use js_sys::{JSON, Promise, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{AbortController, AbortSignal, RequestInit};

use super::{
    body::{BodyError, read_stream, read_whole},
    http::as_object,
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch, catch)]
    fn global_fetch(url: &str, init: &RequestInit) -> Result<Promise, JsValue>;
}

/// The second argument of `fetch`, without signal and body: they cross into JavaScript as one text.
#[derive(Serialize)]
struct Init<'a> {
    method: &'a str,
    redirect: &'static str,
    #[serde(serialize_with = "as_object")]
    headers: &'a [(&'static str, String)],
}

/// Sends a request of the core, and reads its reply.
pub(super) async fn fetch(request: &Request) -> Result<Response, FetchError> {
    // `fetch` encodes text to the very bytes that were signed, and copies bytes twice.
    let body = request.body.as_deref().map(|body| match core::str::from_utf8(body) {
        Ok(text) => JsValue::from_str(text),
        Err(_) => Uint8Array::from(body).into(),
    });
    let controller = AbortController::new().map_err(failed)?;
    let signal = controller.signal();
    let mut abort = AbortOnDrop(Some(controller));
    let sent = send(request.method.as_str(), &request.url, &request.headers, body.as_ref(), &signal).await;
    let reply = read(&sent.map_err(failed)?, request.max_reply_bytes).await?;
    abort.0 = None;
    Ok(reply)
}

/// Sends a POST, and returns the status of its response. The body of the response is not read.
pub(super) async fn post(url: &str, headers: &[(&'static str, String)], body: &str) -> Result<u16, JsValue> {
    let controller = AbortController::new()?;
    let signal = controller.signal();
    let _abort = AbortOnDrop(Some(controller));
    let response = send("POST", url, headers, Some(&JsValue::from_str(body)), &signal).await?;
    Ok(response.status())
}

async fn send(
    method: &str,
    url: &str,
    headers: &[(&'static str, String)],
    body: Option<&JsValue>,
    signal: &AbortSignal,
) -> Result<web_sys::Response, JsValue> {
    let init = serde_json::to_string(&Init { method, redirect: "manual", headers })
        .map_err(|_| JsValue::from_str("the headers cannot be written"))?;
    let init: RequestInit = JSON::parse(&init)?.unchecked_into();
    init.set_signal(Some(signal));
    if let Some(body) = body {
        init.set_body(body);
    }
    let response = global_fetch(url, &init)?.await?;
    // The getters of `Response` would trap on an object of another class.
    response.dyn_into().map_err(|_| JsValue::from_str("the global fetch gave no Response object of this runtime"))
}

async fn read(response: &web_sys::Response, limit: usize) -> Result<Response, FetchError> {
    let header = |name| response.headers().get(name).ok().flatten();
    let announced = header("Content-Length").and_then(|length| length.parse::<usize>().ok());
    let body = match announced {
        Some(length) if length > limit => Err(BodyError::TooLarge),
        // Decompression can make a body longer than announced.
        Some(_) if header("Content-Encoding").is_none() => read_whole(response.array_buffer(), limit).await,
        _ => read_stream(response.body(), limit).await,
    };
    let body = body.map_err(|error| match error {
        BodyError::Broken(error) => failed(error),
        // The limit consists of whole MiB.
        BodyError::TooLarge => FetchError::Unreadable(format!("it has more than {} MiB", limit >> 20)),
    })?;
    Ok(Response { status: response.status(), retry_after: header("Retry-After"), body })
}

fn failed(error: JsValue) -> FetchError {
    FetchError::Failed(describe(&error))
}

/// Aborts a request when it is dropped, unless the reply was read.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

const NO_REASON: &str = "the platform gave no reason";

/// The message of a JavaScript error.
pub(super) fn describe(error: &JsValue) -> String {
    let message = Reflect::get(error, &JsValue::from_str("message")).ok().and_then(|message| message.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| NO_REASON.to_owned())
}

/// The message of an error of the platform's crate. Its `Display` takes 5 KB of the upload: it prints floats.
pub(super) fn reason(error: worker::Error) -> String {
    match error {
        worker::Error::UnknownJsError { message, .. }
        | worker::Error::JsError(message)
        | worker::Error::RustError(message) => message,
        _ => NO_REASON.to_owned(),
    }
}
