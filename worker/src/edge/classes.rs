//! The classes of Durable Objects, as `edge/entry.js` calls them.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, worker_sys::DurableObjectState};

use super::object::Hosted;
use crate::{checkout, idempotency, inbox};

macro_rules! class {
    ($(#[$doc:meta])+ $class:ident, $part:literal, $open:expr) => {
        $(#[$doc])+
        #[wasm_bindgen]
        #[derive(Debug)]
        pub struct $class(Hosted);

        #[wasm_bindgen]
        impl $class {
            /// Opens an object.
            #[wasm_bindgen(constructor)]
            #[must_use]
            pub fn new(state: DurableObjectState, env: Env) -> Self {
                Self(Hosted::new($part, state, &env, $open))
            }

            /// Answers the Worker.
            pub fn fetch(&self, request: web_sys::Request, resolve: Function, reject: Function) {
                self.0.fetch(request, resolve, reject);
            }

            /// Does what is due.
            pub fn alarm(&self, resolve: Function, reject: Function) {
                self.0.alarm(resolve, reject);
            }
        }
    };
}

class!(
    /// One of a fixed number of objects that store links to the checkout.
    CheckoutShard,
    "checkout",
    |app, database, _| Ok(Rc::new(checkout::shard::Shard::open(app.platform.clone(), database)?))
);

class!(
    /// One of a fixed number of objects that remember the outcomes of calls with an `Idempotency-Key`.
    IdempotencyShard,
    "idempotency",
    |app, database, state| {
        let keep_alive = Box::new(move |call| state.keep_alive(call));
        Ok(idempotency::shard::Shard::open(app.creator(), database, keep_alive)?)
    }
);

class!(
    /// One of a fixed number of objects that store callbacks and deliver them.
    InboxShard,
    "inbox",
    |app, database, _| {
        Ok(Rc::new(inbox::shard::Shard::open(app.platform.clone(), app.settings.inbox.clone(), database)?))
    }
);
