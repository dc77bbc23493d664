//! The caller's `AbortSignal`.

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use crate::promise::settled;

/// Completes when the caller's signal aborts.
pub(super) async fn aborted(signal: AbortSignal) {
    if signal.aborted() {
        return;
    }
    let mut listening = None;
    let event = Promise::new(&mut |resolve, _| {
        if signal.add_event_listener_with_callback("abort", &resolve).is_ok() {
            listening = Some(Listening { signal: signal.clone(), listener: resolve });
        }
    });
    // The promise is only ever resolved.
    let _ = settled(&event).await;
    drop(listening);
}

/// Takes its listener away when it is dropped, so that a long-lived signal does not gather them, and resolves the promise
/// that waits for the event: what waits for a promise is kept until that settles.
struct Listening {
    signal: AbortSignal,
    listener: Function,
}

impl Drop for Listening {
    fn drop(&mut self) {
        // A signal that will not let go of a listener leaves nothing to be done about it here.
        let _ = self.signal.remove_event_listener_with_callback("abort", &self.listener);
        // Resolving a promise does not fail.
        let _ = self.listener.call0(&JsValue::UNDEFINED);
    }
}
