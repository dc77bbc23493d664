//! The runtime, and the bindings of wrangler.toml other than settings: Durable Objects and rate limits.

use core::{pin::pin, time::Duration};

use citrn::Platform;
use futures_util::future::{Either, LocalBoxFuture, select};
use serde::{Serialize, de::DeserializeOwned};

use crate::storage::object::Object;

/// A rate limit. wrangler.toml sets its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limiter {
    /// Limits the requests of a token.
    Token,
    /// Limits requests without a valid token or signature from an address.
    Address,
}

impl Limiter {
    /// Every limiter.
    pub const ALL: [Limiter; 2] = [Limiter::Token, Limiter::Address];

    /// Returns the name of the binding.
    #[must_use]
    pub fn binding(self) -> &'static str {
        match self {
            Limiter::Token => "TOKEN_LIMIT",
            Limiter::Address => "ADDRESS_LIMIT",
        }
    }
}

/// The error about a reply of another kind than the request's.
pub const UNEXPECTED_REPLY: &str = "it sent an unexpected reply";

/// What happens to a request whose future is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDrop {
    /// The object carries it out.
    Continue,
    /// It is aborted, which frees its memory. Only for a request that changes nothing.
    Abort,
}

/// Wakes a waiter, which may belong to another request.
pub type Wake = Box<dyn FnOnce()>;

/// The Workers runtime, with the bindings of this deployment.
pub trait Runtime: Platform + Clone + 'static {
    /// Sends a message to a Durable Object and returns its reply. Both are JSON.
    ///
    /// # Errors
    /// The reason for the missing reply. The request may have been carried out.
    fn rpc(&self, object: Object, message: String, on_drop: OnDrop) -> impl Future<Output = Result<String, String>>;

    /// Sends a request to a Durable Object and parses its reply. After an error, the request may have been carried out.
    fn call<R: DeserializeOwned>(
        &self,
        object: Object,
        request: &impl Serialize,
        timeout: Duration,
        on_drop: OnDrop,
    ) -> impl Future<Output = Result<R, String>> {
        async move {
            let message =
                serde_json::to_string(request).map_err(|_| "the request could not be serialised".to_owned())?;
            match select(pin!(self.rpc(object, message, on_drop)), pin!(self.sleep(timeout))).await {
                Either::Left((reply, _)) => serde_json::from_str(&reply?).map_err(|_| UNEXPECTED_REPLY.to_owned()),
                Either::Right(_) => Err("it timed out".to_owned()),
            }
        }
    }

    /// Whether a limiter is bound. Plain workerd, for example, has none.
    fn is_bound(&self, limiter: Limiter) -> bool;

    /// Counts a request, and returns whether it is within the limit. Without a limiter, every request is.
    fn admits(&self, limiter: Limiter, key: &str) -> impl Future<Output = bool>;

    /// Reads the edge cache's entry for a path of the gateway. Deployments with other settings have other entries.
    fn read_cache(&self, path: &str) -> impl Future<Output = Option<String>>;

    /// Stores a text in the edge cache. Errors are ignored, since the cache is optional.
    fn write_cache(&self, path: &str, text: String, max_age: Duration) -> impl Future<Output = ()>;

    /// Posts a text to the merchant's webhook and returns the status of the response. Redirects are not followed, and
    /// the response's body is not read. Dropping the future aborts the request.
    ///
    /// # Errors
    /// The reason for the missing response.
    fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: &str,
    ) -> impl Future<Output = Result<u16, String>>;

    /// Returns a future of this request, and the function that resolves it, which any request may call.
    fn signal(&self) -> (Wake, impl Future<Output = ()>);

    /// Spawns a task that continues after this request was answered or cancelled.
    fn keep_alive(&self, work: LocalBoxFuture<'static, ()>);

    /// Returns cryptographically strong random bytes; `None` if the platform refuses.
    fn secret_bytes(&self) -> Option<[u8; 16]>;

    /// Writes a line to the log.
    fn log(&self, line: &str);
}
