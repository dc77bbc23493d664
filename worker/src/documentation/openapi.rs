//! The contract, as programs read it (OpenAPI 3.1).
//!
//! worker/openapi.json is generated from the routes, the causes and the types of this crate, and compared with them by a
//! test. `npm run generate` writes it anew.

/// The contract's text, without white space (worker/build.rs).
pub const TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));

#[cfg(test)]
mod contract;
#[cfg(test)]
mod foreign_id;

#[cfg(test)]
pub(crate) use foreign_id::{LONGEST_FOREIGN_ID, foreign_id_pattern};
