//! Control of callbacks.

use serde::{Deserialize, Serialize};

use super::{Answer, Control, Problem, read, unknown, waiting, yes};
use crate::{
    callback::{Attempt, Callback, Outcome, State},
    clock::rfc3339,
    http::{Request, Response},
};

#[derive(Serialize)]
struct View<'a> {
    id: &'a str,
    transaction_id: &'a str,
    status: &'a str,
    state: State,
    body: &'a str,
    due_at: Option<String>,
    attempts: Vec<AttemptView<'a>>,
}

#[derive(Serialize)]
struct AttemptView<'a> {
    at: String,
    manual: bool,
    http_status: Option<u16>,
    error: Option<&'a str>,
    finished: bool,
}

fn view(callback: &Callback) -> View<'_> {
    View {
        id: &callback.id.uuid,
        transaction_id: &callback.transaction,
        status: callback.status,
        state: callback.state,
        body: &callback.body,
        due_at: callback.due.map(rfc3339),
        attempts: callback.attempts.iter().map(attempt).collect(),
    }
}

fn attempt(attempt: &Attempt) -> AttemptView<'_> {
    let (http_status, error) = match &attempt.outcome {
        Some(Outcome::Status(status)) => (Some(*status), None),
        Some(Outcome::Error(reason)) => (None, Some(reason.as_str())),
        None => (None, None),
    };
    AttemptView {
        at: rfc3339(attempt.at),
        manual: attempt.manual,
        http_status,
        error,
        finished: attempt.outcome.is_some(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resend {
    #[serde(default = "yes")]
    wait: bool,
}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    let callbacks = &mut control.engine.state.callbacks;
    let not_found = || Problem::not_found("callback");
    match (request.method, segments) {
        ("GET", ["callbacks"]) => Ok(Response::data(&callbacks.iter().map(view).collect::<Vec<_>>())),
        ("GET", ["callbacks", id]) => Ok(Response::data(&view(callbacks.get(id).ok_or_else(not_found)?))),
        ("POST", ["callbacks", id, "resend"]) => {
            let Resend { wait } = read(request)?;
            callbacks.get(id).ok_or_else(not_found)?;
            let url = control.engine.state.settings.callback_url.as_deref();
            let url = url.ok_or_else(|| Problem::conflict("there is no callback URL: set `callback_url` first"))?;
            let credentials = &control.engine.settings.credentials;
            control.effects.extend(callbacks.resend(id, control.now, url, credentials));
            waiting(wait, Response::data(&view(callbacks.get(id).ok_or_else(not_found)?)))
        }
        _ => unknown(),
    }
}
