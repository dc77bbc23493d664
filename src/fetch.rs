//! The fetch-based transport, for wasm: gloo-net over the global `fetch`, timers and the clock of the JavaScript host.

use core::{future::Future, time::Duration};

use js_sys::{JSON, Math, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{AbortController, AbortSignal};

use crate::{
    FetchError, Platform, Request, Response,
    json::text,
    promise::{settled, sleep},
};

#[wasm_bindgen]
extern "C" {
    /// gloo-net's own binding loses the JavaScript error, and with it the reason under its `cause`.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn global_fetch(url: &str, init: &JsValue) -> Result<Promise, JsValue>;

    /// What `fetch` takes beside the URL, which has both of these already.
    type Init;

    #[wasm_bindgen(method, setter)]
    fn set_signal(this: &Init, signal: &AbortSignal);

    #[wasm_bindgen(method, setter)]
    fn set_body(this: &Init, body: &JsValue);
}

/// The largest body of an answer that is read.
const MOST_BYTES: u32 = 16 * 1024 * 1024;

/// The platform of wasm: the global `fetch`, `setTimeout` and `Date`.
///
/// It runs wherever those exist: Workers, Node, Bun, Deno, browsers. A dropped call aborts its request and clears its
/// timers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fetch;

impl Platform for Fetch {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        send(request).await.map_err(|error| FetchError { message: describe(&error) })
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

/// Sends a request by the global `fetch`.
///
/// It gets the URL and a plain object: of a `Request`, which is all that gloo-net can send, `fetch` would make a second one, at
/// as much as all the rest of a call costs.
pub(crate) async fn send(request: &Request) -> Result<Response, JsValue> {
    let abort = AbortOnDrop::new()?;
    // A text, of which `fetch` makes the very bytes that were signed, is less work for it than bytes, which it copies.
    let body = request.body.as_deref().map(|body| match core::str::from_utf8(body) {
        Ok(text) => JsValue::from_str(text),
        Err(_) => Uint8Array::from(body).into(),
    });
    let answer = settled(&global_fetch(&request.url, &init(request, body, &abort)?)?).await?;
    let response = gloo_net::http::Response::from(answer.dyn_into::<web_sys::Response>()?);
    let status = response.status();
    let retry_after = response.headers().get("Retry-After");
    let buffer = settled(&web_sys::Response::from(response).array_buffer()?).await?;
    let body = bytes(&Uint8Array::new(&buffer))?;
    abort.disarm();
    Ok(Response { status, retry_after, body })
}

/// What `fetch` takes beside the URL. Method and headers cross over as one text.
pub(crate) fn init(request: &Request, body: Option<JsValue>, abort: &AbortOnDrop) -> Result<JsValue, JsValue> {
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

/// The bytes of the answer's body. A larger one stays in JavaScript's memory, of which there is more.
pub(crate) fn bytes(body: &Uint8Array) -> Result<Vec<u8>, JsValue> {
    if body.length() > MOST_BYTES {
        return Err(js_sys::Error::new("the answer has more than 16 MiB").into());
    }
    Ok(body.to_vec())
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
