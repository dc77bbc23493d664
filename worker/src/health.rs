//! `GET /healthz`: whether the Worker runs. It needs no setting and calls nobody.

use serde::Serialize;

use crate::answer::Answer;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Alive {
    status: &'static str,
}

/// It runs, or there would be no answer.
#[must_use]
pub fn answer() -> Answer {
    Answer::json(200, &Alive { status: "alive" })
}
