//! The links: making them, and asking the Durable Objects that keep them.

use core::{pin::pin, time::Duration};

use citrn::Platform;
use futures_util::future::{Either, select};
use serde::Serialize;

use super::{
    Checkout,
    link::NewLink,
    message::{Asked, Told, What},
    token::{Nonce, key_of},
};
use crate::{
    answer::Answer,
    bindings::{Bindings, Namespace, Object},
    clock::rfc3339,
    hex::hex,
    problem::{Cause, Problem},
};

/// How long an object is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

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

/// Makes a link. Nothing is called at the gateway.
///
/// # Errors
/// `storage_unavailable`.
pub async fn make<P: Platform + Bindings>(platform: &P, checkout: &Checkout, new: NewLink) -> Result<Answer, Problem> {
    let nonce = platform.secret_bytes().ok_or_else(|| failed("the platform gave no random bytes"))?;
    match ask(platform, &nonce, What::Keep(new)).await? {
        Told::Kept(expires_at) => {
            let url = format!("{}/c/{}", checkout.origin, checkout.keys.token(&nonce));
            Ok(Answer::json(201, &Made { url, expires_at: rfc3339(expires_at) }))
        }
        _ => Err(failed("it answered with something else")),
    }
}

/// Asks the object that keeps a link.
pub(super) async fn ask<P: Platform + Bindings>(platform: &P, nonce: &Nonce, what: What) -> Result<Told, Problem> {
    let key = key_of(nonce);
    let asked = Asked { key: hex(&key), what };
    let message = serde_json::to_string(&asked).map_err(|_| failed("it could not be asked"))?;
    let object = Object::of(Namespace::Checkout, &key);
    let (answered, late) = (pin!(platform.ask(object, message)), pin!(platform.sleep(PATIENCE)));
    let told = match select(answered, late).await {
        Either::Left((told, _)) => told.map_err(|unreached| failed(&unreached.to_string()))?,
        Either::Right(_) => return Err(failed("it did not answer in time")),
    };
    match Told::read(&told) {
        Some(Told::Failed(problem)) => Err(failed(&problem)),
        Some(told) => Ok(told),
        None => Err(failed("it answered with something else")),
    }
}

pub(super) fn failed(why: &str) -> Problem {
    let mut problem =
        Problem::new(Cause::StorageUnavailable, format!("What keeps the checkout's links failed: {why}."));
    problem.retryable = true;
    problem
}
