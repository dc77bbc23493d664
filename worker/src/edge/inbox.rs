//! The Durable Objects of [`crate::inbox`].

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, worker_sys::DurableObjectState};

use super::object::Hosted;
use crate::inbox::shard::Shard;

/// One of a fixed number of objects that store callbacks and deliver them.
#[wasm_bindgen]
#[derive(Debug)]
pub struct InboxShard(Hosted);

#[wasm_bindgen]
impl InboxShard {
    /// Called by `edge/entry.js`, as are the others.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        Self(Hosted::new("inbox", state, &env, |app, database, _| {
            Ok(Rc::new(Shard::open(app.platform.clone(), app.settings.inbox.clone(), database)?))
        }))
    }

    /// Answers the Worker.
    pub fn fetch(&self, request: web_sys::Request, resolve: Function, reject: Function) {
        self.0.fetch(request, resolve, reject);
    }

    /// Delivers what is due.
    pub fn alarm(&self, resolve: Function, reject: Function) {
        self.0.alarm(resolve, reject);
    }
}
