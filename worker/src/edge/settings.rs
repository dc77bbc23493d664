//! The settings of this isolate.

use core::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use worker::Env;

use super::bindings::Edge;
use crate::{app::App, routes::Route};

type Kept = (JsValue, Rc<App<Edge>>);

thread_local! {
    static LATEST: Cell<Option<Kept>> = const { Cell::new(None) };
}

/// Returns the app under these settings: the latest one, unless the settings are others.
///
/// Reading settings hashes tokens and the key, which is not for every request. An isolate can outlive a change of its
/// settings, and then gets another `env` object; the object's identity tells.
pub(super) fn app(env: &Env) -> Rc<App<Edge>> {
    let object: &JsValue = env.as_ref();
    let app = match LATEST.take() {
        Some((of, app)) if of == *object => app,
        _ => fresh(env),
    };
    LATEST.set(Some((object.clone(), Rc::clone(&app))));
    app
}

/// Reads the settings, for as long as a Durable Object lives.
pub(super) fn fresh(env: &Env) -> Rc<App<Edge>> {
    let edge = Edge::new(env);
    Rc::new(App::new(&|name| edge.setting(name), edge.clone(), Route::SPECS))
}
