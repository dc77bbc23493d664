//! Control of the clock.

use serde::{Deserialize, Serialize};

use super::call::{Answer, Control, Problem, read, unknown, waiting, yes};
use crate::{
    clock::{self, Clock, END, Millis, parse_rfc3339},
    http::{Request, Response},
};

/// The longest advance: ten years.
const MAX_SECONDS: u64 = 10 * 366 * 86_400;

#[derive(Serialize)]
struct View {
    #[serde(serialize_with = "clock::serialize")]
    now: Millis,
    frozen: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    frozen: Option<bool>,
    now: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    #[serde(default)]
    seconds: u64,
    #[serde(default)]
    minutes: u64,
    #[serde(default)]
    hours: u64,
    #[serde(default)]
    days: u64,
    #[serde(default = "yes")]
    wait: bool,
}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    match (request.method, segments) {
        ("GET", ["clock"]) => view(control.now, control.simulation.clock.is_frozen()),
        ("POST", ["clock"]) => set(control, read(request)?),
        ("POST", ["clock", "advance"]) => advance(control, &read(request)?),
        _ => unknown(),
    }
}

fn view(now: Millis, frozen: bool) -> Answer {
    Ok(Response::data(&View { now, frozen }))
}

fn set(control: &mut Control<'_>, set: Set) -> Answer {
    let target = match set.now.as_deref() {
        None => control.now,
        Some(text) => {
            parse_rfc3339(text).ok_or_else(|| Problem::bad("`now` must be RFC 3339, such as 2026-01-31T12:00:00Z"))?
        }
    };
    if target < control.now {
        return Err(Problem::conflict("`now` is in the past: the sandbox's time never goes back"));
    }
    let frozen = set.frozen.unwrap_or_else(|| control.simulation.clock.is_frozen());
    let target = advance_until(control, target, frozen);
    waiting(true, view(target, frozen))
}

fn advance(control: &mut Control<'_>, advance: &Advance) -> Answer {
    let seconds = [(advance.minutes, 60), (advance.hours, 3_600), (advance.days, 86_400)]
        .iter()
        .try_fold(advance.seconds, |sum, (count, unit)| sum.checked_add(count.checked_mul(*unit)?))
        .filter(|seconds| (1..=MAX_SECONDS).contains(seconds))
        .and_then(|seconds| Millis::try_from(seconds).ok())
        .ok_or_else(|| {
            Problem::bad("the sum of `seconds`, `minutes`, `hours` and `days` must be from one second to ten years")
        })?;
    let target = control.now.saturating_add(seconds.saturating_mul(1000));
    let frozen = control.simulation.clock.is_frozen();
    let target = advance_until(control, target, frozen);
    waiting(advance.wait, view(target, frozen))
}

/// Starts an advance, or extends the current one. Returns its target, which is never after the end of the clock.
pub(super) fn advance_until(control: &mut Control<'_>, target: Millis, then_frozen: bool) -> Millis {
    let target = target.min(END);
    let until = match control.simulation.clock {
        Clock::Advancing { until, .. } => until.max(target),
        Clock::Running { .. } | Clock::Frozen { .. } => target,
    };
    control.simulation.clock = Clock::Advancing { at: control.now, until, then_frozen };
    target
}
