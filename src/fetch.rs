//! The [`Platform`] for wasm: the host's `fetch` with gloo-net's request types, and its timers, clock and randomness.

use core::{fmt::Display, future::Future, time::Duration};

use gloo_net::http;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Date, Function, Math, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, ReadableStreamDefaultReader, ReadableStreamReadResult, RequestRedirect};

use crate::{FetchError, Platform, Request, Response, endpoint::Method};

/// The global `fetch`, `setTimeout` and `Date` of Workers, Node, Bun, Deno and browsers.
///
/// A dropped call aborts its request and clears its timers. The global `fetch` is looked up on every call. If it was
/// replaced, the replacement must take a `Request` and return a `Response` of the runtime. With any other object the
/// call fails after its request was sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fetch;

impl Platform for Fetch {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let fetch = property(&js_sys::global(), "fetch").and_then(|fetch| fetch.dyn_into::<Function>().ok());
        let fetch = fetch.ok_or_else(|| FetchError::NotConfigured("is not a function in this runtime".to_owned()))?;
        let controller = AbortController::new().map_err(|error| not_configured(describe(&error)))?;
        let sent = build(request, &controller.signal()).map_err(not_configured)?;
        let mut abort = AbortOnDrop(Some(controller));
        // gloo-net's `send` panics on an answer of another class, and loses the cause of a rejection.
        let promise = fetch.call1(&JsValue::UNDEFINED, &web_sys::Request::from(sent)).map_err(failed)?;
        let answer = JsFuture::from(Promise::resolve(&promise)).await.map_err(failed)?;
        let response = answer.dyn_into::<web_sys::Response>();
        let response =
            response.map_err(|_| unreadable("the global fetch did not return a Response object of this runtime"))?;
        let reply = read(&response.into(), request.max_reply_bytes).await?;
        abort.0 = None;
        Ok(reply)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        // `setTimeout` fires immediately for longer delays.
        let longest = Duration::from_millis(i32::MAX.unsigned_abs().into());
        TimeoutFuture::new(duration.min(longest).as_millis() as u32)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(Date::now() as u64)
    }

    #[expect(clippy::float_arithmetic, reason = "jitter, not money")]
    fn random(&self) -> u32 {
        (Math::random() * f64::from(u32::MAX)) as u32
    }
}

fn build(request: &Request, signal: &AbortSignal) -> Result<http::Request, gloo_net::Error> {
    let builder = match request.method {
        Method::Get => http::Request::get(&request.url),
        Method::Post => http::Request::post(&request.url),
    };
    let builder = builder.redirect(RequestRedirect::Manual).abort_signal(Some(signal));
    let builder = request.headers.iter().fold(builder, |builder, (name, value)| builder.header(name, value));
    match request.body.as_deref().map(|body| (body, str::from_utf8(body))) {
        None => builder.build(),
        // `fetch` encodes text to the signed bytes, which costs less than copying bytes.
        Some((_, Ok(text))) => builder.body(text),
        Some((bytes, Err(_))) => builder.body(Uint8Array::from(bytes)),
    }
}

async fn read(response: &http::Response, max_bytes: usize) -> Result<Response, FetchError> {
    if response.body_used() {
        return Err(unreadable("its body was already read"));
    }
    let content_length = response.headers().get("Content-Length").and_then(|length| length.parse::<usize>().ok());
    if content_length.is_some_and(|length| length > max_bytes) {
        return Err(too_large(max_bytes));
    }
    let retry_after = response.headers().get("Retry-After");
    Ok(Response { status: response.status(), retry_after, body: read_body(response, max_bytes).await? })
}

async fn read_body(response: &http::Response, max_bytes: usize) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    let Some(stream) = response.body() else { return Ok(body) };
    if stream.locked() {
        return Err(unreadable("its body is being read elsewhere"));
    }
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let step: ReadableStreamReadResult = JsFuture::from(reader.read()).await.map_err(failed)?.unchecked_into();
        if step.get_done() == Some(true) {
            return Ok(body);
        }
        let chunk = step.get_value().dyn_into::<Uint8Array>();
        let chunk = chunk.map_err(|_| unreadable("its body does not consist of bytes"))?;
        if body.len().saturating_add(chunk.length() as usize) > max_bytes {
            return Err(too_large(max_bytes));
        }
        body.extend_from_slice(&chunk.to_vec());
    }
}

/// Aborts a request on drop, unless the reply was read.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// The error of a request that failed before `fetch` was called.
fn not_configured(reason: impl Display) -> FetchError {
    FetchError::NotConfigured(format!("cannot be called in this runtime: {reason}"))
}

fn failed(error: JsValue) -> FetchError {
    FetchError::Failed(describe(&error))
}

fn unreadable(problem: &str) -> FetchError {
    FetchError::Unreadable(problem.to_owned())
}

/// The error of a reply above the limit, which is in whole MiB.
fn too_large(max_bytes: usize) -> FetchError {
    FetchError::Unreadable(format!("it is larger than {} MiB", max_bytes >> 20))
}

/// Returns the message of a JavaScript error with its cause, in which Node gives the reason, such as ECONNREFUSED.
fn describe(error: &JsValue) -> String {
    let text = |value: &JsValue, name| property(value, name).and_then(|text| text.as_string());
    let message =
        |value: &JsValue| value.as_string().or_else(|| text(value, "message").filter(|message| !message.is_empty()));
    let summary = message(error).unwrap_or_else(|| "the transport gave no reason".to_owned());
    match property(error, "cause").and_then(|cause| message(&cause).or_else(|| text(&cause, "code"))) {
        Some(cause) => format!("{summary} ({cause})"),
        None => summary,
    }
}

fn property(value: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(value, &JsValue::from_str(name)).ok().filter(|found| !found.is_undefined() && !found.is_null())
}
