//! The gateway as the platform of a client: the transport, the clock and the randomness.

use core::{
    future::{Future, pending},
    time::Duration,
};

use citrn::{FetchError, Platform, Request, Response};

use super::{Gateway, wait::Wait};
use crate::{
    clock::Millis,
    http::{self, Interruption},
};

impl Platform for Gateway {
    /// Answers a request, whatever its host. Nothing leaves the process.
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        if !self.world().is_reachable {
            return Err(FetchError::NeverConnected("the gateway is unreachable".to_owned()));
        }
        let response = self.receive(request).ok_or_else(|| FetchError::Failed("there is no answer".to_owned()))?;
        if response.transport.delay_ms > 0 {
            Wait::new(self, Millis::try_from(response.transport.delay_ms).unwrap_or(Millis::MAX)).await;
        }
        let broken = |when| Err(FetchError::Failed(format!("the connection was closed {when}")));
        match response.transport.interruption {
            None => {}
            // The deadline of the call ends it.
            Some(Interruption::Stall) => pending().await,
            Some(Interruption::SeverBefore) => return broken("before the reply"),
            Some(Interruption::SeverDuring) => return broken("in the middle of the reply"),
        }
        let retry_after = response.headers.into_iter().find(|(name, _)| *name == "Retry-After");
        Ok(Response {
            status: response.status,
            retry_after: retry_after.map(|(_, value)| value),
            body: response.body.into_bytes(),
        })
    }

    /// Lets time pass on the gateway's clock, once everything waits for it.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        // Rounded up, so that no wait ends early.
        let millis = duration.as_nanos().div_ceil(1_000_000);
        Wait::new(self, Millis::try_from(millis).unwrap_or(Millis::MAX))
    }

    fn now(&self) -> Duration {
        Gateway::now(self)
    }

    /// Returns bits that depend only on the seed and on the calls before.
    fn random(&self) -> u32 {
        let number = self.world().next_number();
        let bytes = self.identity().derive("random", &[&number.to_string()]);
        bytes.first_chunk().copied().map(u32::from_be_bytes).unwrap_or_default()
    }
}

impl Gateway {
    fn receive(&self, request: &Request) -> Option<http::Response> {
        let headers: Vec<_> = request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let (_, address) = request.url.split_once("://").unwrap_or_default();
        let (_, path) = address.split_once('/').unwrap_or_default();
        self.world().answer(&http::Request {
            method: request.method.as_str(),
            target: &format!("/{path}"),
            headers: &headers,
            body: request.body.as_deref().unwrap_or_default(),
        })
    }
}
