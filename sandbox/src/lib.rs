//! The Citron gateway's behaviour as a pure state machine, for development and tests.
//!
//! [`engine::Engine`] takes a request and the time and gives a response and effects. It does no I/O: the npm package
//! serves it over HTTP. It follows what Citron documents; everything invented is marked so.
//!
//! The modules are in layers. Each imports only from its own layer and from those above it in this file.

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

// The kinds of things that the gateway remembers.
mod agenda;
mod deposit;
mod deposit_address;
pub mod ledger;
mod payment;
mod quote;
mod settings;
mod withdrawal;

// Authentication, refusals, parameters and callbacks.
pub mod auth;
pub mod callback;
mod diagnosis;
mod parameters;
mod refusal;

// The memory as a whole, and the operations that change several of its parts.
mod state;

// The endpoints of the API, and the faults and log of its calls.
mod endpoints;
mod fault;
mod request_log;

// The sandbox in time, and its entrances: the API, the pages and the control calls.
mod control;
mod cors;
mod gateway;
mod guard;
mod page;
mod simulation;

pub mod engine;
#[cfg(all(feature = "js", target_family = "wasm"))]
pub mod js;
