//! The Durable Objects of [`crate::idempotency`].

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, worker_sys::DurableObjectState};

use super::object::Hosted;
use crate::idempotency::shard::Shard;

/// One of a fixed number of objects that remember what became of calls with an `Idempotency-Key`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct IdempotencyShard(Hosted);

#[wasm_bindgen]
impl IdempotencyShard {
    /// Called by `edge/entry.js`, as are the others.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        Self(Hosted::new("idempotency", state, &env, |app, database, state| {
            Ok(Shard::open(app.creator(), database, Box::new(move |call| state.keep_alive(call)))?)
        }))
    }

    /// Answers the Worker.
    pub fn fetch(&self, request: web_sys::Request, resolve: Function, reject: Function) {
        self.0.fetch(request, resolve, reject);
    }

    /// Forgets what is over.
    pub fn alarm(&self, resolve: Function, reject: Function) {
        self.0.alarm(resolve, reject);
    }
}
