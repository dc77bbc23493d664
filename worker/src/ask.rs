//! Asking a Durable Object, for as long as its answer is of use.

use core::{pin::pin, time::Duration};

use citrn::Platform;
use futures_util::future::{Either, select};
use serde::{Serialize, de::DeserializeOwned};

use crate::bindings::{Bindings, Object};

/// Asks an object, and reads what it tells.
///
/// # Errors
/// Why it told nothing. What it was asked for may have been done.
pub async fn ask<P: Platform + Bindings, T: DeserializeOwned>(
    platform: &P,
    object: Object,
    asked: &impl Serialize,
    patience: Duration,
) -> Result<T, String> {
    let message = serde_json::to_string(asked).map_err(|_| "it could not be asked".to_owned())?;
    let (answered, late) = (pin!(platform.ask(object, message)), pin!(platform.sleep(patience)));
    match select(answered, late).await {
        Either::Left((Ok(told), _)) => serde_json::from_str(&told).map_err(|_| SOMETHING_ELSE.to_owned()),
        Either::Left((Err(unreached), _)) => Err(unreached.to_string()),
        Either::Right(_) => Err("it did not answer in time".to_owned()),
    }
}

/// Why an answer is of no use that does not belong to the question.
pub const SOMETHING_ELSE: &str = "it answered with something else";
