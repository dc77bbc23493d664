//! Futures under way, each with the promise that tells its outcome.

use core::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};
use std::{collections::VecDeque, sync::Arc, task::Wake};

use js_sys::{Function, Promise};
use slab::Slab;
use wasm_bindgen::JsValue;

use super::settled;

type Work = Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>;

thread_local! {
    static TASKS: RefCell<Slab<Task>> = const { RefCell::new(Slab::new()) };
    /// The tasks that are to go on.
    static WOKEN: RefCell<VecDeque<usize>> = const { RefCell::new(VecDeque::new()) };
    /// Whether somebody further down the stack sees to what is woken.
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

struct Task {
    /// Not there while it runs.
    work: Option<Work>,
    waker: Waker,
    resolve: Function,
    reject: Function,
}

/// Goes on with a task by its number. That of a task which is over may have become another's, which then looks for nothing.
struct Number(usize);

impl Wake for Number {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // Not gone on with here: whoever wakes may hold what the task wants.
        WOKEN.with_borrow_mut(|woken| woken.push_back(self.0));
        if !RUNNING.get() {
            run_woken_soon();
        }
    }
}

/// Begins work, and gives the promise of its outcome.
///
/// ```no_run
/// # fn begin() -> js_sys::Promise {
/// citrn::promise::promised(async { Ok("done".into()) })
/// # }
/// ```
pub fn promised(work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    let mut work = Some(work);
    Promise::new(&mut |resolve, reject| {
        if let Some(work) = work.take() {
            begin(work, resolve, reject);
        }
    })
}

/// Begins work whose outcome goes to one of two functions: those that the constructor of a promise gives. It begins at once,
/// or, when other such work asks for it, as soon as that waits or is over.
pub fn begin(work: impl Future<Output = Result<JsValue, JsValue>> + 'static, resolve: Function, reject: Function) {
    TASKS.with_borrow_mut(|tasks| {
        let entry = tasks.vacant_entry();
        let number = entry.key();
        let waker = Waker::from(Arc::new(Number(number)));
        entry.insert(Task { work: Some(Box::pin(work)), waker, resolve, reject });
        WOKEN.with_borrow_mut(|woken| woken.push_back(number));
    });
    if RUNNING.replace(true) {
        // Whoever is further down the stack goes on with it, unless an error of JavaScript's went through there: then this does.
        run_woken_soon();
    } else {
        run_woken();
    }
}

/// Wakes a task from JavaScript, below which nothing runs, and goes on with whatever was woken.
pub(super) fn wake(waker: Option<Waker>) {
    RUNNING.set(true);
    if let Some(waker) = waker {
        waker.wake();
    }
    run_woken();
}

/// Goes on in a microtask.
fn run_woken_soon() {
    drop(settled(&Promise::resolve(&JsValue::UNDEFINED)));
}

/// Goes on with whatever was woken, until nothing is.
fn run_woken() {
    while let Some(number) = WOKEN.with_borrow_mut(VecDeque::pop_front) {
        advance(number);
    }
    RUNNING.set(false);
}

/// Goes on with a task, unless it is over.
fn advance(number: usize) {
    let ready = TASKS.with_borrow_mut(|tasks| {
        let task = tasks.get_mut(number)?;
        Some((task.work.take()?, task.waker.clone()))
    });
    let Some((mut work, waker)) = ready else { return };
    let Poll::Ready(outcome) = work.as_mut().poll(&mut Context::from_waker(&waker)) else {
        TASKS.with_borrow_mut(|tasks| {
            if let Some(task) = tasks.get_mut(number) {
                task.work = Some(work);
            }
        });
        return;
    };
    let over = TASKS.with_borrow_mut(|tasks| tasks.try_remove(number));
    if let Some(Task { resolve, reject, .. }) = over {
        // The functions that a promise's constructor gives do not fail.
        let _ = match outcome {
            Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
            Err(reason) => reject.call1(&JsValue::UNDEFINED, &reason),
        };
    }
}
