//! The Worker: creates redirect payments and deposit addresses at the edge, behind bearer tokens, and hosts a checkout for payers.
//!
//! A request goes one way: [`serve`] gives it an id, [`routes`] finds its route, [`auth`] admits it, the route's handler
//! (such as [`payments`]) reads its body strictly and calls the [`gateway`], and the result is an [`answer::Answer`] or a
//! [`problem::Problem`], and one line in the [`log`]. [`app`] holds what the requests of an isolate share.
//!
//! All of that is plain Rust over [`citrn::Platform`] and [`incoming::Incoming`], and is tested natively. Only `edge`
//! touches the Workers runtime.

#![forbid(unsafe_code)]

pub mod addresses;
pub mod answer;
pub mod app;
pub mod auth;
pub mod bindings;
pub mod body;
pub mod callbacks;
pub mod catalogue;
pub mod checkout;
pub mod clock;
pub mod creation;
pub mod decimal;
pub mod documentation;
pub mod durable_object;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod edge;
pub mod gateway;
#[cfg(test)]
mod golden;
pub mod hex;
pub mod idempotency;
pub mod inbox;
pub mod incoming;
pub mod log;
pub mod loopback;
pub mod payments;
pub mod portable_json;
pub mod problem;
pub mod query;
pub mod readiness;
pub mod request_id;
pub mod return_url;
pub mod route_spec;
pub mod routes;
mod rpc;
pub mod schema;
pub mod serve;
pub mod settings;
pub mod single_flight;
pub mod sql;
#[cfg(test)]
mod testing;
pub mod token;
pub mod webhook;
