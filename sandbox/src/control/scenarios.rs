//! Control of scenarios.

use serde::{Deserialize, Serialize};

use super::{
    call::{Answer, Control, Problem, read, unknown, waiting, yes},
    clock::advance_until,
};
use crate::{
    callback::Callback,
    http::{Request, Response},
    scenario::{self, Run, Scenario},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    customer_id: Option<String>,
    #[serde(default = "yes")]
    wait: bool,
}

/// A run with the callbacks of its transactions.
#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    run: &'a Run,
    callbacks: Vec<&'a Callback>,
}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    match (request.method, segments) {
        ("GET", ["scenarios"]) => Ok(Response::data(&scenario::ALL)),
        ("POST", ["scenarios", name]) => start(control, named(name)?, read(request)?),
        ("GET", ["scenarios", name, "runs", id]) => show(control, named(name)?, id),
        _ => unknown(),
    }
}

fn named(name: &str) -> Result<&'static Scenario, Problem> {
    scenario::named(name).ok_or_else(|| Problem::not_found("scenario: GET /_sandbox/scenarios lists them"))
}

fn start(control: &mut Control<'_>, scenario: &'static Scenario, start: Start) -> Answer {
    let Start { customer_id, wait } = start;
    if customer_id.as_ref().is_some_and(|id| id.is_empty() || id.chars().count() > 255) {
        return Err(Problem::bad("`customer_id` must have from 1 to 255 characters"));
    }
    let now = control.now;
    let run = control.state().start_scenario(scenario, customer_id, now);
    let run = run.ok_or_else(|| Problem::conflict("the scenario needs a currency that is not supported"))?;
    let (response, end) = (Response::data(run), run.end());
    let frozen = control.simulation.clock.is_frozen();
    advance_until(control, end, frozen);
    waiting(wait, Ok(response))
}

fn show(control: &mut Control<'_>, scenario: &'static Scenario, id: &str) -> Answer {
    let state = control.state();
    let run = state.runs.get(id).filter(|run| run.scenario == scenario).ok_or_else(|| Problem::not_found("run"))?;
    let callbacks = state.callbacks.iter().filter(|callback| run.transactions.contains(&callback.transaction));
    Ok(Response::data(&View { run, callbacks: callbacks.collect() }))
}
