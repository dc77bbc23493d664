//! A client for the Citron crypto-payment gateway: signing, every endpoint, callbacks. Native and wasm, without tokio.
//!
//! Data flows one way: an endpoint and its parameters are [`prepare`]d into method, URL, headers and body bytes; policies
//! (one deadline, retries) stand between that and a transport; [`parse`] makes a typed reply or an [`Error`] of what came
//! back. Everything that touches the world comes in through [`Platform`].

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
pub use kind::Kind;
pub use parse::parse;
pub use platform::{BoxFuture, FetchError, Platform};
pub use reply::{Extra, FromJson, List, Reply, Response, shape};
pub use request::{Request, RequestOptions, prepare};
pub use sanitize::sanitize;
pub use signature::{KEY_HEADER, SIGNATURE_HEADER, Secret, Signature};
pub use url::BaseUrl;
pub use validate::{check_parameter_name, foreign_id_problem};
