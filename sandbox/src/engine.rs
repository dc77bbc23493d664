//! The engine: takes a request and the time, returns a response and effects.

use serde::Serialize;

use crate::{
    api,
    callback::Outcome,
    clock::{Millis, rfc3339},
    control,
    http::{Effect, Request, Response},
    page,
    request_log::{self, ReceivedRequest},
    simulation::Simulation,
    state::State,
};
pub use crate::{profile::Profile, simulation::Settings};

/// The whole sandbox, without clock, randomness and I/O: the same seed and the same requests at the same times give the
/// same bytes.
#[derive(Debug)]
pub struct Engine(Simulation);

/// Instructions for the server around the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The response, if there was a request.
    pub response: Option<Response>,
    /// Other actions, in this order.
    pub effects: Vec<Effect>,
    /// Milliseconds until the next call of [`Engine::due`], unless another call comes first.
    pub wake_in_ms: Option<u64>,
    /// Whether no callback is in flight and the clock is not being advanced.
    pub settled: bool,
}

impl Engine {
    /// Creates a sandbox.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self(Simulation::new(settings))
    }

    /// Answers a request at a real time, in milliseconds since 1970.
    pub fn handle(&mut self, request: &Request<'_>, real_now: Millis) -> Step {
        // Events that are due happen before the request.
        let mut effects = self.0.process_due(real_now);
        let now = self.0.now(real_now);
        let response = if request.path().starts_with(control::PATH) {
            control::answer(&mut self.0, request, now, &mut effects)
        } else {
            let mut entry = ReceivedRequest::new(request, now);
            let response = match (request.method, request.path()) {
                ("GET", "/") => page::front(&self.0.settings.origin),
                ("GET" | "POST", path) if path.starts_with(page::PATH) => page::answer(&mut self.0, request, now),
                _ => api::answer(&mut self.0, request, now, &mut entry),
            };
            entry.status = response.status;
            effects.push(Effect::Log { line: entry.line() });
            request_log::add(&mut self.0.requests, entry);
            response
        };
        self.step(Some(response), effects, real_now)
    }

    /// Carries out the events that are due at a real time.
    pub fn due(&mut self, real_now: Millis) -> Step {
        self.step(None, Vec::new(), real_now)
    }

    /// Records the outcome of an attempt to deliver a callback.
    pub fn delivered(&mut self, attempt: u64, outcome: Outcome, real_now: Millis) -> Step {
        let now = self.0.now(real_now);
        let schedule = self.0.state.form().schedule;
        let State { callbacks, agenda, .. } = &mut self.0.state;
        let line = callbacks.finish(agenda, attempt, outcome, schedule, now);
        let log = line.map(|line| Effect::Log { line: format!("{}  {line}", rfc3339(now)) });
        self.step(None, log.into_iter().collect(), real_now)
    }

    /// Returns the gateway's state.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.0.state
    }

    /// Returns the sandbox's time at a real time.
    pub(crate) fn now(&mut self, real_now: Millis) -> Millis {
        self.0.now(real_now)
    }

    /// Returns the latest requests, oldest first.
    pub(crate) fn requests(&self) -> impl Iterator<Item = &ReceivedRequest> {
        self.0.requests.iter()
    }

    /// Carries out the events that are due, after some effects.
    fn step(&mut self, response: Option<Response>, mut effects: Vec<Effect>, real_now: Millis) -> Step {
        effects.extend(self.0.process_due(real_now));
        Step { response, effects, wake_in_ms: self.0.wake_in_ms(real_now), settled: self.0.is_settled() }
    }
}
