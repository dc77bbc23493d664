//! The Citron gateway's behaviour as a pure state machine, for development and tests.
//!
//! [`engine::Engine`] takes a request and the time and gives a response and effects. It does no I/O: the npm package
//! serves it over HTTP. What Citron documents is followed; what is invented says so where it stands.

#![forbid(unsafe_code)]

pub mod address;
pub mod agenda;
pub mod auth;
pub mod callback;
pub mod clock;
pub mod coin;
mod control;
mod cors;
pub mod decimal;
pub mod deposit;
pub mod deposit_address;
mod diagnosis;
mod endpoints;
pub mod engine;
mod escapes;
pub mod fault;
pub mod gateway;
mod guard;
pub mod http;
pub mod identity;
#[cfg(all(feature = "js", target_family = "wasm"))]
pub mod js;
pub mod ledger;
mod page;
pub mod parameters;
pub mod payment;
pub mod quote;
pub mod rates;
pub mod refusal;
pub mod request_log;
pub mod settings;
pub mod state;
pub mod withdrawal;
