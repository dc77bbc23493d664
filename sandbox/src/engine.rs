//! The engine: a request and the time go in, a response and effects come out.

use serde::Serialize;

use crate::{
    agenda::Event,
    auth::Credentials,
    callback::Outcome,
    clock::{Clock, Millis, rfc3339},
    control, cors,
    endpoints::Context,
    fault::Faults,
    gateway,
    http::{Effect, Request, Response},
    ledger::Overdrawn,
    page,
    refusal::Refusal,
    request_log::{Entry, RequestLog},
    state::State,
};

/// The whole sandbox. It has no clock, no randomness and no I/O of its own: the same seed and the same requests at the
/// same times give the same bytes.
#[derive(Debug)]
pub struct Engine {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) state: State,
    pub(crate) faults: Faults,
    pub(crate) requests: RequestLog,
    /// The latest time that was seen: the sandbox's time never goes back.
    pub(crate) latest: Millis,
}

/// What a sandbox is started with.
#[derive(Debug)]
pub struct Settings {
    /// The merchant's key and secret.
    pub credentials: Credentials,
    /// The same seed and the same requests give the same ids and addresses.
    pub seed: String,
    /// Where the sandbox is reached, such as `http://127.0.0.1:8788`.
    pub origin: String,
    /// Where callbacks go.
    pub callback_url: Option<String>,
}

/// What the engine wants done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The answer, if a request was given.
    pub response: Option<Response>,
    /// What else to do, in this order.
    pub effects: Vec<Effect>,
    /// Milliseconds after which [`Engine::due`] is to be called, if nothing else happens before.
    pub wake_in_ms: Option<u64>,
    /// Whether no callback is in flight and the clock is not being advanced.
    pub settled: bool,
}

