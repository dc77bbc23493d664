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
    state::scenarios::{self, Names},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    customer_id: Option<String>,
    payout_id: Option<String>,
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
    scenario::named(name).ok_or_else(|| {
        let names: Vec<_> = scenario::ALL.iter().map(|scenario| scenario.name).collect();
        Problem::not_found(&format!("scenario; choose one of {}", names.join(", ")))
    })
}

fn start(control: &mut Control<'_>, scenario: &'static Scenario, start: Start) -> Answer {
    let Start { customer_id, payout_id, wait } = start;
    for (name, id) in [("customer_id", &customer_id), ("payout_id", &payout_id)] {
        if id.as_ref().is_some_and(|id| id.is_empty() || id.chars().count() > 255) {
            return Err(Problem::bad(format!("`{name}` must have from 1 to 255 characters")));
        }
    }
    let (now, names) = (control.now, Names { customer: customer_id, payout: payout_id });
    let run = control.state().start_scenario(scenario, names, now).map_err(|problem| match problem {
        scenarios::Problem::Currency(code) => {
            Problem::conflict(format!("the scenario needs {code}, which is not supported"))
        }
        scenarios::Problem::DuplicatePayout => Problem::conflict("`payout_id`: there is a withdrawal with this id"),
    })?;
    let frozen = control.simulation.clock.is_frozen();
    advance_until(control, run.end(), frozen);
    waiting(wait, Ok(Response::data(&run)))
}

fn show(control: &mut Control<'_>, scenario: &'static Scenario, id: &str) -> Answer {
    let state = control.state();
    let run = state.runs.get(id).filter(|run| run.scenario == scenario).ok_or_else(|| Problem::not_found("run"))?;
    let is_of_run = |callback: &&Callback| run.transactions.iter().any(|id| id.uuid == callback.transaction);
    Ok(Response::data(&View { run, callbacks: state.callbacks.iter().filter(is_of_run).collect() }))
}
