//! Promises of the functions that JavaScript calls.

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// Spawns a call from the runtime, and passes its outcome to one of the functions.
pub(super) fn start(
    future: impl Future<Output = Result<JsValue, JsValue>> + 'static,
    resolve: Function,
    reject: Function,
) {
    spawn_local(async move {
        // These functions do not throw.
        let _ = match future.await {
            Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
            Err(reason) => reject.call1(&JsValue::UNDEFINED, &reason),
        };
    });
}
