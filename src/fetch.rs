//! The fetch-based transport, for wasm: gloo-net over the global `fetch`, timers and the clock of the JavaScript host.

use core::{future::Future, time::Duration};

use js_sys::{Function, Math, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, RequestRedirect};

use crate::{FetchError, Platform, Request, Response, endpoint::Method};

#[wasm_bindgen]
extern "C" {
    /// gloo-net's own binding loses the JavaScript error, and with it the reason under its `cause`.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn global_fetch(request: &web_sys::Request) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = clearTimeout, catch)]
    fn clear_timeout(timer: &JsValue) -> Result<(), JsValue>;
}

/// Longest time that JavaScript timers can wait: a longer one would fire at once.
const LONGEST_TIMER: Duration = Duration::from_millis(i32::MAX as u64);

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

/// Sends a request through gloo-net.
pub(crate) async fn send(request: &Request) -> Result<Response, JsValue> {
    let abort = AbortOnDrop::new()?;
    let builder = match request.method {
        Method::Get => gloo_net::http::Request::get(&request.url),
        Method::Post => gloo_net::http::Request::post(&request.url),
    };
    let builder = request
        .headers
        .iter()
        .fold(builder, |builder, (name, value)| builder.header(name, value))
        .redirect(RequestRedirect::Manual)
        .abort_signal(Some(&abort.signal()));
    let built = match &request.body {
        Some(body) => builder.body(Uint8Array::from(body.as_slice())),
        None => builder.build(),
    };
    let built: web_sys::Request = built.map_err(|error| JsValue::from_str(&error.to_string()))?.into();
    let answer = JsFuture::from(global_fetch(&built)?).await?;
    let response = gloo_net::http::Response::from(answer.dyn_into::<web_sys::Response>()?);
    let retry_after = response.headers().get("Retry-After");
    let status = response.status();
    let body = bytes_of(&web_sys::Response::from(response).array_buffer()?).await?;
    abort.disarm();
    Ok(Response { status, retry_after, body })
}

/// The bytes of the answer's body. A larger one stays in JavaScript's memory, of which there is more.
pub(crate) async fn bytes_of(array_buffer: &Promise) -> Result<Vec<u8>, JsValue> {
    let bytes = Uint8Array::new(&JsFuture::from(array_buffer.clone()).await?);
    if bytes.length() > MOST_BYTES {
        return Err(JsValue::from_str("the answer has more than 16 MiB"));
    }
    Ok(bytes.to_vec())
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

/// Clears a timer when it is dropped; clearing one that has fired does nothing. It also resolves the promise that waits
/// for the timer: a [`JsFuture`] keeps itself in memory until its promise settles.
struct ClearOnDrop {
    timer: JsValue,
    resolve: Function,
}

impl Drop for ClearOnDrop {
    fn drop(&mut self) {
        // A host whose timers cannot be cleared leaves nothing to be done about it here.
        let _ = clear_timeout(&self.timer);
        // Resolving a promise does not fail.
        let _ = self.resolve.call0(&JsValue::UNDEFINED);
    }
}

pub(crate) async fn sleep(duration: Duration) {
    let milliseconds = u32::try_from(duration.min(LONGEST_TIMER).as_millis()).unwrap_or(u32::MAX);
    let mut timer = None;
    let fired = Promise::new(&mut |resolve, reject| match set_timeout(&resolve, f64::from(milliseconds)) {
        Ok(id) => timer = Some(ClearOnDrop { timer: id, resolve }),
        Err(error) => {
            let _ = reject.call1(&JsValue::UNDEFINED, &error);
        }
    });
    // A host without timers rejects: then there is no waiting, and the deadline passes at once rather than never.
    let _ = JsFuture::from(fired).await;
    drop(timer);
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
