//! `GET /openapi.json`: the contract, as programs read it (OpenAPI 3.1).
//!
//! worker/openapi.json is generated from the routes, the causes and the types of this crate, and compared with them by a
//! test. `npm run generate` writes it anew.

use crate::answer::Answer;

/// The contract's text, without white space (worker/build.rs).
pub const TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));

/// Answers with the contract.
#[must_use]
pub fn answer() -> Answer {
    Answer::of_json(200, TEXT.to_owned())
}

#[cfg(test)]
mod foreign_id;
#[cfg(test)]
mod generated;

#[cfg(test)]
pub(crate) use foreign_id::foreign_id_pattern;
