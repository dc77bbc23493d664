//! The service under the settings of this isolate.

use core::cell::Cell;
use std::rc::Rc;

use citrn::fetch::Fetch;
use js_sys::{JSON, Reflect};
use wasm_bindgen::JsValue;
use worker::Env;

use crate::service::Service;

type Kept = (JsValue, Rc<Service<Fetch>>);

thread_local! {
    static LATEST: Cell<Option<Kept>> = const { Cell::new(None) };
}

/// The service of these settings: the latest one, unless the settings are others.
///
/// Reading settings hashes tokens and the key, which is not for every request. An isolate can outlive a change of its
/// settings, and then gets another `env` object; the object's identity tells.
pub(super) fn service(env: &Env) -> Rc<Service<Fetch>> {
    let env: &JsValue = env.as_ref();
    let service = match LATEST.take() {
        Some((of, service)) if of == *env => service,
        _ => Rc::new(Service::new(&|name| read(env, name), Fetch)),
    };
    LATEST.set(Some((env.clone(), Rc::clone(&service))));
    service
}

/// The text of a setting. One that is written without quotes in a configuration file arrives as a number or a list: its
/// JSON is the text that was meant.
fn read(env: &JsValue, name: &str) -> Option<String> {
    let value = Reflect::get(env, &JsValue::from_str(name)).ok()?;
    if value.is_undefined() || value.is_null() {
        return None;
    }
    value.as_string().or_else(|| JSON::stringify(&value).ok().map(String::from))
}
