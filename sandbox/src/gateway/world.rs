//! The gateway with its own time: carries out the engine's events when they are due, and answers its callbacks.

use std::collections::{BTreeSet, VecDeque};

use super::CallbackRequest;
use crate::{
    callback::Outcome,
    clock::{END, Millis},
    engine::{Engine, Settings, Step},
    http::{Effect, Request, Response},
    request_log::ReceivedRequest,
};

/// 2026-01-01, 00:00 UTC: when the clock starts.
const START: Millis = 1_767_225_600_000;

/// An engine, its time, and everything that waits for a later time.
#[derive(Debug)]
pub(super) struct World {
    engine: Engine,
    /// The engine's "real" time, which is simulated too.
    time: Millis,
    /// The time of the engine's next event, unless a request comes first.
    wake_at: Option<Millis>,
    /// The end of each pending wait, and its number.
    waits: BTreeSet<(Millis, u64)>,
    /// The numbers that were given to waits and to random draws.
    numbers: u64,
    /// Whether clients can connect.
    pub is_reachable: bool,
    /// The HTTP status that the shop answers callbacks with.
    pub callback_status: u16,
    /// The callbacks that were sent and not taken yet.
    pub callbacks: Vec<CallbackRequest>,
}

impl World {
    pub fn new(settings: Settings) -> Self {
        Self {
            engine: Engine::new(settings),
            time: START,
            wake_at: None,
            waits: BTreeSet::new(),
            numbers: 0,
            is_reachable: true,
            callback_status: 200,
            callbacks: Vec::new(),
        }
    }

    /// Returns milliseconds since 1970.
    pub fn now(&mut self) -> Millis {
        self.engine.now(self.time)
    }

    pub fn requests(&self) -> impl Iterator<Item = &ReceivedRequest> {
        self.engine.requests()
    }

    /// Answers a request. `None` is impossible, since the engine answers every request.
    pub fn answer(&mut self, request: &Request<'_>) -> Option<Response> {
        let mut step = self.engine.handle(request, self.time);
        let response = step.response.take();
        self.settle(step);
        response
    }

    /// Lets time pass, until the end of the clock at most. Each event on the way happens at its own time.
    pub fn advance(&mut self, by: Millis) {
        let left = END.saturating_sub(self.now());
        let end = self.time.saturating_add(by.min(left));
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            self.time = at;
            let step = self.engine.due(self.time);
            self.settle(step);
        }
        self.time = end;
    }

    /// Lets time pass until the first pending wait ends, and removes that wait.
    pub fn advance_to_next_wait(&mut self) {
        if let Some((end, _)) = self.waits.pop_first() {
            let missing = end.saturating_sub(self.now());
            self.advance(missing.max(0));
        }
    }

    /// Registers a wait. Returns its end and its number.
    pub fn add_wait(&mut self, duration: Millis) -> (Millis, u64) {
        let wait = (self.now().saturating_add(duration).min(END), self.next_number());
        self.waits.insert(wait);
        wait
    }

    pub fn remove_wait(&mut self, wait: &(Millis, u64)) {
        self.waits.remove(wait);
    }

    /// Returns a number that it has not returned before.
    pub fn next_number(&mut self) -> u64 {
        self.numbers = self.numbers.wrapping_add(1);
        self.numbers
    }

    /// Answers callbacks until none is in flight.
    fn settle(&mut self, first: Step) {
        let mut steps = VecDeque::from([first]);
        while let Some(step) = steps.pop_front() {
            let wake_in = step.wake_in_ms.and_then(|wake_in| Millis::try_from(wake_in).ok());
            self.wake_at = wake_in.map(|wake_in| self.time.saturating_add(wake_in));
            for effect in step.effects {
                let Effect::Deliver { attempt, headers, body, .. } = effect else { continue };
                self.callbacks.push(CallbackRequest { headers, body: body.into_bytes() });
                let outcome = Outcome::Status(self.callback_status);
                steps.push_back(self.engine.delivered(attempt, outcome, self.time));
            }
        }
    }
}
