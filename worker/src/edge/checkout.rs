//! The Durable Objects of [`crate::checkout`].

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, worker_sys::DurableObjectState};

use super::object::Hosted;
use crate::checkout::shard::Shard;

/// One of a fixed number of objects that keep links to the checkout.
#[wasm_bindgen]
#[derive(Debug)]
pub struct CheckoutShard(Hosted);

#[wasm_bindgen]
impl CheckoutShard {
    /// Called by `edge/entry.js`, as are the others.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        Self(Hosted::new("checkout", state, &env, |app, database, _| {
            Ok(Rc::new(Shard::open(app.platform.clone(), database)?))
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
