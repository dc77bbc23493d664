//! What is under way when the wasm instance dies: of a panic, of memory that ran out, or of a stack that did.
//!
//! No code of ours panics, but nobody can promise that for all of what it calls. With `panic = "abort"` the instance is
//! lost then, and with it every request that it was working on. The platform crate makes another instance for the next
//! request; here everybody who waits for the old one is told.

use js_sys::Promise;
use wasm_bindgen::{JsValue, handler::set_on_abort, prelude::wasm_bindgen};
use wasm_bindgen_futures::future_to_promise;

#[wasm_bindgen(module = "/src/edge/in_flight.js")]
extern "C" {
    #[wasm_bindgen(js_name = answered)]
    fn promise_answered(promise: Promise, request: &JsValue) -> Promise;

    #[wasm_bindgen(js_name = kept)]
    fn promise_kept(promise: Promise) -> Promise;

    fn died();
}

/// Answers a request: with the response, or with a problem if the instance dies or the runtime fails.
pub(super) fn answered(request: JsValue, work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    promise_answered(begun(work), &request)
}

/// Does work of a Durable Object. The promise is broken if the instance dies: the runtime and the caller know what to do.
pub(super) fn kept(work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    promise_kept(begun(work))
}

fn begun(work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    // Instead of the platform crate's handler, which has the next call into the module make the new instance: that call
    // could be one that belongs to the old instance.
    set_on_abort(died);
    future_to_promise(work)
}
