//! Control of faults.

use serde::{Deserialize, Serialize};

use super::call::{Answer, Control, Problem, done, read, unknown};
use crate::{
    callback::Disorder,
    fault::{self, CAPACITY, Fault},
    http::{Request, Response},
};

/// A disorder of callbacks, which does not belong to an endpoint.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Disturbance {
    kind: Disorder,
    #[serde(default = "fault::once")]
    times: u32,
}

#[derive(Serialize)]
struct Pending<'a> {
    faults: &'a [Fault],
    callbacks: Vec<Disturbance>,
}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    match (request.method, segments) {
        ("GET", ["faults"]) => Ok(pending(control)),
        ("POST", ["faults"]) => {
            if let Ok(Disturbance { kind, times }) = read(request) {
                control.state().callbacks.disturb(kind, times);
                return Ok(pending(control));
            }
            let mut fault: Fault = read(request)?;
            fault.check().map_err(Problem::bad)?;
            if control.simulation.faults.len() >= CAPACITY {
                return Err(Problem::conflict("too many faults are pending: DELETE them first"));
            }
            control.simulation.faults.push(fault);
            Ok(pending(control))
        }
        ("DELETE", ["faults"]) => {
            control.simulation.faults.clear();
            for kind in [Disorder::DuplicateCallback, Disorder::CallbacksOutOfOrder] {
                control.state().callbacks.disturb(kind, 0);
            }
            done()
        }
        _ => unknown(),
    }
}

fn pending(control: &mut Control<'_>) -> Response {
    let disorders = control.state().callbacks.disorders();
    let callbacks = disorders.map(|(kind, times)| Disturbance { kind, times }).collect();
    Response::data(&Pending { faults: &control.simulation.faults, callbacks })
}
