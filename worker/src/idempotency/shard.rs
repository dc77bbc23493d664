//! The Durable Object that makes calls with a key, and stores their outcomes.

use core::{cell::RefCell, fmt, time::Duration};
use std::{collections::HashMap, rc::Rc};

use citrn::{Executed, hex};
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use sha2::{Digest, Sha256};

use super::{GRACE, HEADER, Outcome, Reply, Request, row};
use crate::{
    bindings::Runtime,
    clock::milliseconds,
    creation::{Creation, Creator},
    http::{Cause, Problem, Record, log},
    storage::{
        object::{Alarm, DurableObject},
        sql::{Failed, Sql},
    },
};

type Call = Shared<LocalBoxFuture<'static, Rc<Finished>>>;

/// A call that came to its end.
#[derive(Debug)]
struct Finished {
    outcome: Outcome,
    upstream_ms: Option<u64>,
    retries: u32,
}

/// How long to wait when the database fails.
const PAUSE: Duration = Duration::from_secs(30);

/// Keeps a call going when nobody waits for it any more.
pub type KeepAlive = Box<dyn Fn(LocalBoxFuture<'static, ()>)>;

/// One of the objects.
pub struct Shard<P, S> {
    creator: Creator<P>,
    sql: S,
    /// The calls under way, by scope, each with the fingerprint of its parameters.
    under_way: RefCell<HashMap<String, (String, Call)>>,
    keep_alive: KeepAlive,
    alarm: Alarm,
}

impl<P, S> fmt::Debug for Shard<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shard").field("under_way", &self.under_way.borrow().len()).finish_non_exhaustive()
    }
}

impl<P: Runtime, S: Sql + 'static> DurableObject for Shard<P, S> {
    fn answer(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Option<String>> {
        async move { serde_json::to_string(&self.once(serde_json::from_str(&message).ok()?).await).ok() }.boxed_local()
    }

    fn new_alarm(&self) -> Result<Option<i64>, Failed> {
        // What is noted later is forgotten later.
        if self.alarm.is_set() {
            return Ok(None);
        }
        Ok(self.alarm.before(row::earliest_end(&self.sql)?))
    }

    fn alarm_went_off(&self) -> i64 {
        let again = milliseconds(self.now().saturating_add(PAUSE));
        self.alarm.is_at(Some(again));
        again
    }

    /// Deletes expired keys.
    fn work(&self) -> LocalBoxFuture<'_, Option<i64>> {
        async {
            let next = row::prune(&self.sql, milliseconds(self.now())).unwrap_or_else(|failed| {
                self.log(&failed);
                Some(milliseconds(self.now().saturating_add(PAUSE)))
            });
            self.alarm.is_at(next);
            next
        }
        .boxed_local()
    }
}

