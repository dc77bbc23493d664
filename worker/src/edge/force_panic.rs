//! Panics on demand, in test builds only: the feature `force-panic`.

use js_sys::{Reflect, global};
use wasm_bindgen::JsValue;

/// A request with this header makes the Worker panic when it comes to the place that it names, once.
const HEADER: &str = "X-Force-Panic";

/// Where the place is kept: in JavaScript, which outlives the wasm instance.
const KEPT: &str = "forcePanicAt";

/// Takes note of what the request asks for.
pub(super) fn asked(request: &web_sys::Request) {
    if let Ok(Some(place)) = request.headers().get(HEADER) {
        set(&JsValue::from_str(&place));
    }
}

/// Panics if this is the place.
pub(super) fn at(place: &str) {
    let wanted = Reflect::get(&global(), &JsValue::from_str(KEPT)).ok().and_then(|kept| kept.as_string());
    if wanted.as_deref() == Some(place) {
        set(&JsValue::UNDEFINED);
        #[expect(clippy::panic, reason = "that is what it is for")]
        {
            panic!("forced at {place}");
        }
    }
}

fn set(place: &JsValue) {
    // The global object takes every property.
    let _ = Reflect::set(&global(), &JsValue::from_str(KEPT), place);
}
