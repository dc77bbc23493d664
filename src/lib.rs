//! A client for the Citron crypto-payment gateway: signed requests, typed replies and verified callbacks. It runs
//! natively and in wasm, and needs no async runtime.
//!
//! A payment has no amount: the payer chooses it, and a deposit [`callback`] reports how much to credit. Payments,
//! deposits and withdrawals cannot be looked up later. Callbacks carry your `foreign_id`, so use one per order.
//!
//! # Your own HTTP client
//!
//! [`prepare`] makes a signed request for an endpoint of [`endpoints`], and [`parse`] reads the reply:
//!
//! ```
//! use citrn::{RequestOptions, Secret, endpoints::CreatePayment, parse, prepare};
//!
//! let payment = CreatePayment::new("order-1042", "USDTT", "https://shop.example/thanks");
//! let request = prepare(&payment, "api-key", &Secret::new("secret"), &RequestOptions::default())?;
//! assert_eq!(request.url, "https://app.citrn.com/api/payments/create-payment");
//!
//! // Send `request.headers` and `request.body` unchanged, then read the answer:
//! let body = br#"{"data":{"session_id":"17","redirect_url":"https://pay.example/17"}}"#;
//! let reply = parse::<CreatePayment>(200, body)?;
//! assert_eq!(reply.redirect_url, "https://pay.example/17");
//! # Ok::<(), citrn::Error>(())
//! ```
//!
//! # With deadlines and retries
//!
//! A [`Client`] adds one deadline over all attempts, and retries of calls that are safe to repeat. It sends a call that
//! moves money at most once. All I/O goes through a [`Platform`]: implement it in a few lines around your HTTP library,
//! or enable the feature `fetch` and use `citrn::fetch::Fetch` in wasm.
//!
//! ```
//! use citrn::{CallOptions, Client, Config, Error, Executed, Platform, Signer, endpoints::CreateWithdrawal};
//!
//! async fn pay_out(platform: impl Platform, api_key: String, secret: String) -> Result<(), Error> {
//!     let config = Config { api_key: Some(api_key), signer: Signer::Secret(secret.into()), ..Config::default() };
//!     let client = Client::new(platform, config)?;
//!     let withdrawal = CreateWithdrawal::new("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "payout-881", "25", "USDTT");
//!     match client.call(&withdrawal, CallOptions::default()).await {
//!         // Accepted; the final callback reports the result.
//!         Ok(_) => Ok(()),
//!         // The money may have moved: wait for the callback, and never send it again under a new id.
//!         Err(error) if error.executed() == Executed::Unknown => Ok(()),
//!         Err(error) => Err(error),
//!     }
//! }
//! ```
//!
//! # Callbacks
//!
//! [`Callback::verify`](callback::Callback::verify) checks the signature of the raw body and reads it:
//!
//! ```
//! use citrn::{Secret, callback::{self, Callback}};
//!
//! # let secret = Secret::new("secret");
//! # let body = br#"{"id":1,"type":"deposit","status":"confirmed","crypto_address":{"foreign_id":"order-1042"},
//! #     "currency_received":{"currency":"USDTT","amount":"50","amount_minus_fee":"49.5"}}"#;
//! # let headers = callback::sign("api-key", &secret, body);
//! let callback = Callback::verify(&[secret], body, headers)?;
//! if let (Some(foreign_id), Some(credit)) = (callback.customer_id(), callback.credit()?) {
//!     // Credit once per `transaction_key`, in one database transaction, then answer 200.
//!     assert_eq!((callback.transaction_key(), foreign_id), ("1", "order-1042"));
//!     assert_eq!((credit.amount, credit.currency), ("49.5", "USDTT"));
//! }
//! # Ok::<(), citrn::Error>(())
//! ```
//!
//! # Tests
//!
//! The crate [citrn-sandbox](https://docs.rs/citrn-sandbox) has a [`Platform`] for the tests of a shop: the gateway in
//! memory, with its own clock, deposits, signed callbacks and faults. No server and no real time are needed.
//!
//! # Features
//!
//! - `fetch` (off by default): the module `fetch`, a [`Platform`] for wasm32 over the global `fetch` of Workers, Node,
//!   Bun, Deno and browsers.

#![forbid(unsafe_code)]

mod amount;
mod call;
pub mod callback;
mod characters;
mod client;
mod config;
pub mod endpoint;
pub mod endpoints;
mod error;
mod error_code;
mod extra;
#[cfg(all(feature = "fetch", target_family = "wasm", target_os = "unknown"))]
pub mod fetch;
#[cfg(any(doc, doctest))]
pub mod guides;
#[doc(hidden)]
pub mod hex;
pub mod json;
mod kind;
pub mod limits;
mod parse;
mod platform;
mod policy;
mod redact;
mod reply;
mod request;
mod sanitize;
mod signature;
pub mod url;
mod validate;

pub use amount::Amount;
pub use call::{Action, Call, Event};
pub use characters::is_control_or_format;
pub use client::Client;
pub use config::{CallOptions, Config, ExternalSigner, Signer};
pub use endpoint::{Endpoint, EndpointSpec};
pub use error::{Code, Error, Executed, Reference};
pub use error_code::ErrorCode;
pub use extra::{check_extra, check_extra_name};
pub use kind::Kind;
pub use parse::parse;
pub use platform::{BoxFuture, FetchError, Platform};
pub use reply::{Extra, FromJson, List, Reply, Response, shape};
pub use request::{Request, RequestOptions, prepare};
pub use sanitize::sanitize;
pub use signature::{KEY_HEADER, SIGNATURE_HEADER, Secret, Signature};
pub use url::BaseUrl;
pub use validate::{check_parameter_name, foreign_id_problem};
