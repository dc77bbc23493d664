//! The Citron crypto-payment gateway in memory, for the tests of a shop that uses the crate [`citrn`].
//!
//! [`Gateway`] is the platform of a [`citrn::Client`]. It checks signatures, keeps a ledger, sends signed callbacks on
//! the documented schedule, and fails on demand, without a port, an account or real time:
//!
//! ```
//! use citrn::{CallOptions, Client, Error, Platform, callback::Callback, endpoints::CreatePayment};
//! use citrn_sandbox::Gateway;
//!
//! /// The code under test: returns the page to which to send the payer.
//! async fn pay(citrn: &Client<impl Platform>, order: &str) -> Result<String, Error> {
//!     let payment = CreatePayment::new(order, "USDTT", "https://shop.example/thanks");
//!     Ok(citrn.call(&payment, CallOptions::default()).await?.data.redirect_url)
//! }
//!
//! let gateway = Gateway::new("any seed");
//! let citrn = Client::new(gateway.clone(), gateway.config())?;
//! let page = pollster::block_on(pay(&citrn, "order-17"))?;
//! gateway.pay(&page, "50")?;
//!
//! let [request] = &gateway.take_callbacks()[..] else { panic!("not one callback") };
//! let callback = Callback::verify(&[gateway.secret().into()], &request.body, request.headers.clone())?;
//! assert_eq!(callback.customer_id(), Some("order-17"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | task | how |
//! | --- | --- |
//! | run a call | any executor: `#[tokio::test]`, `pollster::block_on` and others |
//! | receive callbacks | [`Gateway::take_callbacks`], [`Gateway::set_callback_status`] |
//! | receive a callback again, twice or out of order | [`Gateway::set_callback_status`], [`Gateway::control`] |
//! | make a deposit | [`Gateway::deposit`], [`Gateway::deposit_unconfirmed`], [`Gateway::pay`] |
//! | read or advance the clock | [`Gateway::now`], [`Gateway::advance`], [`Gateway::advance_by`] |
//! | have a balance to pay out from | [`Gateway::fund`] |
//! | finish a payout | [`Gateway::advance`]: it is confirmed after 5 s; or [`Gateway::decline_withdrawal`] and others |
//! | provoke a timeout, a dropped connection, a rate limit, an error code | [`Gateway::inject`] with a [`Fault`] |
//! | end such faults | [`Gateway::clear_faults`] |
//! | have an outage | [`Gateway::set_reachable`] |
//! | assert what was sent, and how often | [`Gateway::requests`] |
//! | test other forms of the replies | [`Gateway::with_profile`] |
//! | do anything else that the served sandbox can | [`Gateway::control`], [`Gateway::inspect`] |
//!
//! It follows Citron's documentation;
//! [this page](https://github.com/citrn/citrn/blob/main/sandbox/README.md#documented-assumed-invented) says what is
//! assumed or invented.

// The gateway is a pure state machine: `engine::Engine` takes a request and the time, and returns a response and
// effects. The npm package serves it over HTTP, from the exports in `js`.
//
// The modules are in layers. Each module imports only from its layer and from those above it in this file.

#![forbid(unsafe_code)]

// Values, and plain data of requests and responses.
mod address;
mod assignment;
mod clock;
mod coin;
#[doc(hidden)]
pub mod decimal;
#[doc(hidden)]
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
#[doc(hidden)]
pub mod ledger;
mod payment;
mod profile;
mod quote;
mod settings;
mod withdrawal;

// Authentication, refusals, parameters, callbacks and scenarios.
#[doc(hidden)]
pub mod auth;
#[doc(hidden)]
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
mod api;
mod control;
mod cors;
mod guard;
mod page;
mod simulation;

// One request or moment in, one step out; and what drives it, in Rust and from JavaScript.
#[doc(hidden)]
pub mod engine;
mod gateway;
#[cfg(all(feature = "js", target_family = "wasm"))]
#[doc(hidden)]
pub mod js;
#[doc(hidden)]
pub mod trigger;

pub use fault::{Fault, Kind as FaultKind};
pub use gateway::{CallbackRequest, ControlError, Destination, Gateway};
pub use profile::Profile;
pub use request_log::ReceivedRequest;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod root_readme {}