impl Engine {
    /// A sandbox at its start.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            state: State::new(&settings.seed, settings.callback_url.as_deref()),
            settings,
            clock: Clock::Running { ahead: 0 },
            faults: Faults::default(),
            requests: RequestLog::default(),
            latest: Millis::MIN,
        }
    }

    /// Answers a request that came at a real time, in milliseconds since 1970.
    pub fn handle(&mut self, request: &Request<'_>, real_now: Millis) -> Step {
        // What was due before the request happens before it.
        let mut effects = self.process_due(real_now);
        let now = self.now(real_now);
        let response = if request.path().starts_with(control::PATH) {
            control::answer(self, request, real_now, &mut effects)
        } else {
            let (response, entry) = self.answer(request, now);
            effects.push(Effect::Log { line: entry.line() });
            self.requests.add(entry);
            response
        };
        effects.extend(self.process_due(real_now));
        self.step(Some(response), effects, real_now)
    }

    /// Does what is due at a real time.
    pub fn due(&mut self, real_now: Millis) -> Step {
        let effects = self.process_due(real_now);
        self.step(None, effects, real_now)
    }

    /// Takes in what came of an attempt to deliver a callback.
    pub fn delivered(&mut self, attempt: u64, outcome: Outcome, real_now: Millis) -> Step {
        let now = self.now(real_now);
        let line = self.state.callbacks.land(&mut self.state.agenda, attempt, outcome, now);
        let mut effects: Vec<Effect> =
            line.map(|line| Effect::Log { line: format!("{}  {line}", rfc3339(now)) }).into_iter().collect();
        effects.extend(self.process_due(real_now));
        self.step(None, effects, real_now)
    }

    /// Starts over with the same settings.
    pub(crate) fn reset(&mut self) {
        let callbacks = self.state.callbacks.forgotten();
        self.state = State::new(&self.settings.seed, self.settings.callback_url.as_deref());
        self.state.callbacks = callbacks;
        self.clock = Clock::Running { ahead: 0 };
        self.faults.clear();
        self.requests.clear();
        self.latest = Millis::MIN;
    }

    /// What the gateway remembers.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn now(&mut self, real_now: Millis) -> Millis {
        self.latest = self.latest.max(self.clock.now(real_now));
        self.latest
    }

    fn step(&self, response: Option<Response>, effects: Vec<Effect>, real_now: Millis) -> Step {
        let advancing = matches!(self.clock, Clock::Advancing { .. });
        let wake_in_ms = match (&self.clock, self.state.agenda.next()) {
            (Clock::Running { .. }, Some(due)) => {
                u64::try_from(due.saturating_sub(self.clock.now(real_now))).ok().or(Some(0))
            }
            _ => None,
        };
        Step { response, effects, wake_in_ms, settled: !advancing && !self.state.callbacks.in_flight() }
    }

    /// Does what is due, in the order of its time. On the way through an advance each thing happens at its own moment,
    /// and not before the callbacks of the moment before have come back.
    fn process_due(&mut self, real_now: Millis) -> Vec<Effect> {
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
            let Some((at, event)) = self.state.agenda.take(now) else {
                if matches!(self.clock, Clock::Advancing { .. }) {
                    continue;
                }
                break;
            };
            let done = match event {
                Event::Block { deposit } => self.state.block_found(deposit, now),
                Event::Send { withdrawal } => self.state.send_withdrawal(withdrawal, now).map(drop),
                Event::Callback { callback } => {
                    let url = self.state.settings.callback_url.clone();
                    let credentials = &self.settings.credentials;
                    effects.extend(self.state.callbacks.fall_due(callback, at, now, url.as_deref(), credentials));
                    Ok(())
                }
            };
            if let Err(Overdrawn) = done {
                effects
                    .push(Effect::Log { line: format!("{}  the ledger refused a posting that was due", rfc3339(now)) });
            }
        }
        effects
    }

    fn answer(&mut self, request: &Request<'_>, now: Millis) -> (Response, Entry) {
        let path = request.path();
        let mut entry = Entry {
            at: rfc3339(now),
            method: request.method.to_owned(),
            path: path.to_owned(),
            endpoint: None,
            status: 0,
            code: None,
            reason: None,
            parameters: None,
            fault: None,
        };
        let response = match (request.method, path) {
            ("GET", "/") => page::front(&self.settings.origin),
            ("GET" | "POST", path) if path.starts_with(page::PATH) => page::answer(self, request, now),
            _ => self.call_from_anywhere(request, now, &mut entry),
        };
        entry.status = response.status;
        (response, entry)
    }

    /// A call of the API, or a web page's question whether it may make one.
    fn call_from_anywhere(&mut self, request: &Request<'_>, now: Millis, entry: &mut Entry) -> Response {
        if let Some(response) = cors::preflight(request, &self.state.settings.allowed_origins) {
            return response;
        }
        let response = self.call(request, now, entry).unwrap_or_else(|refusal| {
            entry.code = Some(refusal.code().to_owned());
            entry.reason = Some(refusal.reason());
            refusal.response()
        });
        cors::readable(response, request, &self.state.settings.allowed_origins)
    }

    /// A call of the API.
    fn call(&mut self, request: &Request<'_>, now: Millis, entry: &mut Entry) -> Result<Response, Refusal> {
        let spec = gateway::route(request)?;
        entry.endpoint = Some(spec.name);
        let fault = self.faults.take(spec.path);
        entry.fault = fault.as_ref().map(|fault| fault.kind);
        if let Some(fault) = fault.as_ref().filter(|fault| !fault.executes() && fault.forced_code().is_none()) {
            return Ok(fault.apply(Response::json(200, &()), &self.settings.origin));
        }
        let forced = fault.as_ref().and_then(|fault| fault.forced_code());
        let response = gateway::admit(spec, request, &self.settings.credentials).and_then(|parameters| {
            entry.parameters = Some(parameters.masked());
            if let Some(code) = forced {
                return Err(code.into());
            }
            let mut context = Context { state: &mut self.state, now, origin: &self.settings.origin };
            gateway::execute(spec, &mut context, &parameters)
        });
        let response = response.unwrap_or_else(|refusal| {
            entry.code = Some(refusal.code().to_owned());
            entry.reason = Some(refusal.reason());
            refusal.response()
        });
        Ok(match fault {
            // A forced code is for callers that got in; the others have their own answer already.
            Some(fault) if fault.forced_code().is_none() || entry.parameters.is_some() => {
                fault.apply(response, &self.settings.origin)
            }
            _ => response,
        })
    }
}
