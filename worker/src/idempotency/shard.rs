//! The Durable Object that makes calls with a key and stores their outcomes.

use core::{cell::RefCell, time::Duration};
use std::{collections::HashMap, rc::Rc};

use citrn::{Executed, hex};
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use sha2::{Digest, Sha256};

use super::{
    HEADER, Outcome, Reply, Request,
    keys::{self, Next},
};
use crate::{
    bindings::Runtime,
    clock::milliseconds,
    creation::{Creation, Creator},
    http::{Cause, Problem, Record, log},
    storage::{
        object::{Alarm, DurableObject},
        sql::{DatabaseError, Sql},
    },
};

/// The time beyond the call's deadline during which its outcome counts as unknown.
const GRACE: Duration = Duration::from_secs(5);

/// How long to wait after a failure of the database.
const RETRY_PAUSE: Duration = Duration::from_secs(30);

type Call = Shared<LocalBoxFuture<'static, Reply>>;

/// Lets a call continue after all requests that wait for it have ended.
pub type KeepAlive = Box<dyn Fn(LocalBoxFuture<'static, ()>)>;

/// An idempotency object.
pub struct Shard<P, S> {
    creator: Creator<P>,
    sql: S,
    /// The pending calls by scope, with the fingerprints of their parameters.
    pending: RefCell<HashMap<String, (String, Call)>>,
    keep_alive: KeepAlive,
    alarm: Alarm,
}

impl<P: Runtime, S: Sql + 'static> DurableObject for Shard<P, S> {
    fn answer(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Option<String>> {
        async move { serde_json::to_string(&self.once(serde_json::from_str(&message).ok()?).await).ok() }.boxed_local()
    }

    fn new_alarm(&self) -> Result<Option<i64>, DatabaseError> {
        // Later keys expire later.
        if self.alarm.is_set() {
            return Ok(None);
        }
        Ok(self.alarm.before(keys::next_expiry(&self.sql)?))
    }

    fn alarm_fired(&self) -> i64 {
        let retry_at = milliseconds(self.now().saturating_add(RETRY_PAUSE));
        self.alarm.set(Some(retry_at));
        retry_at
    }

    /// Deletes expired keys.
    fn work(&self) -> LocalBoxFuture<'_, Option<i64>> {
        async {
            let now = milliseconds(self.now());
            let pruned = keys::delete_expired(&self.sql, now);
            let next = pruned.and_then(|()| keys::next_expiry(&self.sql)).unwrap_or_else(|failed| {
                self.log(&failed);
                Some(milliseconds(self.now().saturating_add(RETRY_PAUSE)))
            });
            self.alarm.set(next);
            next
        }
        .boxed_local()
    }
}

