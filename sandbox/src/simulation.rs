//! The gateway in time: its state, the clock and scheduled events.

use std::collections::VecDeque;

use crate::{
    agenda::Event,
    auth::Credentials,
    clock::{Clock, Millis},
    fault::Fault,
    http::Effect,
    profile::Profile,
    request_log::ReceivedRequest,
    settings,
    state::State,
};

/// The settings of a sandbox.
#[derive(Debug)]
pub struct Settings {
    /// The merchant's key and secret.
    pub credentials: Credentials,
    /// The seed. The same seed and the same requests give the same ids and addresses.
    pub seed: String,
    /// The sandbox's origin, such as `http://127.0.0.1:8788`.
    pub origin: String,
    /// The URL of callbacks.
    pub callback_url: Option<String>,
    /// The form of replies, refusals and callbacks.
    pub profile: Profile,
}

impl Settings {
    fn initial_state(&self) -> State {
        let Self { callback_url, profile, .. } = self;
        let settings =
            settings::Settings { callback_url: callback_url.clone(), profile: *profile, ..Default::default() };
        State::new(&self.seed, settings)
    }
}

/// All data of a sandbox.
#[derive(Debug)]
pub struct Simulation {
    pub settings: Settings,
    pub clock: Clock,
    pub state: State,
    /// The pending faults, oldest first.
    pub faults: Vec<Fault>,
    /// The latest requests, oldest first.
    pub requests: VecDeque<ReceivedRequest>,
    /// The latest time so far, since the sandbox's time never goes back.
    latest: Millis,
}

impl Simulation {
    /// Creates a sandbox.
    pub fn new(settings: Settings) -> Self {
        Self {
            state: settings.initial_state(),
            settings,
            clock: Clock::Running { ahead: 0 },
            faults: Vec::new(),
            requests: VecDeque::new(),
            latest: Millis::MIN,
        }
    }

    /// Starts over with the same settings.
    pub fn reset(&mut self) {
        let callbacks = self.state.callbacks.cleared();
        self.state = self.settings.initial_state();
        self.state.callbacks = callbacks;
        self.clock = Clock::Running { ahead: 0 };
        self.faults.clear();
        self.requests.clear();
        self.latest = Millis::MIN;
    }

    /// Returns the sandbox's time at a real time.
    pub fn now(&mut self, real_now: Millis) -> Millis {
        self.latest = self.latest.max(self.clock.now(real_now));
        self.latest
    }

    /// Returns the milliseconds until the next event, if the clock is running.
    pub fn wake_in_ms(&self, real_now: Millis) -> Option<u64> {
        let Clock::Running { .. } = self.clock else { return None };
        let due = self.state.agenda.next()?;
        Some(u64::try_from(due.saturating_sub(self.clock.now(real_now))).unwrap_or(0))
    }

    /// Whether no callback is in flight and the clock is not being advanced.
    pub fn is_settled(&self) -> bool {
        !matches!(self.clock, Clock::Advancing { .. }) && !self.state.callbacks.in_flight()
    }

    /// Carries out the events that are due, in order. During an advance, each one happens at its own time, after the
    /// callbacks of the previous one have been answered.
    pub fn process_due(&mut self, real_now: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        loop {
            let now = self.now(real_now);
            if let Clock::Advancing { until, then_frozen, .. } = self.clock {
                if self.state.callbacks.in_flight() {
                    break;
                }
                match self.state.agenda.next().filter(|due| *due <= until) {
                    Some(due) => self.clock = Clock::Advancing { at: due.max(now), until, then_frozen },
                    None if then_frozen => self.clock = Clock::Frozen { at: until },
                    None => self.clock = Clock::Running { ahead: until.saturating_sub(real_now) },
                }
            }
            let now = self.now(real_now);
            match self.state.agenda.take(now) {
                Some((_, Event::Block(deposit))) => self.state.block_found(&deposit, now),
                Some((_, Event::Send(withdrawal))) => self.state.send_due_withdrawal(&withdrawal, now),
                Some((_, Event::Step(run))) => self.state.scenario_step(&run, now),
                Some((at, Event::Callback(callback))) => {
                    let url = self.state.settings.callback_url.as_deref();
                    let credentials = &self.settings.credentials;
                    effects.extend(self.state.callbacks.send_due(&callback, at, now, url, credentials));
                }
                None if matches!(self.clock, Clock::Advancing { .. }) => {}
                None => break,
            }
        }
        effects
    }
}
