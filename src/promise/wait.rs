//! What is waited for, by number.

use core::task::{Context, Poll, Waker};
use std::cell::RefCell;

use js_sys::Function;
use slab::Slab;
use wasm_bindgen::{
    JsCast, JsValue,
    prelude::{Closure, wasm_bindgen},
};

use super::task;

#[wasm_bindgen]
extern "C" {
    type Numbered;

    #[wasm_bindgen(method, js_name = bind)]
    fn with_number(this: &Numbered, context: &JsValue, number: u32) -> Function;
}

/// What JavaScript calls with a number and an outcome.
type Callback = Closure<dyn Fn(u32, JsValue)>;

thread_local! {
    static WAITS: RefCell<Slab<State>> = const { RefCell::new(Slab::new()) };
    static FULFILLED: Callback = Closure::new(|number, value| settle(number, Ok(value)));
    static REJECTED: Callback = Closure::new(|number, reason| settle(number, Err(reason)));
}

enum State {
    Pending(Option<Waker>),
    Settled(Result<JsValue, JsValue>),
    /// Nobody waits any more, but JavaScript still has the number.
    Left,
}

/// Something that is waited for. JavaScript has its number, and calls back once.
#[derive(Debug)]
pub(super) struct Wait(usize);

impl Wait {
    pub(super) fn new() -> Self {
        Self(WAITS.with_borrow_mut(|waits| waits.insert(State::Pending(None))))
    }

    pub(super) fn number(&self) -> u32 {
        // In 32 bits of address space there are never more.
        self.0 as u32
    }

    /// The functions of this one, for JavaScript to call one of them with a value or a reason.
    pub(super) fn callbacks(&self) -> (Function, Function) {
        let own =
            |all: &Callback| all.as_ref().unchecked_ref::<Numbered>().with_number(&JsValue::UNDEFINED, self.number());
        (FULFILLED.with(own), REJECTED.with(own))
    }

    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<Result<JsValue, JsValue>> {
        match self.replace(State::Pending(Some(context.waker().clone()))) {
            Some(State::Settled(outcome)) => {
                self.is_over();
                Poll::Ready(outcome)
            }
            _ => Poll::Pending,
        }
    }

    /// JavaScript does not call back any more.
    pub(super) fn is_over(&self) {
        self.replace(State::Settled(Ok(JsValue::UNDEFINED)));
    }

    /// Gives what was there, for the caller to drop when the list is free again: wakers may hold other waits.
    fn replace(&self, state: State) -> Option<State> {
        WAITS.with_borrow_mut(|waits| waits.get_mut(self.0).map(|place| core::mem::replace(place, state)))
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let _gone = WAITS.with_borrow_mut(|waits| match waits.get_mut(self.0) {
            Some(State::Settled(_)) => waits.try_remove(self.0),
            Some(state) => Some(core::mem::replace(state, State::Left)),
            None => None,
        });
    }
}

/// Calls back with the function that every wait is fulfilled by; its first argument is the number.
pub(super) fn with_fulfilled<R>(callback: impl FnOnce(&Function) -> R) -> R {
    FULFILLED.with(|fulfilled| callback(fulfilled.as_ref().unchecked_ref()))
}

fn settle(number: u32, outcome: Result<JsValue, JsValue>) {
    let number = number as usize;
    let before = WAITS.with_borrow_mut(|waits| match waits.get_mut(number) {
        Some(State::Left) => waits.try_remove(number),
        Some(state) => Some(core::mem::replace(state, State::Settled(outcome))),
        None => None,
    });
    match before {
        Some(State::Pending(waker)) => task::wake(waker),
        _ => task::wake(None),
    }
}
