//! The runtime, and what wrangler.toml binds to the Worker besides its settings: Durable Objects and rate limits.

use core::{pin::pin, time::Duration};

use citrn::Platform;
use futures_util::future::{Either, LocalBoxFuture, select};
use serde::{Serialize, de::DeserializeOwned};

use crate::storage::object::Object;

/// What is counted by a rate limit. Its threshold stands in wrangler.toml.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limiter {
    /// Requests of a token.
    Token,
    /// Requests from an address without a right token or signature.
    Address,
}

impl Limiter {
    /// Every limiter.
    pub const ALL: [Limiter; 2] = [Limiter::Token, Limiter::Address];

    /// The name of the binding.
    #[must_use]
    pub fn binding(self) -> &'static str {
        match self {
            Limiter::Token => "TOKEN_LIMIT",
            Limiter::Address => "ADDRESS_LIMIT",
        }
    }
}

/// Why a reply that does not belong to the request is refused.
pub const UNEXPECTED_REPLY: &str = "it answered with something else";

/// Ends the wait of another request.
pub type Wake = Box<dyn FnOnce()>;

/// The Workers runtime, with the bindings of this deployment.
pub trait Runtime: Platform + Clone + 'static {
    /// Sends a message to a Durable Object and returns its reply. Both are JSON.
    ///
    /// # Errors
    /// Why there is no reply. The request may have been carried out.
    fn rpc(&self, object: Object, message: String) -> impl Future<Output = Result<String, String>>;

    /// Sends a request to a Durable Object and reads its reply. An error says why there is none: the request may have been
    /// carried out.
    fn call<R: DeserializeOwned>(
        &self,
        object: Object,
        request: &impl Serialize,
        timeout: Duration,
    ) -> impl Future<Output = Result<R, String>> {
        async move {
            let message = serde_json::to_string(request).map_err(|_| "it could not be asked".to_owned())?;
            match select(pin!(self.rpc(object, message)), pin!(self.sleep(timeout))).await {
                Either::Left((reply, _)) => serde_json::from_str(&reply?).map_err(|_| UNEXPECTED_REPLY.to_owned()),
                Either::Right(_) => Err("it did not answer in time".to_owned()),
            }
        }
    }

    /// Whether a limiter is bound. The platform's is not everywhere, such as under plain workerd.
    fn has(&self, limiter: Limiter) -> bool;

    /// Counts a request; whether it is within the limit. Everything is, where there is no limiter.
    fn admits(&self, limiter: Limiter, key: &str) -> impl Future<Output = bool>;

    /// What the edge cache holds under a path of the gateway, for this deployment's settings.
    fn cached(&self, path: &str) -> impl Future<Output = Option<String>>;

    /// Puts a text into the edge cache. A cache that does not take it is as good as none.
    fn cache(&self, path: &str, text: String, keep: Duration) -> impl Future<Output = ()>;

    /// Posts a text to somebody else than the gateway, and gives the status of the answer. No redirect is followed, and
    /// nothing of the answer's body is read. Dropping the future stops the request.
    ///
    /// # Errors
    /// What went wrong before there was an answer.
    fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: &str,
    ) -> impl Future<Output = Result<u16, String>>;

    /// A wait of this request, and the function that ends it, which any request may call.
    fn signal(&self) -> (Wake, impl Future<Output = ()>);

    /// Spawns a task that continues after this request was answered or cancelled.
    fn keep_alive(&self, work: LocalBoxFuture<'static, ()>);

    /// Random bytes that nobody can guess; none where the platform refuses.
    fn secret_bytes(&self) -> Option<[u8; 16]>;

    /// Writes a line into the log.
    fn log(&self, line: &str);
}
