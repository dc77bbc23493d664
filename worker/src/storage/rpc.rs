//! Object RPC: the Worker's calls to its Durable Objects, with a timeout.

use core::{pin::pin, time::Duration};

use futures_util::future::{Either, select};
use serde::{Serialize, de::DeserializeOwned};

use super::object::Object;
use crate::bindings::Runtime;

/// Sends a request to an object and reads its reply.
///
/// # Errors
/// Why there is no reply. The request may have been carried out.
pub async fn call<P: Runtime, R: DeserializeOwned>(
    platform: &P,
    object: Object,
    request: &impl Serialize,
    timeout: Duration,
) -> Result<R, String> {
    let message = serde_json::to_string(request).map_err(|_| "it could not be asked".to_owned())?;
    let (reply, late) = (pin!(platform.rpc(object, message)), pin!(platform.sleep(timeout)));
    match select(reply, late).await {
        Either::Left((Ok(reply), _)) => serde_json::from_str(&reply).map_err(|_| UNEXPECTED_REPLY.to_owned()),
        Either::Left((Err(problem), _)) => Err(problem),
        Either::Right(_) => Err("it did not answer in time".to_owned()),
    }
}

/// Why a reply that does not belong to the request is refused.
pub const UNEXPECTED_REPLY: &str = "it answered with something else";
