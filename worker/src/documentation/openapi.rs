//! The OpenAPI 3.1 description of the routes.
//!
//! `npm run generate` writes worker/openapi.json from the routes, the causes and the types of this crate, and a test
//! compares it with them.

/// The text of the description, minified by worker/build.rs.
pub const TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));

#[cfg(test)]
mod contract;
#[cfg(test)]
mod foreign_id;

#[cfg(test)]
pub(crate) use foreign_id::{LONGEST_FOREIGN_ID, foreign_id_pattern};
