//! What is under way when the wasm instance dies: of a panic, of memory that ran out, or of a stack that did.
//!
//! No code of ours panics, but nobody can promise that for all of what it calls. With `panic = "abort"` the instance is
//! lost then, and with it every request that it was working on. `in_flight.js` makes another instance for the next request, and
//! tells everybody who waits for the old one.

use citrn::promise;
use js_sys::Function;
use wasm_bindgen::{JsValue, handler::set_on_abort, prelude::wasm_bindgen};

#[wasm_bindgen(module = "/src/edge/in_flight.js")]
extern "C" {
    #[wasm_bindgen(js_name = instanceDied)]
    fn instance_died();
}

/// Sees to it that this module hears of the instance's death. To be called before anything else is done in one.
pub(super) fn watch() {
    // Instead of the platform crate's handler, which has the next call into the module make the new instance: that call
    // could be one that belongs to the old instance.
    set_on_abort(instance_died);
}

/// Begins what the runtime asked for. One of the functions gets the outcome.
pub(super) fn begin(
    work: impl Future<Output = Result<JsValue, JsValue>> + 'static,
    resolve: Function,
    reject: Function,
) {
    watch();
    promise::begin(promise::telling(work, resolve, reject));
}
