//! Requests and answers of the control calls.

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

use crate::{
    clock::Millis,
    http::{Effect, Request, Response},
    simulation::Simulation,
    state::State,
    store::Store,
};

/// Why a control call is refused.
#[derive(Debug)]
pub(super) struct Problem {
    pub status: u16,
    pub error: String,
}

impl Problem {
    pub fn bad(error: impl Into<String>) -> Self {
        Self { status: 400, error: error.into() }
    }

    pub fn not_found(what: &str) -> Self {
        Self { status: 404, error: format!("there is no such {what}") }
    }

    pub fn conflict(error: impl Into<String>) -> Self {
        Self { status: 409, error: error.into() }
    }
}

pub(super) type Answer = Result<Response, Problem>;

/// The sandbox that a call works on, and its effects.
pub(super) struct Control<'a> {
    pub simulation: &'a mut Simulation,
    pub now: Millis,
    pub effects: &'a mut Vec<Effect>,
}

impl Control<'_> {
    pub fn state(&mut self) -> &mut State {
        &mut self.simulation.state
    }
}

pub(super) fn unknown() -> Answer {
    Err(Problem::not_found("control call: GET /_sandbox/ lists them"))
}

/// The answer `{}`.
pub(super) fn done() -> Answer {
    Ok(Response::data(&serde_json::Map::new()))
}

/// The answer with all entries.
pub(super) fn list<T: Serialize, const N: usize>(store: &Store<T, N>) -> Answer {
    Ok(Response::data(&store.iter().collect::<Vec<_>>()))
}

/// The answer with one entry.
pub(super) fn show<T: Serialize, const N: usize>(store: &Store<T, N>, id: &str, kind: &str) -> Answer {
    store.get(id).map(Response::data).ok_or_else(|| Problem::not_found(kind))
}

/// Reads the body of a control call; an empty one counts as `{}`.
pub(super) fn read<T: DeserializeOwned>(request: &Request<'_>) -> Result<T, Problem> {
    let body: &[u8] = if request.body.is_empty() { b"{}" } else { request.body };
    serde_json::from_slice(body).map_err(|error| Problem::bad(format!("the body is not what this call takes: {error}")))
}

/// The answer, given when nothing is in flight any more, if the caller wants to wait for that.
pub(super) fn waiting(wait: bool, answer: Answer) -> Answer {
    answer.map(|response| Response { settle: wait, ..response })
}

/// How a transaction is settled by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settle {
    /// Why it is cancelled.
    pub reason: Option<String>,
    /// Whether to answer only when nothing is in flight any more.
    #[serde(default = "yes")]
    pub wait: bool,
}

/// Waiting is the default.
pub(super) fn yes() -> bool {
    true
}

/// Reads a setting that may be `null`: left out, it is `None`; `null` is `Some(None)`.
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Changes a setting, unless it was left out.
pub(super) fn set<T>(setting: &mut T, given: Option<T>) {
    if let Some(value) = given {
        *setting = value;
    }
}
