//! JavaScript promises as futures, futures as promises, and the executor that polls them.
//!
//! wasm-bindgen-futures costs more CPU per request (`bench/NOTES.md`): it queues a microtask for each poll, and makes
//! two closures for each promise. Here a future is polled in the microtask in which its promise settles.

mod pending;
mod task;

use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use self::pending::Pending;
pub use self::task::{settle_with, spawn, spawn_promise};

/// The longest delay of a JavaScript timer: a longer one fires immediately.
const LONGEST_TIMER: Duration = Duration::from_millis(i32::MAX.unsigned_abs() as u64);

#[wasm_bindgen]
extern "C" {
    type Thenable;

    /// `Promise.prototype.then`, without the promise that it returns.
    #[wasm_bindgen(method, js_name = then, catch)]
    fn when_settled(this: &Thenable, fulfilled: &Function, rejected: &Function) -> Result<(), JsValue>;

    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = clearTimeout, catch)]
    fn clear_timeout(timer: &JsValue) -> Result<(), JsValue>;
}

/// Waits for a promise: `Ok` with its value, or `Err` with the reason of its rejection.
pub fn wait_for(promise: &Promise) -> PromiseFuture {
    let pending = Pending::new();
    // An object that is no promise may fail here.
    if let Err(error) = promise.unchecked_ref::<Thenable>().when_settled(&pending.fulfilled(), &pending.rejected()) {
        pending.settle(Err(error));
    }
    PromiseFuture(pending)
}

/// The future of a promise. It may be dropped at any time.
#[derive(Debug)]
#[must_use]
pub struct PromiseFuture(Pending);

impl Future for PromiseFuture {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(context)
    }
}

/// Waits for a time. Without timers it returns immediately: a deadline that passes early is better than none.
pub async fn sleep(duration: Duration) {
    if let Ok(timer) = Timer::start(duration.min(LONGEST_TIMER).as_millis() as u32) {
        timer.await;
    }
}

/// A timer, which is cleared when it is dropped.
struct Timer {
    id: JsValue,
    pending: Pending,
}

impl Timer {
    fn start(milliseconds: u32) -> Result<Self, JsValue> {
        let pending = Pending::new();
        match set_timeout(&pending.fulfilled(), f64::from(milliseconds)) {
            Ok(id) => Ok(Self { id, pending }),
            Err(error) => {
                pending.settle(Ok(JsValue::UNDEFINED));
                Err(error)
            }
        }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.pending.poll(context).map(|_| ())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // A timer that cannot be cleared still calls back, and frees its entry then.
        if clear_timeout(&self.id).is_ok() {
            self.pending.settle(Ok(JsValue::UNDEFINED));
        }
    }
}
