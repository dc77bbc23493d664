//! What the client needs from outside: fetch, a clock, sleep and randomness.

use core::{future::Future, pin::Pin, time::Duration};

use crate::{Request, Response};

/// A future in a box. It can be sent to another thread, except in wasm, where there is one thread, and JavaScript's values
/// stay on it.
#[cfg(not(target_family = "wasm"))]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A future in a box. It can be sent to another thread, except in wasm, where there is one thread, and JavaScript's values
/// stay on it.
#[cfg(target_family = "wasm")]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Why an attempt has no reply, each with the transport's own message.
///
/// The first two claim that the gateway got nothing, so that [`Executed`](crate::Executed) can be `No`. When in doubt, use
/// [`FetchError::Failed`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// The transport is missing or set up wrongly, and this was found before anything was sent. The text continues the
    /// sentence "fetch ...", such as "is not a function".
    NotConfigured(String),
    /// No connection was established, and the transport does not repeat requests by itself.
    NeverConnected(String),
    /// The reply cannot be read, for example because it is too large. Repeating would not help.
    Unreadable(String),
    /// Anything else: the gateway may have received the request.
    Failed(String),
}

/// Everything the client does not do itself. `citrn::fetch::Fetch` (feature `fetch`) is the one for wasm; a native program brings its
/// own, a few lines around its HTTP library.
///
/// Dropping a future that one of these methods returned must stop what it does: that is how a call is cancelled. Where these
/// futures can be sent to another thread, so can a call.
///
/// A platform for tests that always gives the same answer and never waits:
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
    /// Sends a request as it is, follows no redirect, and reads the body up to [`Request::max_reply_bytes`].
    ///
    /// A request whose [`Request::kind`] is [`Kind::MovesMoney`](crate::Kind::MovesMoney) must be sent at most once: some HTTP
    /// clients repeat a request by themselves when a connection of their pool was closed.
    fn fetch(&self, request: &Request) -> impl Future<Output = Result<Response, FetchError>>;

    /// Waits.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// The time since the Unix epoch. It is compared with itself and with the date in a `Retry-After`.
    fn now(&self) -> Duration;

    /// Random bits for the jitter between attempts; nothing secret depends on them.
    fn random(&self) -> u32;
}
