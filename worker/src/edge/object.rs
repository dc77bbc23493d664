//! What all classes of Durable Objects have in common.

use js_sys::{Date, JsString, Object};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use worker::worker_sys::{DurableObjectState, DurableObjectStorage};

use super::bindings::describe;

/// The state of an object, which its class and what it keeps alive hold on to.
#[derive(Debug)]
pub(super) struct State(DurableObjectState);

impl Clone for State {
    fn clone(&self) -> Self {
        let object: &JsValue = self.0.as_ref();
        Self(object.clone().unchecked_into())
    }
}

impl From<DurableObjectState> for State {
    fn from(state: DurableObjectState) -> Self {
        Self(state)
    }
}

impl State {
    /// Where its data lies.
    pub(super) fn storage(&self) -> Result<DurableObjectStorage, JsValue> {
        self.0.storage()
    }

    /// Keeps work going when nobody waits for it any more.
    pub(super) fn keep_alive(&self, work: impl Future<Output = ()> + 'static) {
        let promise = future_to_promise(async move {
            work.await;
            Ok(JsValue::UNDEFINED)
        });
        // Where the runtime does not take it, it goes on for as long as somebody waits for it.
        let _ = self.0.wait_until(&promise);
    }

    /// Takes the alarm away.
    pub(super) async fn sleep(&self) -> Result<(), JsValue> {
        JsFuture::from(self.storage()?.delete_alarm(Object::new())?).await.map(|_| ())
    }

    /// Sets the alarm. It is stored together with what was written since anything was last waited for.
    pub(super) async fn wake_at(&self, milliseconds: i64) -> Result<(), JsValue> {
        let time = Date::new(&JsValue::from_f64(milliseconds as f64));
        JsFuture::from(self.storage()?.set_alarm(time, Object::new())?).await.map(|_| ())
    }
}

/// The text that the Worker asked with.
pub(super) async fn message(request: &web_sys::Request) -> Result<String, JsValue> {
    let text: JsString = JsFuture::from(request.text()?).await?.unchecked_into();
    Ok(text.into())
}

/// The text that the Worker is told.
pub(super) fn told(answer: Result<String, String>) -> Result<web_sys::Response, JsValue> {
    let init = web_sys::ResponseInit::new();
    let text = match &answer {
        Ok(text) => text,
        Err(problem) => {
            init.set_status(500);
            problem
        }
    };
    web_sys::Response::new_with_opt_str_and_init(Some(text), &init)
}

/// What an error says, for the log.
pub(super) fn said(error: JsValue) -> String {
    describe(&error)
}
