//! Creates links, and calls the Durable Objects that store them.

use core::time::Duration;

use citrn::hex;
use serde::Serialize;

use super::{
    Checkout,
    link::NewLink,
    message::{Operation, Reply, Request, StoredLink},
    status::changes::WAIT,
    token::{LinkKey, key_of},
};
use crate::{
    bindings::{OnDrop, Runtime, UNEXPECTED_REPLY},
    clock::rfc3339,
    http::{Answer, Cause, Problem},
    storage::object::{Namespace, Object},
};

/// Timeout of an object RPC.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The created link.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CreatedLink {
    /// The link to send to the payer.
    url: String,
    /// When the link expires.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    expires_at: String,
}

/// Stores a new link. This does not call the gateway.
pub async fn create<P: Runtime>(platform: &P, checkout: &Checkout, new: NewLink) -> Result<Answer, Problem> {
    let nonce = platform.secret_bytes().ok_or_else(|| failed("the platform returned no random bytes"))?;
    let Reply::Stored(expires_at) = call(platform, &key_of(&nonce), Operation::Store(new)).await? else {
        return Err(failed(UNEXPECTED_REPLY));
    };
    let url = format!("{}/c/{}", checkout.origin, checkout.keys.token(&nonce));
    Answer::json(201, &CreatedLink { url, expires_at: rfc3339(expires_at) })
}

/// Sends an operation to the object that stores a link. Fails with `storage_unavailable` or `link_expired`.
pub(super) async fn call<P: Runtime>(platform: &P, key: &LinkKey, operation: Operation) -> Result<Reply, Problem> {
    let (timeout, on_drop) = match operation {
        Operation::Wait(_) => (TIMEOUT.saturating_add(WAIT), OnDrop::Abort),
        _ => (TIMEOUT, OnDrop::Continue),
    };
    let request = Request { key: hex::encode(key), operation };
    match platform.call(object_of(key), &request, timeout, on_drop).await {
        Ok(Reply::Failed(why)) | Err(why) => Err(failed(&why)),
        // A link with a valid MAC existed, and is deleted some time after it expired.
        Ok(Reply::Expired(())) => Err(expired()),
        Ok(reply) => Ok(reply),
    }
}

/// Returns the object that stores a link.
pub(super) fn object_of(key: &LinkKey) -> Object {
    Object::of(Namespace::Checkout, key)
}

/// Waits at the object for a change of a link's status after a position. Returns whether it may have changed, and the
/// position to continue from.
pub(super) async fn wait<P: Runtime>(platform: &P, key: &LinkKey, after: Option<i64>) -> Result<(bool, i64), Problem> {
    match call(platform, key, Operation::Wait(after)).await? {
        Reply::Changed(position) => Ok((true, position)),
        Reply::Unchanged(position) => Ok((false, position)),
        _ => Err(failed(UNEXPECTED_REPLY)),
    }
}

/// Loads a link from its object.
pub(super) async fn open<P: Runtime>(platform: &P, key: &LinkKey) -> Result<StoredLink, Problem> {
    match call(platform, key, Operation::Open(())).await? {
        Reply::Opened(link) => Ok(link),
        _ => Err(failed(UNEXPECTED_REPLY)),
    }
}

pub(super) fn expired() -> Problem {
    Problem::new(Cause::LinkExpired, "The link has expired: create a new one.")
}

pub(super) fn failed(why: &str) -> Problem {
    let mut problem = Problem::new(Cause::StorageUnavailable, format!("The storage of checkout links failed: {why}."));
    problem.retryable = true;
    problem
}
