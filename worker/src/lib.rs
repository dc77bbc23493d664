//! The Worker: creates redirect payments and deposit addresses at the edge, behind bearer tokens, and hosts a checkout for payers.
//!
//! A request goes one way: [`service`] gives it an id, [`route`] names what it asks for, [`token`] says who asks,
//! the route's own module ([`payments`], [`addresses`], [`health`], [`ready`]) reads its body strictly and calls the
//! [`gateway`], and what comes out is an [`answer::Answer`] or a [`problem::Problem`], and one line in the [`log`].
//!
//! All of that is plain Rust over [`citrn::Platform`] and [`incoming::Incoming`], and is tested natively. Only `edge`
//! touches the Workers runtime.

#![forbid(unsafe_code)]

pub mod addresses;
pub mod answer;
pub mod bindings;
pub mod body;
pub mod callbacks;
pub mod catalogue;
pub mod checkout;
pub mod clock;
pub mod creation;
pub mod decimal;
pub mod durable_object;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod edge;
pub mod gateway;
#[cfg(test)]
mod golden;
pub mod health;
pub mod hex;
pub mod home;
pub mod idempotency;
pub mod inbox;
pub mod incoming;
pub mod limits;
pub mod log;
pub mod loopback;
pub mod openapi;
pub mod payments;
pub mod portable_json;
pub mod problem;
pub mod query;
pub mod ready;
pub mod request_id;
pub mod return_url;
pub mod route;
mod rpc;
pub mod schema;
pub mod service;
pub mod settings;
pub mod single_flight;
pub mod sql;
pub mod token;
pub mod webhook;
