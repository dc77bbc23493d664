//! Panics on demand, in test builds only: the feature `force-panic`. Without it these functions are empty.

use js_sys::{Reflect, global};
use wasm_bindgen::JsValue;

/// A request with this header makes the Worker panic once, at the place that the header names.
const HEADER: &str = "X-Force-Panic";

/// The global that holds the place: JavaScript outlives the wasm instance.
const PLACE: &str = "forcePanicAt";

/// Reads the place from a request.
pub(super) fn asked(request: &web_sys::Request) {
    if cfg!(feature = "force-panic")
        && let Ok(Some(place)) = request.headers().get(HEADER)
    {
        set(&JsValue::from_str(&place));
    }
}

/// Panics if this is the place.
pub(super) fn at(place: &str) {
    let is_place = || {
        let wanted = Reflect::get(&global(), &JsValue::from_str(PLACE));
        wanted.is_ok_and(|wanted| wanted.as_string().as_deref() == Some(place))
    };
    if cfg!(feature = "force-panic") && is_place() {
        set(&JsValue::UNDEFINED);
        #[expect(clippy::panic, reason = "that is what it is for")]
        {
            panic!("forced at {place}");
        }
    }
}

fn set(place: &JsValue) {
    // The global object accepts every property.
    let _ = Reflect::set(&global(), &JsValue::from_str(PLACE), place);
}
