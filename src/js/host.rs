//! The platform of the npm package.

use core::{future::Future, time::Duration};
use std::cell::RefCell;

use js_sys::{Array, ArrayBuffer, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use crate::{
    FetchError, Kind, Platform, Request, Response,
    fetch::{self, AbortOnDrop, describe},
    promise::{settled, sleep},
};

#[wasm_bindgen]
extern "C" {
    /// Sends a request and reads its answer: `transport` in `pkg/src/transport.ts`.
    type Transport;

    #[wasm_bindgen(method, catch, js_name = call)]
    fn send(
        this: &Transport,
        context: &JsValue,
        url: &str,
        init: &JsValue,
        max_bytes: f64,
        moves_money: bool,
    ) -> Result<Promise, JsValue>;
}

/// The JavaScript host. The package's TypeScript calls its `fetch` and reads its answers.
pub(super) struct Host {
    fetch: Option<Function>,
    /// The JavaScript error of the last attempt that failed, which becomes the `cause`.
    failure: RefCell<Option<JsValue>>,
}

impl Host {
    pub(super) fn new(fetch: Option<Function>) -> Self {
        Self { fetch, failure: RefCell::new(None) }
    }

    /// The same for another call, which may fail for reasons of its own.
    pub(super) fn for_one_call(&self) -> Self {
        Self::new(self.fetch.clone())
    }

    /// Keeps the JavaScript error, and returns the one that the core reads.
    fn failed(&self, failure: fn(String) -> FetchError, error: JsValue) -> FetchError {
        let message = describe(&error);
        self.failure.replace(Some(error));
        failure(message)
    }

    pub(super) fn take_failure(&self) -> Option<JsValue> {
        self.failure.take()
    }
}

impl Platform for Host {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let Some(transport) = &self.fetch else {
            return Err(FetchError::NotConfigured("is missing".to_owned()));
        };
        let abort = AbortOnDrop::new().map_err(fetch::unprepared)?;
        let init = fetch::init(request, &abort).map_err(fetch::unprepared)?;
        let answer = match send(transport.unchecked_ref(), request, &init).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.failed(FetchError::Failed, error)),
        };
        let failure = match answer.get(0).as_string().as_deref() {
            None => {
                abort.disarm();
                return response(&answer);
            }
            Some("not_configured") => FetchError::NotConfigured,
            Some("never_connected") => FetchError::NeverConnected,
            Some("unreadable") => FetchError::Unreadable,
            Some(_) => FetchError::Failed,
        };
        Err(self.failed(failure, answer.get(1)))
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        sleep(duration)
    }

    fn now(&self) -> Duration {
        fetch::now()
    }

    fn random(&self) -> u32 {
        fetch::random()
    }
}

/// The transport's answer: status, `Retry-After` and bytes of a reply; or the kind of a failure and its JavaScript error.
async fn send(transport: &Transport, request: &Request, init: &JsValue) -> Result<Array, JsValue> {
    let moves_money = request.kind == Kind::MovesMoney;
    // Exact: the limits are far below 2^53.
    let max_bytes = request.max_reply_bytes as f64;
    let promise = transport.send(&JsValue::UNDEFINED, &request.url, init, max_bytes, moves_money)?;
    let answer = settled(&promise).await?;
    if Array::is_array(&answer) { Ok(answer.unchecked_into()) } else { Err(JsValue::from_str("no answer was given")) }
}

fn response(answer: &Array) -> Result<Response, FetchError> {
    let (status, body) = (answer.get(0).as_f64(), answer.get(2));
    match status {
        Some(status) if ArrayBuffer::is_view(&body) => Ok(Response {
            status: status as u16,
            retry_after: answer.get(1).as_string(),
            body: body.unchecked_into::<Uint8Array>().to_vec(),
        }),
        _ => Err(FetchError::Unreadable("it has no status or no bytes".to_owned())),
    }
}

pub(super) fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &JsValue::from_str(name))
}

pub(super) fn set(object: &JsValue, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(name), value).map(|_| ())
}
