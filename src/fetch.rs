//! The fetch-based transport, for wasm: gloo-net over the global `fetch`, timers and the clock of the JavaScript host.

use core::{future::Future, time::Duration};

use gloo_net::http;
use js_sys::{ArrayBuffer, Function, JSON, Math, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{AbortController, AbortSignal, ReadableStreamDefaultReader};

use crate::{
    FetchError, Platform, Request, Response,
    json::text,
    promise::{settled, sleep},
};

#[wasm_bindgen]
extern "C" {
    /// The second argument of `fetch`, which has both of these properties already.
    type Init;

    #[wasm_bindgen(method, setter)]
    fn set_signal(this: &Init, signal: &AbortSignal);

    #[wasm_bindgen(method, setter)]
    fn set_body(this: &Init, body: &JsValue);
}

/// The platform of wasm: the global `fetch`, `setTimeout` and `Date`.
///
/// It runs wherever those exist: Workers, Node, Bun, Deno, browsers. A dropped call aborts its request and clears its
/// timers. The global `fetch` is looked up on every call. It may be replaced by one that answers with the runtime's own
/// `Response` objects; any other answer is an error, although the request was sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fetch;

impl Platform for Fetch {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let fetch = property(&js_sys::global(), "fetch").and_then(|fetch| fetch.dyn_into::<Function>().ok());
        let Some(fetch) = fetch else {
            return Err(FetchError::NotConfigured("is not a function in this runtime".to_owned()));
        };
        let abort = AbortOnDrop::new().map_err(unprepared)?;
        let init = init(request, &abort).map_err(unprepared)?;
        let promise = fetch.call2(&JsValue::UNDEFINED, &JsValue::from_str(&request.url), &init).map_err(failed)?;
        let answer = settled(promise.unchecked_ref::<Promise>()).await.map_err(failed)?;
        let response = read(answer, request.max_reply_bytes).await?;
        abort.disarm();
        Ok(response)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        sleep(duration)
    }

    fn now(&self) -> Duration {
        now()
    }

    fn random(&self) -> u32 {
        random()
    }
}

async fn read(answer: JsValue, max_bytes: usize) -> Result<Response, FetchError> {
    // On any other object the bindings of `Response` would panic.
    let answer = answer.dyn_into::<web_sys::Response>();
    let response = answer.map_err(|_| unreadable("the global fetch gave no Response object of this runtime"))?;
    if response.body_used() {
        return Err(unreadable("its body has been read already"));
    }
    let response = http::Response::from(response);
    let announced = response.headers().get("Content-Length").and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > max_bytes) {
        return Err(too_large(max_bytes));
    }
    let (status, retry_after) = (response.status(), response.headers().get("Retry-After"));
    // HTTP delivers no more than it announces, unless it is decompressed. One read is cheaper than a stream.
    let is_whole = announced.is_some() && response.headers().get("Content-Encoding").is_none();
    let body = if is_whole { whole(response, max_bytes).await? } else { streamed(&response, max_bytes).await? };
    Ok(Response { status, retry_after, body })
}

async fn whole(response: http::Response, max_bytes: usize) -> Result<Vec<u8>, FetchError> {
    let buffer = web_sys::Response::from(response).array_buffer().map_err(failed)?;
    let body = Uint8Array::new(&settled(&buffer).await.map_err(failed)?);
    if body.length() as usize > max_bytes { Err(too_large(max_bytes)) } else { Ok(body.to_vec()) }
}

async fn streamed(response: &http::Response, max_bytes: usize) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    let Some(stream) = response.body() else { return Ok(body) };
    if stream.locked() {
        return Err(unreadable("its body is being read elsewhere"));
    }
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let step = settled(&reader.read()).await.map_err(failed)?;
        let Some(chunk) = property(&step, "value") else { return Ok(body) };
        if !ArrayBuffer::is_view(&chunk) {
            return Err(unreadable("its body is not made of bytes"));
        }
        let chunk: Uint8Array = chunk.unchecked_into();
        if body.len().saturating_add(chunk.length() as usize) > max_bytes {
            return Err(too_large(max_bytes));
        }
        body.extend_from_slice(&chunk.to_vec());
    }
}

fn failed(error: JsValue) -> FetchError {
    FetchError::Failed(describe(&error))
}

/// An error before `fetch` was called.
pub(crate) fn unprepared(error: JsValue) -> FetchError {
    FetchError::NotConfigured(format!("cannot be called in this runtime: {}", describe(&error)))
}

/// The error of a reply beyond the limit, which is of whole MiB.
fn too_large(max_bytes: usize) -> FetchError {
    FetchError::Unreadable(format!("it has more than {} MiB", max_bytes >> 20))
}

fn unreadable(problem: &str) -> FetchError {
    FetchError::Unreadable(problem.to_owned())
}

/// The second argument of `fetch`, beside the URL: of a `Request` object Node's `fetch` would make a copy. Method and headers
/// cross into JavaScript as one text.
pub(crate) fn init(request: &Request, abort: &AbortOnDrop) -> Result<JsValue, JsValue> {
    // `fetch` encodes a text to the very bytes that were signed, and copies bytes twice.
    let body = request.body.as_deref().map(|body| match core::str::from_utf8(body) {
        Ok(text) => JsValue::from_str(text),
        Err(_) => Uint8Array::from(body).into(),
    });
    let mut json = String::with_capacity(512);
    json.push_str(r#"{"redirect":"manual","signal":null,"method":"#);
    text::write(request.method.as_str(), &mut json);
    if body.is_some() {
        json.push_str(r#","body":null"#);
    }
    json.push_str(r#","headers":{"#);
    for (at, (name, value)) in request.headers.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        text::write(name, &mut json);
        json.push(':');
        text::write(value, &mut json);
    }
    json.push_str("}}");
    let init = JSON::parse(&json)?.unchecked_into::<Init>();
    init.set_signal(&abort.signal());
    if let Some(body) = body {
        init.set_body(&body);
    }
    Ok(init.into())
}

/// Aborts a request when it is dropped before it was disarmed.
pub(crate) struct AbortOnDrop(Option<AbortController>, AbortSignal);

impl AbortOnDrop {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let controller = AbortController::new()?;
        let signal = controller.signal();
        Ok(Self(Some(controller), signal))
    }

    pub(crate) fn signal(&self) -> AbortSignal {
        self.1.clone()
    }

    pub(crate) fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            controller.abort();
        }
    }
}

pub(crate) fn now() -> Duration {
    Duration::from_millis(js_sys::Date::now() as u64)
}

#[expect(clippy::float_arithmetic, reason = "jitter, not money")]
pub(crate) fn random() -> u32 {
    // From [0, 1) to 32 bits.
    (Math::random() * f64::from(u32::MAX)) as u32
}

/// What a JavaScript error says, with the reason that `fetch` hides under `cause` (in Node, such as ECONNREFUSED).
pub(crate) fn describe(error: &JsValue) -> String {
    let message = |value: &JsValue| match value.as_string() {
        Some(text) => Some(text),
        None => property(value, "message").and_then(|text| text.as_string()).filter(|text| !text.is_empty()),
    };
    let said = message(error).unwrap_or_else(|| "the transport gave no reason".to_owned());
    let cause = property(error, "cause")
        .and_then(|cause| message(&cause).or_else(|| property(&cause, "code").and_then(|code| code.as_string())));
    match cause {
        Some(cause) => format!("{said} ({cause})"),
        None => said,
    }
}

fn property(value: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(value, &JsValue::from_str(name)).ok().filter(|found| !found.is_undefined() && !found.is_null())
}
