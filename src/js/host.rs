//! The platform of the npm package.

use core::{future::Future, time::Duration};
use std::cell::RefCell;

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::{
    FetchError, Platform, Request, Response,
    fetch::{self, AbortOnDrop},
};

/// The JavaScript host: the global `fetch` through gloo-net, or the caller's own.
pub(super) struct Host {
    fetch: Option<Function>,
    /// The JavaScript error of the last attempt that failed, which becomes the `cause`.
    failure: RefCell<Option<JsValue>>,
}

impl Host {
    pub(super) fn new(fetch: Option<Function>) -> Self {
        Self { fetch, failure: RefCell::new(None) }
    }

    pub(super) fn take_failure(&self) -> Option<JsValue> {
        self.failure.take()
    }
}

impl Platform for Host {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let sent = match &self.fetch {
            Some(function) => send_through(function, request).await,
            None => fetch::send(request).await,
        };
        sent.map_err(|error| {
            let message = fetch::describe(&error);
            self.failure.replace(Some(error));
            FetchError { message }
        })
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        fetch::sleep(duration)
    }

    fn now(&self) -> Duration {
        fetch::now()
    }

    fn random(&self) -> u32 {
        fetch::random()
    }
}

/// Sends a request through the caller's `fetch`. Of its answer only `status`, `headers.get` and `arrayBuffer()` are
/// read, so any Response-like object will do.
async fn send_through(function: &Function, request: &Request) -> Result<Response, JsValue> {
    let abort = AbortOnDrop::new()?;
    let headers = Object::new();
    for (name, value) in &request.headers {
        set(&headers, name, &JsValue::from_str(value))?;
    }
    let init = Object::new();
    set(&init, "method", &JsValue::from_str(request.method.as_str()))?;
    set(&init, "headers", &headers)?;
    set(&init, "redirect", &JsValue::from_str("manual"))?;
    set(&init, "signal", &abort.signal())?;
    if let Some(body) = &request.body {
        set(&init, "body", &Uint8Array::from(body.as_slice()))?;
    }
    let promise = function.call2(&JsValue::UNDEFINED, &JsValue::from_str(&request.url), &init)?;
    let answer = JsFuture::from(Promise::resolve(&promise)).await?;
    let status = get(&answer, "status")?.as_f64().filter(|status| (0.0..=999.0).contains(status));
    let status = status.ok_or_else(|| JsValue::from_str("the given fetch answered without a status"))? as u16;
    let headers = get(&answer, "headers")?;
    let retry_after = method(&headers, "get", &JsValue::from_str("Retry-After"))?.as_string();
    let body = method(&answer, "arrayBuffer", &JsValue::UNDEFINED)?;
    let body = fetch::bytes_of(&Promise::resolve(&body)).await?;
    abort.disarm();
    Ok(Response { status, retry_after, body })
}

pub(super) fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &JsValue::from_str(name))
}

pub(super) fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(name), value).map(|_| ())
}

fn method(object: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let function = get(object, name)?.dyn_into::<Function>();
    function
        .map_err(|_| JsValue::from_str("the given fetch answered with something that is not like a Response"))?
        .call1(object, argument)
}
