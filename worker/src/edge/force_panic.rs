//! Panics on demand, in test builds with the feature `force-panic`. Otherwise these functions do nothing.

use js_sys::{Reflect, global};
use wasm_bindgen::JsValue;

/// The header that makes the Worker panic once, at the place that it names.
const HEADER: &str = "X-Force-Panic";

/// The JavaScript global that stores the place, since JavaScript outlives the wasm instance.
const PLACE: &str = "forcePanicAt";

/// Stores the place that a request's header names.
pub(super) fn arm(request: &web_sys::Request) {
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
        #[expect(clippy::panic, reason = "the purpose of this function")]
        {
            panic!("forced at {place}");
        }
    }
}

fn set(place: &JsValue) {
    // The global object accepts every property.
    let _ = Reflect::set(&global(), &JsValue::from_str(PLACE), place);
}
