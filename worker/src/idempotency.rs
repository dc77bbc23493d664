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

pub mod shard;

use core::time::Duration;

use citrn::{Executed, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    app::{App, Context},
    bindings::Runtime,
    creation::Creation,
    http::{Answer, Cause, Incoming, Problem, Record, problem::Details},
    storage::object::{Namespace, Object},
};

/// The header with the key.
pub const HEADER: &str = "Idempotency-Key";

/// Marks an answer that was remembered.
pub const REPLAYED: &str = "Idempotency-Replayed";

/// How much longer than the call's own deadline the object is waited for.
const HOP: Duration = Duration::from_secs(2);

/// Longest key, in characters.
pub const LONGEST: usize = 128;

/// A key, together with whose it is and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    digest: [u8; 32],
    is_session: bool,
}

impl Scope {
    /// The scope of a request's key, if it has one.
    pub fn of_request<P, R: Incoming>(context: &Context<'_, P, R>) -> Result<Option<Self>, Problem> {
        let token = context.holder.map_or("", |holder| holder.name.as_str());
        Self::of(context.request, token, context.route.path)
    }

    /// The scope of a key of a token and a route. Two headers with a key arrive joined by a comma and a space, so they are
    /// refused too.
    fn of(request: &impl Incoming, token: &str, route: &str) -> Result<Option<Self>, Problem> {
        let Some(key) = request.header(HEADER) else {
            return Ok(None);
        };
        let is_visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_visible || !(1..=LONGEST).contains(&key.len()) {
            let why = format!(
                "must be 1 to {LONGEST} visible ASCII characters without spaces, in one header; leave it out to do \
                 without"
            );
            return Err(Problem::invalid(HEADER, &why));
        }
        // None of the three holds a NUL, so no two scopes write the same.
        let digest = Sha256::digest(format!("{token}\0{route}\0{key}")).into();
        Ok(Some(Self { digest, is_session: false }))
    }

    /// The scope of a session of the checkout; `name` is different for each.
    pub fn of_session(name: &str) -> Self {
        // No token has an empty name.
        Self { digest: Sha256::digest(format!("\0{name}")).into(), is_session: true }
    }
}

/// A request to the object of a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Request {
    scope: String,
    #[serde(default)]
    is_session: bool,
    creation: Creation,
}

/// Its reply.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Reply {
    outcome: Outcome,
    replayed: bool,
    upstream_ms: Option<u64>,
    retries: u32,
}

/// The outcome of a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Outcome {
    /// A success: status and JSON text.
    Done(u16, String),
    /// A refusal or a failure.
    Refused(Box<Details>),
}

/// Creates once under a key, or immediately without one.
pub async fn create<P: Runtime>(
    app: &App<P>,
    scope: Option<Scope>,
    creation: Creation,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let Some(Scope { digest, is_session }) = scope else {
        return app.creator().create(&creation, record).await;
    };
    let reference = creation.reference();
    let object = Object::of(Namespace::Idempotency, &digest);
    let request = Request { scope: hex::encode(&digest), is_session, creation };
    let reply = app.platform.call(object, &request, app.settings.deadline.saturating_add(HOP)).await;
    let reply: Reply = reply.map_err(|why| {
        let detail = format!("What remembers the {HEADER} failed: {why}.");
        let mut problem = Problem::new(Cause::StorageUnavailable, detail).retryable();
        problem.executed = Executed::Unknown;
        problem.reference = Some(reference);
        problem
    })?;
    record.upstream = reply.upstream_ms.map(Duration::from_millis);
    record.retries = reply.retries;
    record.replayed = reply.replayed;
    let replayed = reply.replayed.then(|| (REPLAYED, "true".to_owned()));
    match reply.outcome {
        Outcome::Done(status, body) => {
            let mut answer = Answer::of_json(status, body);
            answer.headers.extend(replayed);
            Ok(answer)
        }
        Outcome::Refused(details) => {
            let mut problem = Problem::from(*details);
            problem.headers.extend(replayed);
            Err(problem)
        }
    }
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
