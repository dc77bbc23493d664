//! The platform of the npm package.

use core::{future::Future, time::Duration};
use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    FetchError, Platform, Request, Response,
    fetch::{self, AbortOnDrop},
    promise::{settled, sleep},
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

    /// The same for another call, which may fail for reasons of its own.
    pub(super) fn for_one_call(&self) -> Self {
        Self::new(self.fetch.clone())
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
        sleep(duration)
    }

    fn now(&self) -> Duration {
        fetch::now()
    }

    fn random(&self) -> u32 {
        fetch::random()
    }
}

/// Sends a request through the caller's `fetch`, of whose answer the package makes a triple: the status, the header
/// `Retry-After`, and the body's bytes.
async fn send_through(function: &Function, request: &Request) -> Result<Response, JsValue> {
    let abort = AbortOnDrop::new()?;
    let body = request.body.as_deref().map(|body| Uint8Array::from(body).into());
    let init = fetch::init(request, body, &abort)?;
    let promise = function.call2(&JsValue::UNDEFINED, &JsValue::from_str(&request.url), &init)?;
    let answer: Array = settled(&Promise::resolve(&promise)).await?.dyn_into()?;
    let status = answer.get(0).as_f64().filter(|status| (0.0..=999.0).contains(status));
    let status = status.ok_or_else(|| JsValue::from_str("the given fetch answered without a status"))? as u16;
    let body = fetch::bytes(&answer.get(2).dyn_into()?)?;
    abort.disarm();
    Ok(Response { status, retry_after: answer.get(1).as_string(), body })
}

pub(super) fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &JsValue::from_str(name))
}

pub(super) fn set(object: &JsValue, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(name), value).map(|_| ())
}
