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

    pub fn not_found(kind: &str) -> Self {
        Self { status: 404, error: format!("there is no such {kind}") }
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

/// Answers `{}`.
pub(super) fn done() -> Answer {
    Ok(Response::data(&serde_json::Map::new()))
}

/// Answers with all entries.
pub(super) fn list<T: Serialize, const N: usize>(store: &Store<T, N>) -> Answer {
    Ok(Response::data(&store.iter().collect::<Vec<_>>()))
}

/// Answers with one entry.
pub(super) fn show<T: Serialize, const N: usize>(store: &Store<T, N>, id: &str, kind: &str) -> Answer {
    store.get(id).map(Response::data).ok_or_else(|| Problem::not_found(kind))
}

/// Reads the body of a control call; an empty one counts as `{}`.
pub(super) fn read<T: DeserializeOwned>(request: &Request<'_>) -> Result<T, Problem> {
    let body: &[u8] = if request.body.is_empty() { b"{}" } else { request.body };
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, error) = (error.path().to_string(), error.into_inner());
        Problem::bad(match path.as_str() {
            "." => format!("the body is invalid: {error}"),
            // Without the position, which says nothing to callers who do not write the JSON themselves.
            field => {
                let sentence = error.to_string();
                let at = format!(" at line {} column {}", error.line(), error.column());
                format!("`{field}` is invalid: {}", sentence.strip_suffix(&at).unwrap_or(&sentence))
            }
        })
    })?;
    json.end().map_err(|error| Problem::bad(format!("the body is invalid: {error}")))?;
    Ok(value)
}

/// Delays the answer until nothing is in flight, if the caller wants to wait.
pub(super) fn waiting(wait: bool, answer: Answer) -> Answer {
    answer.map(|response| Response { settle: wait, ..response })
}

/// The body of a call that confirms or cancels a transaction.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settle {
    /// The reason of a cancellation.
    pub reason: Option<String>,
    /// Whether to answer only when nothing is in flight.
    #[serde(default = "yes")]
    pub wait: bool,
}

/// The default of `wait`.
pub(super) fn yes() -> bool {
    true
}

/// Deserialises a setting that may be `null` as `Some(None)`; if left out, it is `None`.
pub(super) fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Changes a setting, unless it was left out.
pub(super) fn set<T>(setting: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *setting = value;
    }
}