impl<P: Runtime, S: Sql + 'static> Shard<P, S> {
    /// Opens the object's database.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn open(creator: Creator<P>, sql: S, keep_alive: KeepAlive) -> Result<Rc<Self>, Failed> {
        row::prepare(&sql)?;
        Ok(Rc::new(Self { creator, sql, under_way: RefCell::default(), keep_alive, alarm: Alarm::default() }))
    }

    fn now(&self) -> Duration {
        self.creator.platform().now()
    }

    fn log(&self, failed: &Failed) {
        self.creator.platform().log(&log::failure("idempotency", &failed.to_string()));
    }

    /// Drops the calls under way, as a crash does. Each of them holds on to the object until it is over.
    #[cfg(test)]
    pub(crate) fn crash(&self) {
        self.under_way.borrow_mut().clear();
    }

    async fn once(self: &Rc<Self>, request: Request) -> Reply {
        let fingerprint = fingerprint(&request.creation);
        let reply = |outcome, replayed| Reply { outcome, replayed, upstream_ms: None, retries: 0 };
        // Nothing is waited for between looking and noting, so that no two requests can both find nothing.
        let looked = self.look(&request, &fingerprint);
        match looked {
            Ok(Found::UnderWay(call)) => reply(call.await.outcome.clone(), true),
            Ok(Found::Begun(call)) => {
                (self.keep_alive)(call.clone().map(|_| ()).boxed_local());
                let finished = call.await;
                Reply {
                    outcome: finished.outcome.clone(),
                    replayed: false,
                    upstream_ms: finished.upstream_ms,
                    retries: finished.retries,
                }
            }
            Ok(Found::Remembered(outcome)) => reply(*outcome, true),
            Err(problem) => reply(refused(problem), false),
        }
    }

    fn look(self: &Rc<Self>, request: &Request, fingerprint: &str) -> Result<Found, Problem> {
        let scope = request.scope.as_str();
        if let Some((with, call)) = self.under_way.borrow().get(scope) {
            return if with == fingerprint { Ok(Found::UnderWay(call.clone())) } else { Err(reused()) };
        }
        let now = self.now();
        match row::next(&self.sql, scope, fingerprint, milliseconds(now)).map_err(|failed| unstored(&failed))? {
            row::Next::Replay(outcome) => Ok(Found::Remembered(outcome)),
            row::Next::Reused => Err(reused()),
            row::Next::Unknown(wait) => Err(unknown(wait, &request.creation)),
            row::Next::Call { may_have_been_sent } => {
                let until = now.saturating_add(self.creator.deadline()).saturating_add(GRACE);
                row::begin(&self.sql, scope, fingerprint, milliseconds(now), milliseconds(until))
                    .map_err(|failed| unstored(&failed))?;
                let call = Rc::clone(self).call(request.clone(), until, may_have_been_sent).boxed_local().shared();
                self.under_way.borrow_mut().insert(scope.to_owned(), (fingerprint.to_owned(), call.clone()));
                Ok(Found::Begun(call))
            }
        }
    }

    async fn call(self: Rc<Self>, request: Request, unknown_until: Duration, may_have_been_sent: bool) -> Rc<Finished> {
        let Request { scope, is_session, creation } = request;
        let mut record = Record::default();
        let mut outcome = match self.creator.create(&creation, &mut record).await {
            Ok(answer) => Outcome::Done(answer.status, answer.body),
            Err(mut problem) => {
                if problem.executed == Executed::Unknown && problem.retryable {
                    problem.retry_after = Some(unknown_until.saturating_sub(self.now()));
                }
                refused(problem)
            }
        };
        let fate = row::fate(&outcome, is_session, may_have_been_sent);
        if let (Outcome::Refused(facts), true) = (&mut outcome, may_have_been_sent) {
            // This attempt's refusal says nothing about the earlier one.
            facts.executed = Executed::Unknown;
            facts.reference = Some(creation.reference());
        }
        // If this is lost, the key's outcome is unknown for a while, which is then also true.
        let settled = row::settle(&self.sql, &scope, &outcome, fate);
        self.under_way.borrow_mut().remove(&scope);
        if let Err(failed) = settled {
            self.log(&failed);
        }
        let upstream_ms = record.upstream.and_then(|upstream| u64::try_from(upstream.as_millis()).ok());
        Rc::new(Finished { outcome, upstream_ms, retries: record.retries })
    }
}

/// The state of a key.
enum Found {
    UnderWay(Call),
    Begun(Call),
    Remembered(Box<Outcome>),
}

/// Returns a hash of the validated parameters. Requests with equal fingerprints are the same.
pub(super) fn fingerprint(creation: &Creation) -> String {
    // Text in named fields can always be written.
    hex::encode(&Sha256::digest(serde_json::to_string(creation).unwrap_or_default()))
}

fn refused(problem: Problem) -> Outcome {
    Outcome::Refused(problem.into_details())
}

fn reused() -> Problem {
    let detail = format!("This {HEADER} was used with other parameters before: use a new one for another request.");
    Problem::new(Cause::IdempotencyKeyReused, detail).about(HEADER)
}

fn unknown(wait: Duration, creation: &Creation) -> Problem {
    let detail = format!(
        "What became of the call with this {HEADER} is not known yet. Repeat the request after the time in Retry-After."
    );
    let mut problem = Problem::new(Cause::OutcomeUnknown, detail);
    problem.executed = Executed::Unknown;
    problem.retryable = true;
    problem.retry_after = Some(wait);
    problem.reference = Some(creation.reference());
    problem
}

/// Nothing was sent, since it could not be noted before.
fn unstored(failed: &Failed) -> Problem {
    let mut problem = Problem::new(Cause::StorageUnavailable, format!("The {HEADER} could not be noted: {failed}."));
    problem.retryable = true;
    problem
}
