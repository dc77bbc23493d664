//! `Idempotency-Key`: requests that are repeated with one key take effect once.
//!
//! A key is scoped to the token's name and the route. A Durable Object, one of a fixed number, makes the call and
//! stores the key's parameters and outcome for 24 hours. Concurrent duplicates wait for that call.
//!
//! | outcome of the call | next request with the key |
//! | --- | --- |
//! | success, or a permanent refusal by the gateway | receives the same answer, with `Idempotency-Replayed: true` |
//! | refused temporarily, or before anything was sent | counts as the first one |
//! | the same, but an earlier attempt may have been sent | repeats the call, unless its parameters differ |
//! | checkout session: any refusal that executed nothing | as in the two rows above: a payer cannot fix the cause |
//! | unknown, or the object crashed during the call | receives 409 `outcome_unknown`, then repeats the call |
//! | any outcome that keeps the key | with other parameters: receives 422 `idempotency_key_reused` |
//!
//! An outcome counts as unknown until 5 s after the deadline. A repeat is safe: no route with a key moves money.

mod keys;
pub mod shard;

use core::time::Duration;

use citrn::{Executed, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    app::{App, Context},
    bindings::{OnDrop, Runtime},
    creation::Creation,
    http::{Answer, Cause, Incoming, Problem, Record, problem::Details},
    storage::object::{Namespace, Object},
};

/// The header with the key.
pub const HEADER: &str = "Idempotency-Key";

/// The header that marks a replayed answer.
pub const REPLAYED: &str = "Idempotency-Replayed";

/// The additional timeout of the object RPC, beyond the deadline of the call.
const RPC_MARGIN: Duration = Duration::from_secs(2);

/// Longest key, in characters.
pub const LONGEST: usize = 128;

/// A key with its token and route, hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    digest: [u8; 32],
    is_session: bool,
}

impl Scope {
    /// Returns the scope of a request's key, if it has one.
    pub fn of_request<P, R: Incoming>(context: &Context<'_, P, R>) -> Result<Option<Self>, Problem> {
        let token = context.holder.map_or("", |holder| holder.name.as_str());
        Self::of(context.request, token, context.route.path)
    }

    /// Returns the scope of a key for a token and a route. Duplicate headers arrive joined by a comma and a space, and
    /// are therefore refused.
    fn of(request: &impl Incoming, token: &str, route: &str) -> Result<Option<Self>, Problem> {
        let Some(key) = request.header(HEADER) else {
            return Ok(None);
        };
        let is_visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_visible || !(1..=LONGEST).contains(&key.len()) {
            let why = format!(
                "must be 1 to {LONGEST} visible ASCII characters without spaces, in one header; omit the header if \
                 you do not need it"
            );
            return Err(Problem::invalid(HEADER, &why));
        }
        // None of the three can contain a NUL, so different scopes have different texts.
        let digest = Sha256::digest(format!("{token}\0{route}\0{key}")).into();
        Ok(Some(Self { digest, is_session: false }))
    }

    /// Returns the scope of a checkout session, which `name` identifies.
    pub fn of_session(name: &str) -> Self {
        // Unique, since no token has an empty name.
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

/// Carries out a creation: once for a key, or directly without a key.
pub async fn create<P: Runtime>(
    app: &App<P>,
    scope: Option<Scope>,
    creation: Creation,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let is_payable = !matches!(creation, Creation::Link(_));
    let answer = match scope {
        Some(scope) => create_once(app, scope, creation, record).await,
        None => app.creator().create(&creation, record).await,
    };
    if is_payable && answer.is_ok() && !record.replayed {
        app.readiness.callbacks.note_creation(&app.platform);
    }
    answer
}

/// Sends a creation to the object of its key.
async fn create_once<P: Runtime>(
    app: &App<P>,
    Scope { digest, is_session }: Scope,
    creation: Creation,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let reference = creation.reference();
    let object = Object::of(Namespace::Idempotency, &digest);
    let request = Request { scope: hex::encode(&digest), is_session, creation };
    let timeout = app.settings.deadline.saturating_add(RPC_MARGIN);
    let reply = app.platform.call(object, &request, timeout, OnDrop::Continue).await;
    let reply: Reply = reply.map_err(|why| {
        let detail = format!("The storage of the {HEADER} failed: {why}.");
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
