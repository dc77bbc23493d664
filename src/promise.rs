//! JavaScript's promises as futures, and futures as promises.
//!
//! What `wasm-bindgen-futures` does, at less of a price for each promise: two JavaScript functions serve all promises that are
//! waited for, where that crate makes two for each and registers both for finalization; and a future goes on in the very
//! microtask in which what it waits for has settled, where that crate queues another one.

mod task;
mod wait;

use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

pub use self::task::{begin, promised, telling};
use self::wait::Wait;

/// Longest time that JavaScript timers can wait: a longer one would fire at once.
const LONGEST_TIMER: Duration = Duration::from_millis(i32::MAX as u64);

#[wasm_bindgen]
extern "C" {
    type Thenable;

    /// As `Promise.prototype.then`, without the promise that it gives.
    #[wasm_bindgen(method, js_name = then, catch)]
    fn when_settled(this: &Thenable, fulfilled: &Function, rejected: &Function) -> Result<(), JsValue>;

    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = clearTimeout, catch)]
    fn clear_timeout(timer: &JsValue) -> Result<(), JsValue>;
}

/// Waits until a promise is settled: its value, or the reason why it was rejected.
///
/// ```no_run
/// # async fn wait() {
/// let one = js_sys::Promise::resolve(&wasm_bindgen::JsValue::from(1));
/// assert_eq!(citrn::promise::settled(&one).await, Ok(1.into()));
/// # }
/// ```
pub fn settled(promise: &Promise) -> Settled {
    let wait = Wait::new();
    // What only says that it is a promise may fail here.
    if let Err(error) = promise.unchecked_ref::<Thenable>().when_settled(&wait.fulfilled(), &wait.rejected()) {
        wait.end(Err(error));
    }
    Settled(wait)
}

/// What [`settled`] gives. It may be dropped at any time.
#[derive(Debug)]
#[must_use]
pub struct Settled(Wait);

impl Future for Settled {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(context)
    }
}

/// Waits for so long. A host without timers does not wait, so that a deadline passes at once rather than never.
pub async fn sleep(duration: Duration) {
    let milliseconds = u32::try_from(duration.min(LONGEST_TIMER).as_millis()).unwrap_or(u32::MAX);
    if let Ok(timer) = Timer::start(milliseconds) {
        timer.await;
    }
}

/// A timer, which is cleared when it is dropped.
struct Timer {
    id: JsValue,
    wait: Wait,
}

impl Timer {
    fn start(milliseconds: u32) -> Result<Self, JsValue> {
        let wait = Wait::new();
        match set_timeout(&wait.fulfilled(), f64::from(milliseconds)) {
            Ok(id) => Ok(Self { id, wait }),
            Err(error) => {
                wait.end(Ok(JsValue::UNDEFINED));
                Err(error)
            }
        }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.wait.poll(context).map(|_| ())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // A host whose timers cannot be cleared leaves nothing to be done about it here.
        if clear_timeout(&self.id).is_ok() {
            self.wait.end(Ok(JsValue::UNDEFINED));
        }
    }
}
