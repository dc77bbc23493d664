//! Requests in flight when the wasm instance is aborted: by a panic, or because memory or the stack ran out.
//!
//! Our code does not panic, but its dependencies might. With `panic = "abort"` the instance and its requests are lost
//! then. `in_flight.js` makes another instance for the next request, and rejects the pending promises.

use js_sys::Function;
use wasm_bindgen::{JsValue, handler::set_on_abort, prelude::wasm_bindgen};

use super::promise::{settle_with, spawn};

#[wasm_bindgen(module = "/src/edge/in_flight.js")]
extern "C" {
    #[wasm_bindgen(js_name = instanceDied)]
    fn instance_died();
}

/// Registers `in_flight.js` for the abort of this instance. To be called before anything else.
pub(super) fn watch() {
    // The platform crate's handler would make the new instance in the next call into the module, even if that call
    // belongs to the old one.
    set_on_abort(instance_died);
}

/// Spawns a call from the runtime. One of the functions gets its outcome.
pub(super) fn start(
    future: impl Future<Output = Result<JsValue, JsValue>> + 'static,
    resolve: Function,
    reject: Function,
) {
    watch();
    spawn(settle_with(future, resolve, reject));
}
