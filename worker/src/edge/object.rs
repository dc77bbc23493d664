//! A Durable Object as the runtime drives it, whatever its class.

use std::rc::Rc;

use js_sys::{Date, Function, JsString, Object};
use wasm_bindgen::{JsCast, JsValue};
use worker::{
    Env, console_log,
    worker_sys::{DurableObjectState, DurableObjectStorage},
};

#[cfg(feature = "force-panic")]
use super::force_panic;
use super::{
    bindings::Edge,
    database::Database,
    open_app,
    promise::{spawn_promise, wait_for},
    start,
    transport::describe,
    watch,
};
use crate::{
    app::App,
    http::log,
    storage::{object::DurableObject, sql::Failed},
};

/// Makes an object of a class from the app, its database and its state.
type Open = fn(Rc<App<Edge>>, Database, State) -> Result<Rc<dyn DurableObject>, Failed>;

/// An object, or what kept it from being opened.
#[derive(Clone)]
pub(super) struct Hosted {
    /// What it is called in the log.
    part: &'static str,
    state: State,
    object: Result<Rc<dyn DurableObject>, String>,
}

impl core::fmt::Debug for Hosted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.part)
    }
}

impl Hosted {
    /// Opens an object.
    pub(super) fn new(part: &'static str, state: DurableObjectState, env: &Env, open: Open) -> Self {
        watch();
        let state = State(state);
        let object = match state.storage() {
            Ok(storage) => {
                open(open_app(env), Database(storage.sql()), state.clone()).map_err(|failed| failed.to_string())
            }
            Err(error) => Err(describe(&error)),
        };
        Self { part, state, object }
    }

    /// Answers the Worker. `reject` gets what the runtime failed of.
    pub(super) fn fetch(&self, request: web_sys::Request, resolve: Function, reject: Function) {
        let this = self.clone();
        start(async move { this.answer(request).await.map(JsValue::from) }, resolve, reject);
    }

    /// Does what is due.
    pub(super) fn alarm(&self, resolve: Function, reject: Function) {
        let this = self.clone();
        let work = async move {
            if let Err(problem) = this.work().await {
                console_log!("{}", log::failure(this.part, &problem));
            }
            Ok(JsValue::UNDEFINED)
        };
        start(work, resolve, reject);
    }

    async fn answer(&self, request: web_sys::Request) -> Result<web_sys::Response, JsValue> {
        let object = match &self.object {
            Ok(object) => object,
            Err(problem) => return told(Err(problem.clone())),
        };
        let message = message(&request).await?;
        #[cfg(feature = "force-panic")]
        force_panic::at("asked");
        let answer = Rc::clone(object).answer(message).await;
        #[cfg(feature = "force-panic")]
        force_panic::at("answered");
        match object.new_alarm() {
            Ok(Some(at)) => self.state.wake_at(at).await?,
            Ok(None) => {}
            Err(failed) => return told(Err(failed.to_string())),
        }
        told(answer.ok_or_else(|| "the request is not the Worker's".to_owned()))
    }

    async fn work(&self) -> Result<(), String> {
        let object = self.object.as_ref().map_err(Clone::clone)?;
        self.state.wake_at(object.alarm_went_off()).await.map_err(|error| describe(&error))?;
        #[cfg(feature = "force-panic")]
        force_panic::at("alarm");
        let next = object.work().await;
        let set = match next {
            Some(next) => self.state.wake_at(next).await,
            None => self.state.sleep().await,
        };
        set.map_err(|error| describe(&error))
    }
}

/// The state of an object, which its class and what it keeps alive hold on to.
#[derive(Debug)]
pub(super) struct State(DurableObjectState);

impl Clone for State {
    fn clone(&self) -> Self {
        let object: &JsValue = self.0.as_ref();
        Self(object.clone().unchecked_into())
    }
}

impl State {
    /// Where its data lies.
    fn storage(&self) -> Result<DurableObjectStorage, JsValue> {
        self.0.storage()
    }

    /// Keeps work going when nobody waits for it any more.
    pub(super) fn keep_alive(&self, work: impl Future<Output = ()> + 'static) {
        let promise = spawn_promise(async move {
            work.await;
            Ok(JsValue::UNDEFINED)
        });
        // If the runtime rejects it, the work continues only while a request is open.
        let _ = self.0.wait_until(&promise);
    }

    /// Takes the alarm away.
    async fn sleep(&self) -> Result<(), JsValue> {
        wait_for(&self.storage()?.delete_alarm(Object::new())?).await.map(|_| ())
    }

    /// Sets the alarm. It is stored together with what was written since anything was last waited for.
    async fn wake_at(&self, milliseconds: i64) -> Result<(), JsValue> {
        let time = Date::new(&JsValue::from_f64(milliseconds as f64));
        wait_for(&self.storage()?.set_alarm(time, Object::new())?).await.map(|_| ())
    }
}

/// The text that the Worker asked with.
async fn message(request: &web_sys::Request) -> Result<String, JsValue> {
    let text: JsString = wait_for(&request.text()?).await?.unchecked_into();
    Ok(text.into())
}

/// The text that the Worker is told.
fn told(answer: Result<String, String>) -> Result<web_sys::Response, JsValue> {
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
