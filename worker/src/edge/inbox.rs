//! The Durable Objects of [`crate::inbox`].

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Env, console_log, worker_sys::DurableObjectState};

use super::{
    bindings::Edge,
    database::Database,
    object::{State, message, said, told},
    settings,
};
use crate::{inbox::Shard, log};

/// One of a fixed number of objects that store callbacks and deliver them.
#[wasm_bindgen]
#[derive(Debug)]
pub struct InboxShard {
    state: State,
    shard: Result<Shard<Edge, Database>, String>,
}

#[wasm_bindgen]
impl InboxShard {
    /// Called by the runtime.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        let state = State::from(state);
        let shard = open(&state, &env);
        Self { state, shard }
    }

    /// Answers the Worker.
    ///
    /// # Errors
    /// When the runtime fails.
    pub async fn fetch(&self, request: web_sys::Request) -> Result<web_sys::Response, JsValue> {
        let shard = match &self.shard {
            Ok(shard) => shard,
            Err(problem) => return told(Err(problem.clone())),
        };
        let message = message(&request).await?;
        let answer = shard.answer(&message);
        // Nothing was waited for since the callback was stored, so the alarm is stored with it.
        match shard.new_alarm() {
            Ok(Some(at)) => self.state.wake_at(at).await?,
            Ok(None) => {}
            Err(failed) => return told(Err(failed.to_string())),
        }
        told(answer.ok_or_else(|| "the request is not the Worker's".to_owned()))
    }

    /// Delivers what is due. It never fails: the runtime would call again a few times and then never more.
    pub async fn alarm(&self) {
        let outcome = match &self.shard {
            Ok(shard) => self.work(shard).await.map_err(said),
            Err(problem) => Err(problem.clone()),
        };
        if let Err(problem) = outcome {
            console_log!("{}", log::failure("inbox", &problem));
        }
    }

    async fn work(&self, shard: &Shard<Edge, Database>) -> Result<(), JsValue> {
        self.state.wake_at(shard.alarm_went_off()).await?;
        match shard.work().await {
            Some(next) => self.state.wake_at(next).await,
            None => self.state.sleep().await,
        }
    }
}

fn open(state: &State, env: &Env) -> Result<Shard<Edge, Database>, String> {
    let database = Database(state.storage().map_err(said)?.sql());
    Shard::open(settings::fresh(env), database).map_err(|failed| failed.to_string())
}