impl<P: Runtime, S: Sql + 'static> Shard<P, S> {
    /// Opens the object's database.
    pub fn open(creator: Creator<P>, sql: S, keep_alive: KeepAlive) -> Result<Rc<Self>, DatabaseError> {
        keys::create_table(&sql)?;
        Ok(Rc::new(Self { creator, sql, pending: RefCell::default(), keep_alive, alarm: Alarm::default() }))
    }

    fn now(&self) -> Duration {
        self.creator.platform.now()
    }

    fn log(&self, failed: &DatabaseError) {
        self.creator.platform.log(&log::failure("idempotency", &failed.to_string()));
    }

    /// Drops the pending calls, as a crash does. Each holds a reference to the object until it settles.
    #[cfg(test)]
    pub(crate) fn crash(&self) {
        self.pending.borrow_mut().clear();
    }

    async fn once(self: &Rc<Self>, request: Request) -> Reply {
        let fingerprint = fingerprint(&request.creation);
        // There is no await before the call is recorded, so two requests cannot both start it.
        let pending = self.pending.borrow().get(&request.scope).cloned();
        if let Some((with, call)) = pending {
            return if with == fingerprint { reply(call.await.outcome, true) } else { refused(reused()) };
        }
        let started = match keys::next(&self.sql, &request.scope, &fingerprint, milliseconds(self.now())) {
            Ok(Next::Call { may_have_been_sent }) => self.start(request, fingerprint, may_have_been_sent),
            Ok(Next::Replay(outcome)) => return reply(*outcome, true),
            Ok(Next::Reused) => return refused(reused()),
            Ok(Next::Unknown(wait)) => return refused(unknown(wait, &request.creation)),
            Err(failed) => Err(failed),
        };
        match started {
            Ok(call) => {
                (self.keep_alive)(call.clone().map(drop).boxed_local());
                call.await
            }
            Err(failed) => refused(unstored(&failed)),
        }
    }

    fn start(
        self: &Rc<Self>,
        request: Request,
        fingerprint: String,
        may_have_been_sent: bool,
    ) -> Result<Call, DatabaseError> {
        let (now, scope) = (self.now(), request.scope.clone());
        let until = now.saturating_add(self.creator.settings.deadline).saturating_add(GRACE);
        keys::begin(&self.sql, &scope, &fingerprint, milliseconds(now), milliseconds(until))?;
        let call = Rc::clone(self).call(request, until, may_have_been_sent).boxed_local().shared();
        self.pending.borrow_mut().insert(scope, (fingerprint, call.clone()));
        Ok(call)
    }

    async fn call(self: Rc<Self>, request: Request, unknown_until: Duration, may_have_been_sent: bool) -> Reply {
        let Request { scope, is_session, creation } = request;
        let mut record = Record::default();
        let mut outcome = match self.creator.create(&creation, &mut record).await {
            Ok(answer) => Outcome::Done(answer.status, answer.body),
            Err(mut problem) => {
                if problem.executed == Executed::Unknown && problem.retryable {
                    problem.retry_after = Some(unknown_until.saturating_sub(self.now()));
                }
                Outcome::Refused(problem.into_details())
            }
        };
        let fate = keys::fate(&outcome, is_session, may_have_been_sent);
        if let (Outcome::Refused(details), true) = (&mut outcome, may_have_been_sent) {
            // The refusal of this attempt does not settle the earlier one.
            details.executed = Executed::Unknown;
            details.reference = Some(creation.reference());
        }
        // If this write is lost, the key's outcome stays unknown for a while, which is then correct.
        let settled = keys::settle(&self.sql, &scope, &outcome, fate);
        self.pending.borrow_mut().remove(&scope);
        if let Err(failed) = settled {
            self.log(&failed);
        }
        let upstream_ms = record.upstream.and_then(|upstream| u64::try_from(upstream.as_millis()).ok());
        Reply { outcome, replayed: false, upstream_ms, retries: record.retries }
    }
}

/// Returns a hash of the validated parameters. Requests with equal fingerprints are the same.
pub(super) fn fingerprint(creation: &Creation) -> String {
    // Structs of text always serialise.
    hex::encode(&Sha256::digest(serde_json::to_string(creation).unwrap_or_default()))
}

fn reply(outcome: Outcome, replayed: bool) -> Reply {
    Reply { outcome, replayed, upstream_ms: None, retries: 0 }
}

fn refused(problem: Problem) -> Reply {
    reply(Outcome::Refused(problem.into_details()), false)
}

fn reused() -> Problem {
    let detail = format!("This {HEADER} was used before with other parameters: use a new one for each request.");
    Problem::new(Cause::IdempotencyKeyReused, detail).about(HEADER)
}

fn unknown(wait: Duration, creation: &Creation) -> Problem {
    let detail = format!(
        "The outcome of an earlier request with this {HEADER} is not known yet. Repeat the request after the time in \
         Retry-After."
    );
    let mut problem = Problem::new(Cause::OutcomeUnknown, detail).retryable();
    problem.executed = Executed::Unknown;
    problem.retry_after = Some(wait);
    problem.reference = Some(creation.reference());
    problem
}

/// Returns the problem if the call could not be recorded, and therefore was not made.
fn unstored(failed: &DatabaseError) -> Problem {
    Problem::new(Cause::StorageUnavailable, format!("The {HEADER} could not be stored: {failed}.")).retryable()
}
