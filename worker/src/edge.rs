//! The Workers runtime: the only module that touches it.

mod bindings;
mod body;
mod classes;
mod database;
#[cfg(feature = "force-panic")]
mod force_panic;
mod in_flight;
mod object;
mod promise;
mod request;
mod respond;
mod settings;
mod transport;

use js_sys::Function;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Env, console_log};

use request::EdgeRequest;

/// Answers a request, and logs it. Called by `edge/entry.js`, which the runtime calls.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, resolve: Function, reject: Function) {
    #[cfg(feature = "force-panic")]
    force_panic::asked(&request);
    let work = async move {
        #[cfg(feature = "force-panic")]
        force_panic::at("request");
        let app = settings::app(&env);
        let (answer, line) = app.serve(EdgeRequest::new(request)).await;
        console_log!("{line}");
        Ok(JsValue::from(respond::respond(&answer)?))
    };
    in_flight::start(work, resolve, reject);
}
