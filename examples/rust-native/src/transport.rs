//! A `Platform` over reqwest and tokio.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use citrn::{FetchError, Platform, Request, Response, endpoint::Method};
use reqwest::{Client, redirect, retry};

/// Sends requests with reqwest, and waits with tokio.
pub struct Reqwest(Client);

impl Reqwest {
    /// Makes a transport that sends each request at most once.
    ///
    /// # Errors
    /// When reqwest finds no TLS backend.
    pub fn new() -> reqwest::Result<Self> {
        // A pooled connection may be closed under a request, which hyper then sends again. A withdrawal must not be.
        let client = Client::builder().pool_max_idle_per_host(0).retry(retry::never());
        Ok(Self(client.redirect(redirect::Policy::none()).build()?))
    }
}

impl Platform for Reqwest {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let builder = match request.method {
            Method::Get => self.0.get(&request.url),
            Method::Post => self.0.post(&request.url),
        };
        let builder = request.headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, value));
        // These are the bytes that were signed.
        let sent = builder.body(request.body.clone().unwrap_or_default()).send().await;
        let mut response = sent.map_err(|error| match error.is_connect() {
            true => FetchError::NeverConnected(error.to_string()),
            false => FetchError::Failed(error.to_string()),
        })?;

        let status = response.status().as_u16();
        let retry_after =
            response.headers().get("Retry-After").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| FetchError::Failed(error.to_string()))? {
            if body.len() + chunk.len() > request.max_reply_bytes {
                return Err(FetchError::Unreadable(format!("it has more than {} bytes", request.max_reply_bytes)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, retry_after, body })
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn random(&self) -> u32 {
        // The standard library's only source of randomness. It spreads retries; nothing secret depends on it.
        RandomState::new().hash_one(()) as u32
    }
}
