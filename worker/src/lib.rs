//! The Worker: creates redirect payments and deposit addresses at the edge, behind bearer tokens, and hosts a checkout for payers.
//!
//! A request goes one way: [`serve`] gives it an id, [`routes`] finds its route, [`auth`] admits it, the route's handler
//! (such as [`payments`]) reads its body strictly and calls the [`gateway`], and the result is an [`http::response::Answer`] or a
//! [`http::problem::Problem`], and one line in the [`http::log`]. [`app`] holds what the requests of an isolate share.
//!
//! All of that is plain Rust over [`citrn::Platform`] and [`http::request::Incoming`], and is tested natively. Only `edge`
//! touches the Workers runtime.

#![forbid(unsafe_code)]

pub mod addresses;
pub mod app;
pub mod auth;
pub mod bindings;
pub mod catalogue;
pub mod checkout;
pub mod clock;
pub mod creation;
pub mod documentation;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod edge;
pub mod gateway;
pub mod http;
pub mod idempotency;
pub mod inbox;
pub mod payments;
pub mod readiness;
pub mod routes;
pub mod serve;
pub mod settings;
pub mod single_flight;
pub mod storage;
#[cfg(test)]
mod testing;
