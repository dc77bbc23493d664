//! Creates links, and calls the Durable Objects that store them.

use core::time::Duration;

use citrn::hex;
use serde::Serialize;

use super::{
    Checkout,
    link::NewLink,
    message::{Operation, Reply, Request},
    token::{LinkKey, key_of},
};
use crate::{
    bindings::{Runtime, UNEXPECTED_REPLY},
    clock::rfc3339,
    http::{Answer, Cause, Problem},
    storage::object::{Namespace, Object},
};

/// Timeout of an object RPC.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What is answered with 201.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Made {
    /// What to send the payer.
    url: String,
    /// From when on it no longer works.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    expires_at: String,
}

/// Creates a link, without a call to the gateway.
pub async fn make<P: Runtime>(platform: &P, checkout: &Checkout, new: NewLink) -> Result<Answer, Problem> {
    let nonce = platform.secret_bytes().ok_or_else(|| failed("the platform gave no random bytes"))?;
    let Reply::Stored(expires_at) = call(platform, &key_of(&nonce), Operation::Store(new)).await? else {
        return Err(failed(UNEXPECTED_REPLY));
    };
    let url = format!("{}/c/{}", checkout.origin, checkout.keys.token(&nonce));
    Answer::json(201, &Made { url, expires_at: rfc3339(expires_at) })
}

/// Sends an operation to the object that stores a link. Fails with `storage_unavailable` or `link_expired`.
pub(super) async fn call<P: Runtime>(platform: &P, key: &LinkKey, operation: Operation) -> Result<Reply, Problem> {
    let request = Request { key: hex::encode(key), operation };
    match platform.call(Object::of(Namespace::Checkout, key), &request, TIMEOUT).await {
        Ok(Reply::Failed(why)) | Err(why) => Err(failed(&why)),
        // A link whose MAC is right was made once, and is forgotten some time after its end.
        Ok(Reply::Expired(())) => Err(expired()),
        Ok(reply) => Ok(reply),
    }
}

pub(super) fn expired() -> Problem {
    Problem::new(Cause::LinkExpired, "The link was good until its expires_at: make a new one.")
}

pub(super) fn failed(why: &str) -> Problem {
    let mut problem =
        Problem::new(Cause::StorageUnavailable, format!("What keeps the checkout's links failed: {why}."));
    problem.retryable = true;
    problem
}
