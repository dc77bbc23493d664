//! The Durable Objects of [`crate::idempotency`].

use core::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Env, worker_sys::DurableObjectState};

use super::{
    bindings::Edge,
    database::Database,
    object::{State, message, said, told},
    settings,
};
use crate::idempotency::Shard;

/// One of a fixed number of objects that remember what became of calls with an `Idempotency-Key`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct IdempotencyShard {
    state: State,
    shard: Result<Rc<Shard<Edge, Database>>, String>,
    /// Whether the alarm that forgets is known to be set.
    wakes: Cell<bool>,
}

#[wasm_bindgen]
impl IdempotencyShard {
    /// Called by the runtime.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        let state = State::from(state);
        let shard = open(&state, &env);
        Self { state, shard, wakes: Cell::new(false) }
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
        let answer = shard.answer(&message(&request).await?).await;
        if !self.wakes.get() {
            self.wake(shard.earliest_end().map_err(|failed| JsValue::from_str(&failed.to_string()))?).await?;
        }
        told(answer.ok_or_else(|| "the request is not the Worker's".to_owned()))
    }

    /// Forgets what is over.
    ///
    /// # Errors
    /// When the database refuses: the runtime then calls again.
    pub async fn alarm(&self) -> Result<(), JsValue> {
        self.wakes.set(false);
        let shard = self.shard.as_ref().map_err(|problem| JsValue::from_str(problem))?;
        self.wake(shard.prune().map_err(|failed| JsValue::from_str(&failed.to_string()))?).await
    }

    async fn wake(&self, at: Option<i64>) -> Result<(), JsValue> {
        if let Some(at) = at {
            self.wakes.set(true);
            self.state.wake_at(at).await?;
        }
        Ok(())
    }
}

fn open(state: &State, env: &Env) -> Result<Rc<Shard<Edge, Database>>, String> {
    let database = Database(state.storage().map_err(said)?.sql());
    let keeper = state.clone();
    let keep_alive = Box::new(move |call| keeper.keep_alive(call));
    Shard::open(settings::fresh(env), database, keep_alive).map_err(|failed| failed.to_string())
}
