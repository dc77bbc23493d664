//! The Worker: redirect payments, deposit addresses and callbacks behind bearer tokens, and a hosted checkout for
//! payers.
//!
//! `routes` assigns an id to a request and looks up its route, `auth` authenticates it, and the route's handler (such
//! as `payments`) parses its body and calls the `gateway`. The result is an `http::response::Answer` or an
//! `http::problem::Problem`, and a line of the `http::log`. `app` contains the state that the requests of an isolate
//! share.
//!
//! These modules use only [`citrn::Platform`] and `http::request::Incoming`, and are tested natively. Only `edge` uses
//! the Workers runtime.

#![forbid(unsafe_code)]
// Only `edge` calls the other modules, and it exists only in wasm.
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
mod extra;
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
