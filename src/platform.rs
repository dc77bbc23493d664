//! The client's dependencies on its environment: fetch, a clock, sleep and randomness.

use core::{future::Future, pin::Pin, time::Duration};

use crate::{Request, Response};

/// A boxed future. It is `Send`, except in wasm, where JavaScript values are bound to the single thread.
#[cfg(not(target_family = "wasm"))]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A boxed future. It is `Send`, except in wasm, where JavaScript values are bound to the single thread.
#[cfg(target_family = "wasm")]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Why an attempt has no reply, with the transport's message.
///
/// The first two mean that the gateway received nothing, so that [`Executed`](crate::Executed) can be `No`. When in
/// doubt, use [`FetchError::Failed`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// The transport is missing or misconfigured, which was detected before anything was sent. The text continues the
    /// sentence "fetch ...", such as "is not a function".
    NotConfigured(String),
    /// No connection was established, and the transport itself makes no retries.
    NeverConnected(String),
    /// The reply cannot be read, for example because it is too large. Repeating would not help.
    Unreadable(String),
    /// Anything else: the gateway may have received the request.
    Failed(String),
}

/// The environment of a client. Programs in wasm use `citrn::fetch::Fetch` (feature `fetch`); native programs implement
/// the trait in a few lines around their HTTP library.
///
/// Dropping a future of these methods must stop its work, since that is how a call is cancelled. If these futures are
/// `Send`, so is a call.
///
/// A platform for tests that always returns the same answer and has no timers:
///
/// ```
/// use std::{future::{Future, pending}, time::Duration};
/// use citrn::{FetchError, Platform, Request, Response};
///
/// struct Canned(&'static str);
///
/// impl Platform for Canned {
///     async fn fetch(&self, _: &Request) -> Result<Response, FetchError> {
///         Ok(Response { status: 200, retry_after: None, body: self.0.as_bytes().to_vec() })
///     }
///     fn sleep(&self, _: Duration) -> impl Future<Output = ()> {
///         pending()
///     }
///     fn now(&self) -> Duration {
///         Duration::ZERO
///     }
///     fn random(&self) -> u32 {
///         0
///     }
/// }
/// ```
pub trait Platform {
    /// Sends a request unchanged, follows no redirect, and reads the body up to [`Request::max_reply_bytes`].
    ///
    /// A request whose [`Request::kind`] is [`Kind::MovesMoney`](crate::Kind::MovesMoney) must be sent at most once.
    /// Some HTTP clients resend a request when a pooled connection was closed; turn that off.
    fn fetch(&self, request: &Request) -> impl Future<Output = Result<Response, FetchError>>;

    /// Waits.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// Returns the time since the Unix epoch. It is used for deadlines and compared with the date in a `Retry-After`.
    fn now(&self) -> Duration;

    /// Returns random bits for the jitter between attempts. They need not be cryptographically secure.
    fn random(&self) -> u32;
}
