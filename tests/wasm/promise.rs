//! The Worker's promises as futures, and futures as promises.

#[path = "../../worker/src/edge/promise/mod.rs"]
#[allow(unused_imports)]
mod executor;

use core::{
    cell::{Cell, RefCell},
    future::{Future, pending, poll_fn},
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use executor::{sleep, spawn_promise, wait_for};

fn evaluate(source: &str) -> JsValue {
    Function::new_no_args(&format!("return ({source})")).call0(&JsValue::UNDEFINED).unwrap()
}

fn promise(source: &str) -> Promise {
    evaluate(source).unchecked_into()
}

fn call(function: &JsValue) {
    function.unchecked_ref::<Function>().call0(&JsValue::UNDEFINED).unwrap();
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

/// The message of an error.
fn message(error: &JsValue) -> String {
    get(error, "message").as_string().unwrap()
}

/// Returns the outcome of a spawned future, waited for by wasm-bindgen-futures.
async fn outcome(work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Result<JsValue, JsValue> {
    JsFuture::from(spawn_promise(work)).await
}

#[wasm_bindgen_test]
async fn a_value_and_a_rejection_come_through() {
    let value = outcome(async { wait_for(&promise("Promise.resolve('there')")).await });
    assert_eq!(value.await.unwrap().as_string().as_deref(), Some("there"));
    let later = "new Promise((_, reject) => setTimeout(() => reject(new Error('not there')), 5))";
    let reason = outcome(async { wait_for(&promise(later)).await }).await.unwrap_err();
    assert_eq!(message(&reason), "not there");
}

#[wasm_bindgen_test]
async fn a_spawned_future_is_polled_immediately() {
    let begun = Rc::new(Cell::new(0));
    let counted = begun.clone();
    let promise = spawn_promise(async move {
        counted.set(1);
        wait_for(&Promise::resolve(&JsValue::UNDEFINED)).await?;
        counted.set(2);
        Ok("over".into())
    });
    assert_eq!(begun.get(), 1);
    assert_eq!(JsFuture::from(promise).await.unwrap(), "over");
    assert_eq!(begun.get(), 2);
    let over = spawn_promise(async { Err("at once".into()) });
    assert_eq!(JsFuture::from(over).await.unwrap_err(), "at once");
}

#[wasm_bindgen_test]
async fn a_promise_future_may_be_dropped_before_it_settles() {
    let both = evaluate(
        "(() => { const both = {}; both.promise = new Promise((resolve) => (both.resolve = resolve)); return both; })()",
    );
    let first = wait_for(get(&both, "promise").unchecked_ref());
    let second = wait_for(get(&both, "promise").unchecked_ref());
    drop(first);
    call(&get(&both, "resolve"));
    assert!(outcome(second).await.unwrap().is_undefined());
    // The reason of a dropped promise is reported nowhere, not even as an unhandled rejection.
    drop(wait_for(&promise("Promise.reject(new Error('nobody asked'))")));
    sleep(Duration::from_millis(5)).await;
}

#[wasm_bindgen_test]
async fn entries_are_reused() {
    let bound = "(() => { const { bind } = Function.prototype; const numbers = [];
        Function.prototype.bind = function (self, number, ...rest) { numbers.push(number); return bind.call(this, self, number, ...rest); };
        return { numbers, end: () => { Function.prototype.bind = bind; } }; })()";
    for _ in 0..10_000 {
        wait_for(&Promise::resolve(&JsValue::UNDEFINED)).await.unwrap();
    }
    let spy = evaluate(bound);
    let one = wait_for(&Promise::resolve(&JsValue::UNDEFINED));
    call(&get(&spy, "end"));
    let number = get(&get(&spy, "numbers"), "0").as_f64().unwrap() as u64;
    assert!(number as u32 <= 100, "place {}", number as u32);
    one.await.unwrap();
}

#[wasm_bindgen_test]
async fn a_future_spawned_by_a_task_is_polled_once_that_task_yields() {
    let order = Rc::new(RefCell::new(Vec::new()));
    let (outer, inner) = (order.clone(), order.clone());
    let promise = spawn_promise(async move {
        outer.borrow_mut().push("outer begins");
        let inner = spawn_promise(async move {
            inner.borrow_mut().push("inner");
            wait_for(&Promise::resolve(&JsValue::from(1))).await
        });
        outer.borrow_mut().push("outer waits");
        let value = wait_for(&inner).await?;
        outer.borrow_mut().push("outer ends");
        Ok(value)
    });
    assert_eq!(*order.borrow(), ["outer begins", "outer waits", "inner"], "at once");
    assert_eq!(JsFuture::from(promise).await.unwrap(), 1);
    assert_eq!(*order.borrow(), ["outer begins", "outer waits", "inner", "outer ends"]);
}

/// A signal from one task to another.
#[derive(Clone, Default)]
struct Signal(Rc<RefCell<(bool, Option<Waker>)>>);

impl Signal {
    fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.borrow_mut();
        state.1 = Some(context.waker().clone());
        if state.0 { Poll::Ready(()) } else { Poll::Pending }
    }

    async fn wait(&self) {
        poll_fn(|context| self.poll(context)).await;
    }

    /// Wakes while the state is borrowed: the woken task must not run before that borrow ends.
    fn give(&self) {
        let mut state = self.0.borrow_mut();
        state.0 = true;
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }
}

