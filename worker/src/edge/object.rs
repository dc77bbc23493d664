//! The Durable Objects, as `edge/entry.js` calls them.

use std::rc::Rc;

use js_sys::{Date, Function, JsString};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{Request, Response};
use worker::{Env, ScheduledTime, State, Storage, console_log, worker_sys::DurableObjectState};

use super::{database::Database, force_panic, http::response, open_app, promise::start, transport::reason, watch};
use crate::{
    bindings::Runtime,
    checkout,
    http::{Answer, log},
    idempotency, inbox,
    storage::{object::DurableObject, sql::DatabaseError},
};

/// A Durable Object of any class.
#[wasm_bindgen]
#[expect(missing_debug_implementations, reason = "only JavaScript holds it")]
pub struct Shard(Rc<Hosted>);

#[wasm_bindgen]
impl Shard {
    /// Opens an object.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(part: String, state: DurableObjectState, env: &Env) -> Self {
        watch();
        let storage = State::from(state).storage();
        let object = open(&part, env, Database(storage.sql())).map_err(|failed| failed.to_string());
        Self(Rc::new(Hosted { part, storage, object }))
    }

    /// Answers a message from the Worker.
    pub fn fetch(&self, request: Request, resolve: Function, reject: Function) {
        let hosted = Rc::clone(&self.0);
        start(async move { hosted.fetch(request).await.map(JsValue::from) }, resolve, reject);
    }

    /// Performs the work that is due. Called when the alarm fires.
    pub fn alarm(&self, resolve: Function, reject: Function) {
        let hosted = Rc::clone(&self.0);
        let work = async move {
            if let Err(problem) = hosted.work().await {
                console_log!("{}", log::failure(&hosted.part, &problem));
            }
            Ok(JsValue::UNDEFINED)
        };
        start(work, resolve, reject);
    }
}

/// Opens an object of the class named by `part`.
fn open(part: &str, env: &Env, database: Database) -> Result<Rc<dyn DurableObject>, DatabaseError> {
    let app = open_app(env);
    let platform = app.platform.clone();
    Ok(match part {
        "checkout" => Rc::new(checkout::shard::Shard::open(platform, database)?),
        "inbox" => {
            let (settings, listener) = (app.settings.inbox.clone(), app.deposit_listener());
            Rc::new(inbox::shard::Shard::open(platform, settings, database, listener)?)
        }
        _ => {
            let keep_alive = Box::new(move |call| platform.keep_alive(call));
            idempotency::shard::Shard::open(app.creator(), database, keep_alive)?
        }
    })
}

struct Hosted {
    /// Its name in the log.
    part: String,
    storage: Storage,
    /// The object, or the error from opening it.
    object: Result<Rc<dyn DurableObject>, String>,
}

impl Hosted {
    async fn fetch(&self, request: Request) -> Result<Response, JsValue> {
        let message: JsString = request.text()?.await?.unchecked_into();
        let (status, body) = match self.reply(message.into()).await {
            Ok(reply) => (200, reply),
            Err(problem) => (500, problem),
        };
        response(Answer { status, headers: Vec::new(), body, rest: None })
    }

    async fn reply(&self, message: String) -> Result<String, String> {
        let object = self.object.as_ref().map_err(Clone::clone)?;
        force_panic::at("received");
        let reply = Rc::clone(object).answer(message).await;
        force_panic::at("answered");
        if let Some(at) = object.new_alarm().map_err(|failed| failed.to_string())? {
            self.set_alarm(at).await?;
        }
        reply.ok_or_else(|| "the message is not from the Worker".to_owned())
    }

    async fn work(&self) -> Result<(), String> {
        let object = self.object.as_ref().map_err(Clone::clone)?;
        self.set_alarm(object.alarm_fired()).await?;
        force_panic::at("alarm");
        match object.work().await {
            Some(next) => self.set_alarm(next).await,
            None => self.storage.delete_alarm().await.map_err(reason),
        }
    }

    /// Sets the alarm. It is stored atomically with the writes since the last await.
    async fn set_alarm(&self, milliseconds: i64) -> Result<(), String> {
        let time = Date::new(&JsValue::from_f64(milliseconds as f64));
        self.storage.set_alarm(ScheduledTime::new(time)).await.map_err(reason)
    }
}
