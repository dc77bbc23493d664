//! Futures under way, and going on with those that were woken.

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
use wasm_bindgen::JsValue;

use super::settled;

type Work = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    static TASKS: RefCell<Slab<Task>> = const { RefCell::new(Slab::new()) };
    /// The tasks that are to go on.
    static WOKEN: RefCell<VecDeque<usize>> = const { RefCell::new(VecDeque::new()) };
    /// Whether somebody further down the stack goes on with tasks. It may stay so after an error of JavaScript's went through
    /// there, until JavaScript calls back the next time: so nothing but the order of things depends on it.
    static RUNNING: Cell<bool> = const { Cell::new(false) };
    /// Whether whoever wakes goes on with what was woken, as soon as all wakers were called.
    static WAKING: Cell<bool> = const { Cell::new(false) };
    /// Whether there is a microtask to come that goes on with what was woken.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

struct Task {
    /// Not there while it runs.
    work: Option<Work>,
    /// Woken while it ran.
    again: bool,
    waker: Waker,
}

/// Goes on with a task by its number. That of a task which is over may have become another's, which is then polled once in vain.
struct Number(usize);

impl Wake for Number {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        wake(self.0);
    }
}

/// Sees to it that a task goes on, never before this returns: who wakes it may be in the middle of something.
fn wake(number: usize) {
    WOKEN.with_borrow_mut(|woken| woken.push_back(number));
    if !WAKING.get() && !EXPECTED.replace(true) {
        // Whoever runs tasks further down the stack comes before it, unless an error of JavaScript's goes through there.
        drop(settled(&Promise::resolve(&JsValue::UNDEFINED)));
    }
}

/// Calls wakers, and leaves it to the caller to go on with what they wake.
pub(super) fn while_waking(wakers: impl FnOnce()) {
    WAKING.set(true);
    wakers();
    WAKING.set(false);
}

/// Begins work, and gives the promise of its outcome. When it begins, see [`begin`].
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
            begin(telling(work, resolve, reject));
        }
    })
}

/// Work that tells its outcome to one of two functions, such as those that the constructor of a promise gives.
pub async fn telling(work: impl Future<Output = Result<JsValue, JsValue>>, resolve: Function, reject: Function) {
    // Those do not fail.
    let _ = match work.await {
        Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
        Err(reason) => reject.call1(&JsValue::UNDEFINED, &reason),
    };
}

/// Begins work that tells its outcome by itself: at once, or, when other such work asks for it, as soon as that waits or is over.
pub fn begin(work: impl Future<Output = ()> + 'static) {
    let number = TASKS.with_borrow_mut(|tasks| {
        let entry = tasks.vacant_entry();
        let number = entry.key();
        let waker = Waker::from(Arc::new(Number(number)));
        entry.insert(Task { work: Some(Box::pin(work)), again: false, waker });
        number
    });
    if RUNNING.get() {
        wake(number);
    } else {
        WOKEN.with_borrow_mut(|woken| woken.push_back(number));
        run_woken();
    }
}

/// Goes on with whatever was woken, until nothing is.
pub(super) fn run_woken() {
    EXPECTED.set(false);
    RUNNING.set(true);
    while let Some(number) = WOKEN.with_borrow_mut(VecDeque::pop_front) {
        advance(number);
    }
    RUNNING.set(false);
}

/// Goes on with a task, unless it is over, or runs further down the stack, which then goes on with it once more.
fn advance(number: usize) {
    let ready = TASKS.with_borrow_mut(|tasks| {
        let task = tasks.get_mut(number)?;
        task.again = task.work.is_none();
        Some((task.work.take()?, task.waker.clone()))
    });
    let Some((mut work, waker)) = ready else { return };
    match work.as_mut().poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(()) => {
            // Bound to a name, so that it is dropped when the list is free again.
            let _over = TASKS.with_borrow_mut(|tasks| tasks.try_remove(number));
        }
        Poll::Pending => {
            let woken = TASKS.with_borrow_mut(|tasks| {
                tasks.get_mut(number).is_some_and(|task| {
                    task.work = Some(work);
                    mem::take(&mut task.again)
                })
            });
            if woken {
                wake(number);
            }
        }
    }
}
