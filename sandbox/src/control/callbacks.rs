//! Control of callbacks.

use serde::Deserialize;

use super::call::{Answer, Control, Problem, list, read, show, unknown, waiting, yes};
use crate::http::Request;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resend {
    #[serde(default = "yes")]
    wait: bool,
}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    let state = &mut control.simulation.state;
    match (request.method, segments) {
        ("GET", ["callbacks"]) => list(state.callbacks.all()),
        ("GET", ["callbacks", id]) => show(state.callbacks.all(), id, "callback"),
        ("POST", ["callbacks", id, "resend"]) => {
            let Resend { wait } = read(request)?;
            show(state.callbacks.all(), id, "callback")?;
            let url = state.settings.callback_url.as_deref();
            let url = url.ok_or_else(|| Problem::conflict("there is no callback URL: set `callback_url` first"))?;
            let credentials = &control.simulation.settings.credentials;
            control.effects.extend(state.callbacks.resend(id, control.now, url, credentials));
            waiting(wait, show(state.callbacks.all(), id, "callback"))
        }
        _ => unknown(),
    }
}
