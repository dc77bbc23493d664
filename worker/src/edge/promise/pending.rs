//! Pending promises, by number.

use core::{
    cell::{Cell, RefCell},
    mem,
    task::{Context, Poll, Waker},
};

use js_sys::Function;
use slab::Slab;
use wasm_bindgen::{
    JsCast, JsValue,
    prelude::{Closure, wasm_bindgen},
};

use super::task::{poll_ready, while_waking};

#[wasm_bindgen]
extern "C" {
    type Numbered;

    #[wasm_bindgen(method, js_name = bind)]
    fn with_number(this: &Numbered, context: &JsValue, number: f64) -> Function;
}

/// A JavaScript function of a number and an outcome.
type Callback = Closure<dyn Fn(f64, JsValue)>;

thread_local! {
    static PENDING: RefCell<Slab<Slot>> = const { RefCell::new(Slab::new()) };
    /// The generation of the latest pending promise.
    static GENERATION: Cell<u32> = const { Cell::new(0) };
    static FULFILLED: Callback = Closure::new(|number, value| on_settled(number, Ok(value)));
    static REJECTED: Callback = Closure::new(|number, reason| on_settled(number, Err(reason)));
}

/// Bits of a generation: with the 32 of an index, a number that JavaScript represents exactly.
const GENERATION_BITS: u32 = 21;

/// An entry of the list. Its next user has another generation, so a callback that comes twice or late has no effect.
struct Slot {
    generation: u32,
    state: State,
}

enum State {
    Waiting(Option<Waker>),
    Settled(Result<JsValue, JsValue>),
    /// The future was dropped, but JavaScript still has the number.
    Abandoned,
}

/// A promise of which JavaScript has the number, and calls back with it.
#[derive(Debug)]
pub(super) struct Pending {
    index: usize,
    generation: u32,
}

impl Pending {
    pub(super) fn new() -> Self {
        // From 1 on: a value that is not a number reads as 0, which belongs to no promise.
        let generation = GENERATION.get() % ((1 << GENERATION_BITS) - 1) + 1;
        GENERATION.set(generation);
        let slot = Slot { generation, state: State::Waiting(None) };
        Self { index: PENDING.with_borrow_mut(|all| all.insert(slot)), generation }
    }

    fn number(&self) -> f64 {
        // An integer below 2^53, so exact.
        ((u64::from(self.generation) << 32) | self.index as u64) as f64
    }

    /// Returns the JavaScript function that fulfils the promise.
    pub(super) fn fulfilled(&self) -> Function {
        FULFILLED.with(|callback| self.bind(callback))
    }

    /// Returns the JavaScript function that rejects the promise.
    pub(super) fn rejected(&self) -> Function {
        REJECTED.with(|callback| self.bind(callback))
    }

    fn bind(&self, callback: &Callback) -> Function {
        callback.as_ref().unchecked_ref::<Numbered>().with_number(&JsValue::UNDEFINED, self.number())
    }

    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<Result<JsValue, JsValue>> {
        let before = self.replace_with(|state| match state {
            State::Settled(outcome) => State::Settled(mem::replace(outcome, Ok(JsValue::UNDEFINED))),
            other => mem::replace(other, State::Waiting(Some(context.waker().clone()))),
        });
        match before {
            Some(State::Settled(outcome)) => Poll::Ready(outcome),
            _ => Poll::Pending,
        }
    }

    /// Settles the promise from this side. A later callback from JavaScript has no effect.
    pub(super) fn settle(&self, outcome: Result<JsValue, JsValue>) {
        // Bound to a name, so that it is dropped after the list is free again. The same holds below.
        let _before = self.replace_with(|state| mem::replace(state, State::Settled(outcome)));
    }

    fn replace_with(&self, change: impl FnOnce(&mut State) -> State) -> Option<State> {
        PENDING.with_borrow_mut(|all| all.get_mut(self.index).map(|slot| change(&mut slot.state)))
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let _dropped = PENDING.with_borrow_mut(|all| match all.get_mut(self.index) {
            Some(Slot { state: State::Settled(_), .. }) => all.try_remove(self.index).map(|slot| slot.state),
            Some(slot) => Some(mem::replace(&mut slot.state, State::Abandoned)),
            None => None,
        });
    }
}

fn on_settled(number: f64, outcome: Result<JsValue, JsValue>) {
    let number = number as u64;
    // The lower and the upper half.
    let (index, generation) = (number as u32 as usize, (number >> 32) as u32);
    let before = PENDING.with_borrow_mut(|all| match all.get_mut(index) {
        Some(slot) if slot.generation != generation => None,
        Some(Slot { state: State::Abandoned, .. }) => all.try_remove(index).map(|slot| slot.state),
        Some(Slot { state: state @ State::Waiting(_), .. }) => Some(mem::replace(state, State::Settled(outcome))),
        _ => None,
    });
    if let Some(State::Waiting(Some(waker))) = before {
        while_waking(|| waker.wake());
    }
    poll_ready();
}
