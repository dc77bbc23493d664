//! The Citron gateway's behaviour as a pure state machine, for development and tests.
//!
//! [`engine::Engine`] takes a request and the time and gives a response and effects. It does no I/O: the npm package
//! serves it over HTTP. What Citron documents is followed; what is invented says so where it stands.
//!
//! The modules below stand in layers, and import only from their own layer and those above them in this file.

#![forbid(unsafe_code)]

// Values, and plain data that crosses the boundary of the sandbox.
mod address;
mod clock;
mod coin;
pub mod decimal;
pub mod http;
mod identity;
mod json;
mod rates;
mod status;
mod store;

// What the gateway remembers, one kind of thing each.
mod agenda;
mod deposit;
mod deposit_address;
pub mod ledger;
mod payment;
mod quote;
mod settings;
mod withdrawal;

// Who calls, why a call is refused, and the signed callbacks.
pub mod auth;
pub mod callback;
mod diagnosis;
mod parameters;
mod refusal;

// The memory as a whole, and everything that changes several of its parts.
mod state;

// The API.
mod endpoints;
mod fault;
mod request_log;

// The sandbox in time, and its three entrances.
mod control;
mod cors;
mod gateway;
mod guard;
mod page;
mod simulation;

pub mod engine;
#[cfg(all(feature = "js", target_family = "wasm"))]
pub mod js;
