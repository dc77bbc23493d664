//! The Worker: creates redirect payments and deposit addresses at the edge, behind bearer tokens, and hosts a checkout for payers.
//!
//! A request goes one way: `routes` gives it an id and finds its route, `auth` admits it, the route's handler
//! (such as `payments`) reads its body strictly and calls the `gateway`, and the result is an `http::response::Answer` or a
//! `http::problem::Problem`, and one line in the `http::log`. `app` holds what the requests of an isolate share.
//!
//! All of that is plain Rust over [`citrn::Platform`] and `http::request::Incoming`, and is tested natively. Only `edge`
//! touches the Workers runtime.

#![forbid(unsafe_code)]
// Only `edge` calls the rest, and it exists in wasm alone.
#![cfg_attr(not(all(target_family = "wasm", target_os = "unknown")), allow(dead_code))]

mod addresses;
mod app;
mod auth;
mod bindings;
mod catalogue;
mod checkout;
mod clock;
mod creation;
mod documentation;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod edge;
mod gateway;
mod http;
mod idempotency;
mod inbox;
mod payments;
mod readiness;
mod routes;
mod settings;
mod single_flight;
mod storage;
#[cfg(test)]
mod testing;
