//! The behaviour of the Citron gateway as a pure state machine, for development and tests.
//!
//! [`engine::Engine`] takes a request and the time, and returns a response and effects. It does no I/O: the npm package
//! serves it over HTTP. It follows Citron's documentation; invented behaviour is marked as **invented**.
//!
//! The modules are in layers. Each module imports only from its layer and from those above it in this file.

#![forbid(unsafe_code)]

// Values, and plain data of requests and responses.
mod address;
mod assignment;
mod clock;
mod coin;
pub mod decimal;
pub mod http;
mod identity;
mod json;
mod rates;
mod status;
mod store;

// The entities in the gateway's state.
mod agenda;
mod deposit;
mod deposit_address;
pub mod ledger;
mod payment;
mod profile;
mod quote;
mod settings;
mod withdrawal;

// Authentication, refusals, parameters, callbacks and scenarios.
pub mod auth;
pub mod callback;
mod diagnosis;
mod parameters;
mod refusal;
mod scenario;

// The state as a whole, and the operations that change several of its parts.
mod state;

// The API's endpoints, faults and request log.
mod endpoints;
mod fault;
mod request_log;

// The sandbox in time, and its interfaces: the API, the pages and the control calls.
mod control;
mod cors;
mod gateway;
mod guard;
mod page;
mod simulation;

pub mod engine;
#[cfg(all(feature = "js", target_family = "wasm"))]
pub mod js;
pub mod trigger;
