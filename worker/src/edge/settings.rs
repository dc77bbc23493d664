//! The service under the settings of this isolate.

use core::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use worker::Env;

use super::bindings::Edge;
use crate::service::Service;

type Kept = (JsValue, Rc<Service<Edge>>);

thread_local! {
    static LATEST: Cell<Option<Kept>> = const { Cell::new(None) };
}

/// The service of these settings: the latest one, unless the settings are others.
///
/// Reading settings hashes tokens and the key, which is not for every request. An isolate can outlive a change of its
/// settings, and then gets another `env` object; the object's identity tells.
pub(super) fn service(env: &Env) -> Rc<Service<Edge>> {
    let object: &JsValue = env.as_ref();
    let service = match LATEST.take() {
        Some((of, service)) if of == *object => service,
        _ => fresh(env),
    };
    LATEST.set(Some((object.clone(), Rc::clone(&service))));
    service
}

/// A service of these settings for as long as a Durable Object lives.
pub(super) fn fresh(env: &Env) -> Rc<Service<Edge>> {
    let edge = Edge::new(env);
    Rc::new(Service::new(&|name| edge.setting(name), edge.clone()))
}
