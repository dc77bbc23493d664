//! Tasks: the spawned futures, and the queue of those to poll.

use core::{
    cell::{Cell, RefCell},
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, Waker},
};
use std::{collections::VecDeque, sync::Arc, task::Wake};

use js_sys::{Function, Promise};
use slab::Slab;
use wasm_bindgen::{
    JsValue,
    prelude::{Closure, wasm_bindgen},
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(callback: &Closure<dyn Fn()>);
}

type TaskFuture = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    static TASKS: RefCell<Slab<Task>> = const { RefCell::new(Slab::new()) };
    /// The tasks to poll.
    static READY: RefCell<VecDeque<usize>> = const { RefCell::new(VecDeque::new()) };
    /// Whether tasks are polled further down the stack. A JavaScript error that passes through leaves it set until
    /// JavaScript calls back the next time, so only the order of polls may depend on it.
    static IS_POLLING: Cell<bool> = const { Cell::new(false) };
    /// Whether the code that calls wakers polls the ready tasks afterwards.
    static IS_WAKING: Cell<bool> = const { Cell::new(false) };
    /// Whether a microtask that polls the ready tasks is queued.
    static IS_QUEUED: Cell<bool> = const { Cell::new(false) };
    static POLL_READY: Closure<dyn Fn()> = Closure::new(poll_ready);
}

struct Task {
    /// `None` while it is polled.
    future: Option<TaskFuture>,
    /// Whether it was woken while it was polled.
    is_woken: bool,
    waker: Waker,
}

/// Wakes a task by its number. After the task has finished, a new task with its number may get a spurious poll.
struct Number(usize);

impl Wake for Number {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        wake(self.0);
    }
}

/// Has a task polled, never before this returns: the caller may hold a borrow that the task needs.
fn wake(number: usize) {
    READY.with_borrow_mut(|ready| ready.push_back(number));
    if !IS_WAKING.get() && !IS_QUEUED.replace(true) {
        // Needed if no task is being polled, or if a JavaScript error ends the polling further down the stack.
        POLL_READY.with(queue_microtask);
    }
}

/// Calls wakers. The caller polls the ready tasks afterwards.
pub(super) fn while_waking(wakers: impl FnOnce()) {
    IS_WAKING.set(true);
    wakers();
    IS_WAKING.set(false);
}

/// Spawns a future, and returns the promise of its outcome.
pub fn spawn_promise(future: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    let mut future = Some(future);
    Promise::new(&mut |resolve, reject| {
        if let Some(future) = future.take() {
            spawn(settle_with(future, resolve, reject));
        }
    })
}

/// Passes the outcome of a future to one of the two functions that the constructor of a promise gives.
pub async fn settle_with(future: impl Future<Output = Result<JsValue, JsValue>>, resolve: Function, reject: Function) {
    // These functions do not throw.
    let _ = match future.await {
        Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
        Err(reason) => reject.call1(&JsValue::UNDEFINED, &reason),
    };
}

/// Spawns a future. Polled immediately, or, if called from another task, once that task yields.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let number = TASKS.with_borrow_mut(|tasks| {
        let entry = tasks.vacant_entry();
        let number = entry.key();
        let waker = Waker::from(Arc::new(Number(number)));
        entry.insert(Task { future: Some(Box::pin(future)), is_woken: false, waker });
        number
    });
    if IS_POLLING.get() {
        wake(number);
    } else {
        READY.with_borrow_mut(|ready| ready.push_back(number));
        poll_ready();
    }
}

/// Polls the ready tasks until there are none.
pub(super) fn poll_ready() {
    IS_QUEUED.set(false);
    IS_POLLING.set(true);
    while let Some(number) = READY.with_borrow_mut(VecDeque::pop_front) {
        poll(number);
    }
    IS_POLLING.set(false);
}

/// Polls a task, unless it has finished. One that is being polled further down the stack is polled again afterwards.
fn poll(number: usize) {
    let taken = TASKS.with_borrow_mut(|tasks| {
        let task = tasks.get_mut(number)?;
        task.is_woken = task.future.is_none();
        Some((task.future.take()?, task.waker.clone()))
    });
    let Some((mut future, waker)) = taken else { return };
    match future.as_mut().poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(()) => {
            // Bound to a name, so that it is dropped after the list is free again.
            let _finished = TASKS.with_borrow_mut(|tasks| tasks.try_remove(number));
        }
        Poll::Pending => {
            let is_woken = TASKS.with_borrow_mut(|tasks| {
                tasks.get_mut(number).is_some_and(|task| {
                    task.future = Some(future);
                    mem::take(&mut task.is_woken)
                })
            });
            if is_woken {
                wake(number);
            }
        }
    }
}