#[wasm_bindgen_test]
async fn a_task_wakes_another() {
    let signal = Signal::default();
    let waiting = signal.clone();
    let woken = spawn_promise(async move {
        waiting.wait().await;
        Ok("woken".into())
    });
    let giving = signal.clone();
    let gave = spawn_promise(async move {
        wait_for(&Promise::resolve(&JsValue::UNDEFINED)).await?;
        giving.give();
        Ok("gave".into())
    });
    assert_eq!(JsFuture::from(gave).await.unwrap(), "gave");
    assert_eq!(JsFuture::from(woken).await.unwrap(), "woken");
}

#[wasm_bindgen_test]
async fn a_task_is_woken_from_outside_any_task() {
    let signal = Signal::default();
    let waiting = signal.clone();
    let woken = spawn_promise(async move {
        waiting.wait().await;
        Ok("woken".into())
    });
    sleep(Duration::from_millis(1)).await;
    signal.give();
    assert_eq!(JsFuture::from(woken).await.unwrap(), "woken");
}

#[wasm_bindgen_test]
async fn a_task_wakes_itself() {
    let mut left = 1000;
    let work = poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(Ok("over".into()));
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    });
    assert_eq!(outcome(work).await.unwrap(), "over");
}

#[wasm_bindgen_test]
async fn a_timer_is_cleared_when_it_is_dropped() {
    let spy = evaluate(
        "(() => { const { clearTimeout } = globalThis; const spy = { cleared: 0, end() { globalThis.clearTimeout = clearTimeout; } };
            globalThis.clearTimeout = (timer) => { spy.cleared += 1; clearTimeout(timer); }; return spy; })()",
    );
    {
        let mut timer = pin!(sleep(Duration::from_secs(3600)));
        let polled = poll_fn(|context| Poll::Ready(timer.as_mut().poll(context))).await;
        assert!(polled.is_pending());
        assert_eq!(get(&spy, "cleared"), 0);
    }
    assert_eq!(get(&spy, "cleared"), 1);
    Reflect::get(&spy, &"end".into()).unwrap().unchecked_into::<Function>().call0(&spy).unwrap();
    // The next timer reuses its entry.
    sleep(Duration::from_millis(1)).await;
}

#[wasm_bindgen_test]
async fn an_object_that_is_no_promise_is_an_error() {
    let error = outcome(async { wait_for(&promise("undefined")).await }).await.unwrap_err();
    assert!(error.is_instance_of::<js_sys::TypeError>());
    let error = outcome(async { wait_for(&promise("({ then() { throw new Error('not with me'); } })")).await });
    assert_eq!(message(&error.await.unwrap_err()), "not with me");
}

#[wasm_bindgen_test]
async fn a_promise_that_settles_twice_settles_once() {
    let odd = "({ then(fulfilled, rejected) { globalThis.citrnAgain = fulfilled; fulfilled('first'); fulfilled('second'); rejected('third'); } })";
    assert_eq!(outcome(async { wait_for(&promise(odd)).await }).await.unwrap(), "first");
    // The next promise reuses its entry, and must not be settled by the old callback.
    let (again, next) = (evaluate("globalThis.citrnAgain"), wait_for(&promise("new Promise(() => {})")));
    call(&again);
    let mut next = pin!(next);
    assert!(poll_fn(|context| Poll::Ready(next.as_mut().poll(context))).await.is_pending());
}

#[wasm_bindgen_test]
async fn an_error_that_passes_through_wasm_stops_no_other_task() {
    // As does an import that is not declared to throw.
    let throws = Function::new_no_args("throw new Error('through')");
    #[wasm_bindgen::prelude::wasm_bindgen]
    extern "C" {
        type Thrower;
        #[wasm_bindgen(method, js_name = call)]
        fn call_uncaught(this: &Thrower);
    }
    let promise = spawn_promise(async move {
        throws.unchecked_ref::<Thrower>().call_uncaught();
        pending().await
    });
    let thrown = wait_for(&promise).await.unwrap_err();
    assert_eq!(message(&thrown), "through");
    assert_eq!(outcome(async { Ok("at once".into()) }).await.unwrap(), "at once");
    let later = outcome(async {
        sleep(Duration::from_millis(1)).await;
        Ok("later".into())
    });
    assert_eq!(later.await.unwrap(), "later");
}
