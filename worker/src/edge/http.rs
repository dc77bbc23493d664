//! Requests and responses of the runtime.

use core::{cell::RefCell, future::poll_fn, task::Poll};
use std::rc::Rc;

use futures_util::{
    StreamExt,
    stream::{AbortHandle, Abortable, LocalBoxStream, abortable},
};
use js_sys::{Array, Function, JsString, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{Request, Response};
use worker::console_log;

use super::promise::start;
use crate::{
    auth::AUTHORIZATION,
    http::{
        Answer, Incoming, Problem, log,
        request::{BodyError, REQUEST_ID},
        response::Rest,
        traceparent::TRACEPARENT,
    },
    idempotency,
};

/// The headers that nearly every request needs, fetched in one call across the wasm boundary.
const PREFETCHED: [&str; 4] = [REQUEST_ID, AUTHORIZATION, idempotency::HEADER, TRACEPARENT];

/// Marks an absent header. No header value can contain this character.
const ABSENT: &str = "\0";

#[wasm_bindgen(module = "/src/edge/http.js")]
extern "C" {
    fn head(request: &Request, names: &Array) -> String;

    #[wasm_bindgen(catch)]
    async fn read(request: &Request, limit: usize) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    fn respond(status: u16, headers: &str, body: &str, rest: Option<BodyRest>) -> Result<Response, JsValue>;
}

thread_local! {
    static NAMES: Array = PREFETCHED.into_iter().map(JsString::from).collect();
}

/// A request of the runtime.
pub(super) struct EdgeRequest {
    request: Request,
    method: String,
    url: String,
    /// The id of the platform's trace, or an empty text.
    trace_id: String,
    /// The values of [`PREFETCHED`].
    prefetched: Vec<String>,
}

impl EdgeRequest {
    pub(super) fn new(request: Request) -> Self {
        let head = NAMES.with(|names| head(&request, names));
        let mut lines = head.split('\n').map(str::to_owned);
        let mut next = || lines.next().unwrap_or_default();
        let (method, url, trace_id) = (next(), next(), next());
        Self { method, url, trace_id, prefetched: lines.collect(), request }
    }
}

impl Incoming for EdgeRequest {
    fn method(&self) -> &str {
        &self.method
    }

    fn url(&self) -> &str {
        &self.url
    }

    fn header(&self, name: &str) -> Option<String> {
        match PREFETCHED.iter().position(|prefetched| *prefetched == name) {
            Some(at) => self.prefetched.get(at).filter(|value| *value != ABSENT).cloned(),
            None => self.request.headers().get(name).ok().flatten(),
        }
    }

    fn trace_id(&self) -> Option<&str> {
        Some(self.trace_id.as_str()).filter(|id| !id.is_empty())
    }

    async fn body(&mut self, limit: usize) -> Result<Vec<u8>, BodyError> {
        let body = read(&self.request, limit).await.map_err(|_| BodyError::Broken)?;
        body.dyn_into::<Uint8Array>().map(|body| body.to_vec()).map_err(|_| BodyError::TooLarge)
    }
}

/// The rest of a streamed body, which can be aborted.
type TextStream = Abortable<LocalBoxStream<'static, Result<String, Problem>>>;

/// The rest of a streamed body.
#[wasm_bindgen]
#[expect(missing_debug_implementations, reason = "only JavaScript holds it")]
pub struct BodyRest {
    /// The stream, until it is cancelled.
    stream: Rc<RefCell<Option<TextStream>>>,
    handle: AbortHandle,
}

#[wasm_bindgen]
impl BodyRest {
    /// Resolves with the next part of the body, or with `undefined` at its end. `http.js` calls it once at a time.
    pub fn next(&self, resolve: Function, reject: Function) {
        let stream = Rc::clone(&self.stream);
        let next = poll_fn(move |context| match stream.borrow_mut().as_mut() {
            Some(stream) => stream.poll_next_unpin(context),
            None => Poll::Ready(None),
        });
        let work = async move {
            match next.await {
                Some(Ok(text)) => Ok(text.into()),
                Some(Err(problem)) => {
                    console_log!("{}", log::failure("stream", &problem.detail));
                    Err(JsValue::from_str(&problem.detail))
                }
                None => Ok(JsValue::UNDEFINED),
            }
        };
        start(work, resolve, reject);
    }

    /// Drops the stream with everything that it waits for. The runtime may not resume this request any more, so that a
    /// pending `next` would keep it in memory forever.
    pub fn cancel(&self) {
        self.handle.abort();
        drop(self.stream.take());
    }
}

impl BodyRest {
    fn new(rest: Rest) -> Self {
        let (stream, handle) = abortable(rest.0);
        Self { stream: Rc::new(RefCell::new(Some(stream))), handle }
    }
}

/// Returns the response of the runtime.
pub(super) fn response(answer: Answer) -> Result<Response, JsValue> {
    let rest = answer.rest.map(BodyRest::new);
    respond(answer.status, &to_json(&answer.headers), &answer.body, rest)
}

/// Serializes headers for the functions of `http.js`.
pub(super) fn to_json(headers: &[(&'static str, String)]) -> String {
    // Lists of text always serialise.
    serde_json::to_string(headers).unwrap_or_default()
}
