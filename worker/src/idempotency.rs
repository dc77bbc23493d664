//! `Idempotency-Key`: a creation that is asked for twice under one key happens once.
//!
//! A key belongs to the token's name and the route. What it was first used with is remembered for 24 hours, in one of a
//! fixed number of Durable Objects, which also makes the call: so duplicates that arrive while it runs wait for that one
//! call.
//!
//! | what became of the call | the next request with the key |
//! | --- | --- |
//! | a success, or a refusal by the gateway that repeating does not help | the same answer, marked `Idempotency-Replayed: true` |
//! | refused before anything was sent, or repeating may help | a new key, unless an earlier attempt may have been sent: then only the same request makes the call again |
//! | any refusal of a session of the checkout, nothing was executed | the same: a payer cannot fix the cause |
//! | unknown, or the object crashed during the call | 409 `outcome_unknown` until the deadline and 5 s are over, then makes the call again: neither route moves money |
//! | any of these that keeps the key, but with other parameters | 422 `idempotency_key_reused` |

mod row;
pub mod shard;

use core::time::Duration;

use citrn::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    bindings::Runtime,
    creation::Creation,
    http::{Answer, Cause, Incoming, Problem, Record, problem::Details},
    storage::{
        object::{Namespace, Object},
        rpc,
    },
};

/// The header with the key.
pub const HEADER: &str = "Idempotency-Key";

/// Marks an answer that was remembered.
pub const REPLAYED: &str = "Idempotency-Replayed";

/// How long a key is remembered, in milliseconds.
const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1000;

/// How much longer than the call's own deadline its outcome counts as unknown.
const GRACE: Duration = Duration::from_secs(5);

/// How much longer than the call's own deadline the object is waited for.
const HOP: Duration = Duration::from_secs(2);

/// Longest key, in characters.
pub(crate) const LONGEST: usize = 128;

/// A key, together with whose it is and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    digest: [u8; 32],
    is_session: bool,
}

impl Scope {
    /// The scope of a request's key, if it has one.
    ///
    /// # Errors
    /// `invalid_parameter` when it is not 1 to 128 visible ASCII characters. Two such headers arrive joined by a comma and
    /// a space, so they are refused too.
    pub fn of(request: &impl Incoming, token: &str, route: &str) -> Result<Option<Self>, Problem> {
        let Some(key) = request.header(HEADER) else {
            return Ok(None);
        };
        let is_visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_visible || !(1..=LONGEST).contains(&key.len()) {
            let detail = format!(
                "{HEADER} must be 1 to {LONGEST} visible ASCII characters without spaces, in one header; leave it out \
                 to do without"
            );
            return Err(Problem::new(Cause::InvalidParameter, detail).about(HEADER));
        }
        // None of the three holds a NUL, so no two scopes write the same.
        let digest = Sha256::digest(format!("{token}\0{route}\0{key}")).into();
        Ok(Some(Self { digest, is_session: false }))
    }

    /// The scope of a session of the checkout; `name` is different for each.
    #[must_use]
    pub fn of_session(name: &str) -> Self {
        // No token has an empty name.
        Self { digest: Sha256::digest(format!("\0{name}")).into(), is_session: true }
    }
}

/// A request to the object of a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Request {
    scope: String,
    #[serde(default)]
    is_session: bool,
    creation: Creation,
}

/// Its reply.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reply {
    outcome: Outcome,
    replayed: bool,
    upstream_ms: Option<u64>,
    retries: u32,
}

/// The outcome of a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// A success: status and JSON text.
    Done(u16, String),
    /// A refusal or a failure.
    Refused(Box<Details>),
}

/// Makes a creation happen once under its key.
///
/// # Errors
/// The problem that the call, or the key, came to.
pub async fn once<P: Runtime>(
    platform: &P,
    scope: &Scope,
    creation: Creation,
    deadline: Duration,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let reference = creation.reference();
    let unreached = |detail: String| {
        let mut problem = Problem::new(Cause::StorageUnavailable, detail);
        problem.executed = citrn::Executed::Unknown;
        problem.retryable = true;
        problem.reference = Some(reference.clone());
        problem
    };
    let object = Object::of(Namespace::Idempotency, &scope.digest);
    let request = Request { scope: hex::encode(&scope.digest), is_session: scope.is_session, creation };
    let reply: Reply = rpc::call(platform, object, &request, deadline.saturating_add(HOP))
        .await
        .map_err(|why| unreached(format!("What remembers the {HEADER} failed: {why}.")))?;
    record.upstream = reply.upstream_ms.map(Duration::from_millis);
    record.retries = reply.retries;
    record.replayed = reply.replayed;
    let answer = |answer: Answer| if reply.replayed { answer.with(REPLAYED, "true") } else { answer };
    match reply.outcome {
        Outcome::Done(status, body) => Ok(answer(Answer::of_json(status, body))),
        Outcome::Refused(details) => {
            let problem = Problem::from(*details);
            Err(if reply.replayed { problem.with(REPLAYED, "true") } else { problem })
        }
    }
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
