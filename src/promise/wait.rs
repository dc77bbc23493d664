//! What is waited for, by number.

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

use super::task::{run_woken, while_waking};

#[wasm_bindgen]
extern "C" {
    type Numbered;

    #[wasm_bindgen(method, js_name = bind)]
    fn with_number(this: &Numbered, context: &JsValue, number: f64) -> Function;
}

/// What JavaScript calls with a number and an outcome.
type Callback = Closure<dyn Fn(f64, JsValue)>;

thread_local! {
    static WAITS: RefCell<Slab<Slot>> = const { RefCell::new(Slab::new()) };
    /// Of the wait that was begun last.
    static TURN: Cell<u32> = const { Cell::new(0) };
    static FULFILLED: Callback = Closure::new(|number, value| settle(number, Ok(value)));
    static REJECTED: Callback = Closure::new(|number, reason| settle(number, Err(reason)));
}

/// Bits of a turn, so that with the 32 of a place it is a number that JavaScript has exactly.
const TURN_BITS: u32 = 21;

/// A place in the list. Who has it next has another turn, so a function that is called twice, or too late, does nothing.
struct Slot {
    turn: u32,
    state: State,
}

enum State {
    Pending(Option<Waker>),
    Settled(Result<JsValue, JsValue>),
    /// Nobody waits any more, but JavaScript still has the number.
    Left,
}

/// Something that is waited for. JavaScript has its number, and calls back with it.
#[derive(Debug)]
pub(super) struct Wait {
    at: usize,
    turn: u32,
}

impl Wait {
    pub(super) fn new() -> Self {
        // From 1 on, so that what is no number is nobody's.
        let turn = TURN.get() % ((1 << TURN_BITS) - 1) + 1;
        TURN.set(turn);
        let at = WAITS.with_borrow_mut(|waits| waits.insert(Slot { turn, state: State::Pending(None) }));
        Self { at, turn }
    }

    fn number(&self) -> f64 {
        // Whole and below 2^53, so exact.
        ((u64::from(self.turn) << 32) | self.at as u64) as f64
    }

    /// What JavaScript calls with the value.
    pub(super) fn fulfilled(&self) -> Function {
        FULFILLED.with(|all| self.own(all))
    }

    /// What JavaScript calls with the reason.
    pub(super) fn rejected(&self) -> Function {
        REJECTED.with(|all| self.own(all))
    }

    fn own(&self, all: &Callback) -> Function {
        all.as_ref().unchecked_ref::<Numbered>().with_number(&JsValue::UNDEFINED, self.number())
    }

    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<Result<JsValue, JsValue>> {
        let before = self.become_with(|state| match state {
            State::Settled(outcome) => State::Settled(mem::replace(outcome, Ok(JsValue::UNDEFINED))),
            other => mem::replace(other, State::Pending(Some(context.waker().clone()))),
        });
        match before {
            Some(State::Settled(outcome)) => Poll::Ready(outcome),
            _ => Poll::Pending,
        }
    }

    /// It is settled by whoever waits, and JavaScript does not call back any more, or in vain.
    pub(super) fn end(&self, outcome: Result<JsValue, JsValue>) {
        // Bound to a name, so that what is dropped is dropped when the list is free again. So below.
        let _before = self.become_with(|state| mem::replace(state, State::Settled(outcome)));
    }

    fn become_with(&self, change: impl FnOnce(&mut State) -> State) -> Option<State> {
        WAITS.with_borrow_mut(|waits| waits.get_mut(self.at).map(|slot| change(&mut slot.state)))
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let _gone = WAITS.with_borrow_mut(|waits| match waits.get_mut(self.at) {
            Some(Slot { state: State::Settled(_), .. }) => waits.try_remove(self.at).map(|slot| slot.state),
            Some(slot) => Some(mem::replace(&mut slot.state, State::Left)),
            None => None,
        });
    }
}

fn settle(number: f64, outcome: Result<JsValue, JsValue>) {
    let number = number as u64;
    // The lower and the upper half.
    let (at, turn) = (number as u32 as usize, (number >> 32) as u32);
    let before = WAITS.with_borrow_mut(|waits| match waits.get_mut(at) {
        Some(Slot { turn: own, .. }) if *own != turn => None,
        Some(Slot { state: State::Left, .. }) => waits.try_remove(at).map(|slot| slot.state),
        Some(Slot { state: state @ State::Pending(_), .. }) => Some(mem::replace(state, State::Settled(outcome))),
        _ => None,
    });
    if let Some(State::Pending(Some(waker))) = before {
        while_waking(|| waker.wake());
    }
    run_woken();
}
