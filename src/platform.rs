//! What the client needs from outside: fetch, a clock, sleep and randomness.

use core::{future::Future, time::Duration};

use crate::{Request, Response};

/// The connection failed, broke off, or the transport refused the request. What reached the gateway is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchError {
    /// What the transport says, for a person.
    pub message: String,
}

/// Everything the client does not do itself. `citrn::fetch::Fetch` (feature `fetch`) is the one for wasm; a native program brings its
/// own, a few lines around its HTTP library.
///
/// Dropping a future that one of these methods returned must stop what it does: that is how a call is cancelled.
pub trait Platform {
    /// Sends a request as it is, follows no redirect, and reads the whole body.
    fn fetch(&self, request: &Request) -> impl Future<Output = Result<Response, FetchError>>;

    /// Waits.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// The time since the Unix epoch. It is compared with itself and with the date in a `Retry-After`.
    fn now(&self) -> Duration;

    /// Random bits for the jitter between attempts; nothing secret depends on them.
    fn random(&self) -> u32;
}
