//! The Workers runtime: the only module that touches it.
//!
//! A panic, or memory or a stack that runs out, aborts the wasm instance: our code does not panic, but its dependencies
//! might. `in_flight.js` then makes another instance for the next request, and rejects the pending promises.

mod bindings;
mod database;
mod force_panic;
mod http;
mod object;
mod transport;

use core::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::{JsValue, handler::set_on_abort, prelude::wasm_bindgen};
use wasm_bindgen_futures::spawn_local;
use worker::{Env, console_log};

use self::{
    bindings::Edge,
    http::{EdgeRequest, response},
};
use crate::{app::App, routes::Route};

#[wasm_bindgen(module = "citrn-worker/in_flight.js")]
extern "C" {
    #[wasm_bindgen(js_name = instanceDied)]
    fn instance_died();
}

thread_local! {
    static LATEST: RefCell<Option<Rc<App<Edge>>>> = const { RefCell::new(None) };
}

/// Answers a request, and logs it. Called by `edge/entry.js`, which the runtime calls.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: &Env, resolve: Function, reject: Function) {
    force_panic::asked(&request);
    watch();
    let app = app(env);
    let work = async move {
        force_panic::at("request");
        let (answer, line) = app.serve(EdgeRequest::new(request)).await;
        console_log!("{line}");
        Ok(JsValue::from(response(&answer)?))
    };
    start(work, resolve, reject);
}

/// Returns the app under these settings: the latest one, unless `env` is another object.
///
/// Reading settings hashes tokens and the key, which is not for every request. An isolate can outlive a change of its
/// settings, and then gets another `env`.
fn app(env: &Env) -> Rc<App<Edge>> {
    LATEST.with_borrow_mut(|latest| match latest {
        Some(app) if app.platform.is_of(env) => Rc::clone(app),
        _ => Rc::clone(latest.insert(open_app(env))),
    })
}

/// Reads the settings. A Durable Object does so once.
fn open_app(env: &Env) -> Rc<App<Edge>> {
    let edge = Edge::new(env);
    Rc::new(App::new(&|name| edge.setting(name), edge.clone(), Route::SPECS))
}

/// Registers the hook for the abort of this instance. To be called before anything else.
fn watch() {
    // The platform crate's hook makes the new instance in the next call into the module, even if that call belongs to
    // the old one.
    set_on_abort(instance_died);
}

/// Spawns a call from the runtime. One of the functions gets its outcome.
fn start(future: impl Future<Output = Result<JsValue, JsValue>> + 'static, resolve: Function, reject: Function) {
    spawn_local(async move {
        // These functions do not throw.
        let _ = match future.await {
            Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
            Err(reason) => reject.call1(&JsValue::UNDEFINED, &reason),
        };
    });
}
