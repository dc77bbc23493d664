//! The Workers runtime. No other module uses it.
//!
//! A panic, or the exhaustion of memory or the stack, aborts the wasm instance. Our code does not panic, but its
//! dependencies might. `in_flight.js` then creates an instance for the next request and rejects the pending promises.

mod bindings;
mod database;
mod force_panic;
mod http;
mod object;
mod promise;
mod transport;

use core::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::{JsValue, handler::set_on_abort, prelude::wasm_bindgen};
use worker::{Env, console_log};

use self::{
    bindings::Edge,
    http::{EdgeRequest, response},
    promise::start,
};
use crate::{app::App, routes::Route};

#[wasm_bindgen(module = "citrn-worker/in_flight.js")]
extern "C" {
    #[wasm_bindgen(js_name = instanceDied)]
    fn instance_died();
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<App<Edge>>>> = const { RefCell::new(None) };
}

/// Answers a request and logs it. `edge/entry.js` calls this.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: &Env, resolve: Function, reject: Function) {
    force_panic::arm(&request);
    watch();
    let app = app(env);
    let work = async move {
        force_panic::at("request");
        let (answer, line) = app.serve(EdgeRequest::new(request)).await;
        console_log!("{line}");
        Ok(JsValue::from(response(answer)?))
    };
    start(work, resolve, reject);
}

/// Returns the app with these settings: the current one, unless `env` is another object.
///
/// Reading the settings hashes tokens and the key, which is too slow for every request. If settings change during the
/// life of an isolate, it receives another `env`.
fn app(env: &Env) -> Rc<App<Edge>> {
    CURRENT.with_borrow_mut(|current| match current {
        Some(app) if app.platform.is_of(env) => Rc::clone(app),
        _ => Rc::clone(current.insert(open_app(env))),
    })
}

/// Reads the settings. A Durable Object calls this once.
fn open_app(env: &Env) -> Rc<App<Edge>> {
    let edge = Edge::new(env);
    Rc::new(App::new(&|name| edge.setting(name), edge.clone(), Route::SPECS))
}

/// Registers the hook for an abort of this instance. Every entry point calls it first.
fn watch() {
    // The platform crate's hook creates the new instance in the next call into the module, even if that call belongs to
    // the old one.
    set_on_abort(instance_died);
}
