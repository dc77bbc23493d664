//! Deliveries to the merchant: in order within a transaction, several transactions at a time.

use core::{pin::pin, time::Duration};

use futures_util::{
    StreamExt,
    future::{Either, select},
    stream::FuturesUnordered,
};
use serde::Serialize;

use super::{
    backoff,
    data::{COLUMNS, Data, written},
    message::{Reply, Request, call_each, shards},
    schema::states,
    shard::{Shard, TIMEOUT},
    webhook::Webhook,
};
use crate::{
    bindings::Runtime,
    clock::{milliseconds, rfc3339},
    http::{Problem, log},
    storage::sql::{Failed, Row, Sql},
};

/// How many attempts are under way at a time.
const AT_ONCE: usize = 8;

/// How long attempts under way are waited for before looking for what has become due meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// How long new attempts are begun within one alarm: the runtime ends it after 15 minutes.
const SHIFT: Duration = Duration::from_secs(300);

/// How long to wait when the database fails.
const PAUSE: Duration = Duration::from_secs(30);

/// How often an event that is not final may fail before a final one of its transaction overtakes it.
const FAILURES: i64 = 3;

/// Counts the deliveries that were given up, over all objects.
pub async fn parked<P: Runtime>(platform: &P) -> Result<u32, Problem> {
    let requests = shards().map(|shard| (shard, Request::Parked(())));
    let counts = call_each(platform, requests, |reply| match reply {
        Reply::Parked(parked) => Some(parked),
        _ => None,
    });
    Ok(counts.await?.iter().fold(0, |sum, (_, parked)| sum.saturating_add(*parked)))
}

/// An event that is to be delivered now.
#[derive(Debug)]
struct Due {
    seq: i64,
    key: String,
    id: String,
    attempts: usize,
    payload: String,
}

/// The outcome of an attempt: the reason of a failure contains nothing of the response's body.
type Attempt = Result<(), String>;

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Delivers and prunes; gives the time of the next alarm.
    pub(super) async fn do_what_is_due(&self) -> Option<i64> {
        self.delivering.set(true);
        let outcome = match &self.settings.webhook {
            Some(webhook) => self.deliver(webhook).await,
            None => Ok(()),
        };
        // From here on nothing is waited for, so what is stored meanwhile sets an alarm of its own.
        self.delivering.set(false);
        let next = outcome.and_then(|()| self.prune()).and_then(|()| self.next_work()).unwrap_or_else(|failed| {
            self.platform.log(&log::failure("inbox", &failed.to_string()));
            Some(milliseconds(self.now().saturating_add(PAUSE)))
        });
        self.alarm.is_at(next);
        next
    }

    async fn deliver(&self, webhook: &Webhook) -> Result<(), Failed> {
        let end = self.now().saturating_add(SHIFT);
        // An alarm that the runtime broke off leaves some behind.
        self.busy.borrow_mut().clear();
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < AT_ONCE && self.now() < end {
                let Some(due) = self.due()? else { break };
                self.busy.borrow_mut().push(due.key.clone());
                under_way.push(async move { (self.attempt(webhook, &due).await, due) });
            }
            let look_again = pin!(self.platform.sleep(LOOK_AGAIN));
            match select(under_way.next(), look_again).await {
                Either::Left((Some((attempt, due)), _)) => {
                    self.busy.borrow_mut().retain(|key| *key != due.key);
                    self.settle(&due, attempt)?;
                }
                Either::Left((None, _)) => return Ok(()),
                // One that stalls keeps nothing waiting that has become due meanwhile.
                Either::Right(_) => {}
            }
        }
    }

    /// The next event to deliver. Of each transaction one at most is pending.
    fn due(&self) -> Result<Option<Due>, Failed> {
        let limit = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
        let rows = self.sql.exec(
            &format!(
                "SELECT seq, transaction_key, id, attempts, received_at, {COLUMNS} FROM events \
                 WHERE state = ? AND next_at <= ? ORDER BY next_at LIMIT ?"
            ),
            vec![states::PENDING.into(), milliseconds(self.now()).into(), limit.into()],
        )?;
        for row in &rows {
            let key: String = row.get("transaction_key")?;
            if !self.is_busy(&key) {
                let attempts = usize::try_from(row.get::<i64>("attempts")?).unwrap_or_default();
                let (seq, id, payload) = (row.get("seq")?, row.get("id")?, payload(row)?);
                return Ok(Some(Due { seq, key, id, attempts, payload }));
            }
        }
        Ok(None)
    }

    async fn attempt(&self, webhook: &Webhook, due: &Due) -> Attempt {
        let platform = &self.platform;
        let headers = webhook.headers(&due.id, platform.now(), &due.payload);
        let (answered, late) =
            (pin!(platform.post(&webhook.url, &headers, &due.payload)), pin!(platform.sleep(TIMEOUT)));
        match select(answered, late).await {
            Either::Left((Ok(200..=299), _)) => Ok(()),
            Either::Left((Ok(status), _)) => Err(format!("HTTP {status}")),
            Either::Left((Err(problem), _)) => Err(problem),
            Either::Right(_) => Err(format!("no answer within {} s", TIMEOUT.as_secs())),
        }
    }

    fn settle(&self, due: &Due, attempt: Attempt) -> Result<(), Failed> {
        let now = milliseconds(self.now());
        let attempts = due.attempts.saturating_add(1);
        let failure = attempt.err();
        let wait = failure.as_ref().and_then(|_| backoff::wait(attempts, self.settings.scale, self.platform.random()));
        let (state, next_at) = match (&failure, wait) {
            (None, _) => (states::DELIVERED, now),
            (Some(_), Some(wait)) => (states::PENDING, now.saturating_add(milliseconds(wait))),
            (Some(_), None) => (states::PARKED, now),
        };
        let attempts = i64::try_from(attempts).unwrap_or(i64::MAX);
        let settled_at = (state != states::PENDING).then_some(now);
        self.sql.exec(
            "UPDATE events SET state = ?, attempts = ?, next_at = ?, settled_at = ?, failure = ? WHERE seq = ?",
            vec![state.into(), attempts.into(), next_at.into(), settled_at.into(), failure.into(), due.seq.into()],
        )?;
        self.line_up(&due.key)
    }

    /// Gives the turn to the next unsettled event of a transaction: the one that has it, else the oldest. If that is not
    /// final and failed [`FAILURES`] times, the oldest final one overtakes it, and it becomes `superseded`.
    pub(super) fn line_up(&self, key: &str) -> Result<(), Failed> {
        let [pending, waiting] = states::UNSETTLED;
        let rows = self.sql.exec(
            // The plus keeps SQLite from searching by the state: a merchant who is down has a backlog of those states.
            "SELECT seq, state, is_final, attempts FROM events WHERE transaction_key = ? AND +state IN (?, ?) \
             ORDER BY seq",
            vec![key.into(), pending.into(), waiting.into()],
        )?;
        let events = rows.iter().map(Unsettled::read).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = events.iter().find(|event| event.has_turn).or(events.first()) else {
            return Ok(());
        };
        // Nothing overtakes an attempt under way: its outcome decides, and calls this again.
        let is_held_back = !first.is_final && first.attempts >= FAILURES && !self.is_busy(key);
        let overtaking = events.iter().find(|event| event.is_final).filter(|_| is_held_back);
        let next = overtaking.unwrap_or(first);
        if events.iter().any(|event| event.has_turn && event.seq != next.seq) {
            self.sql.exec(
                "UPDATE events SET state = ? WHERE transaction_key = ? AND +state = ? AND seq <> ?",
                vec![waiting.into(), key.into(), pending.into(), next.seq.into()],
            )?;
        }
        if overtaking.is_some() {
            self.sql.exec(
                "UPDATE events SET superseded = 1 WHERE transaction_key = ? AND +state = ? AND NOT is_final \
                 AND seq < ?",
                vec![key.into(), waiting.into(), next.seq.into()],
            )?;
        }
        if !next.has_turn {
            // An overtaken event keeps the wait after its last failure.
            self.sql.exec(
                "UPDATE events SET state = ?, next_at = max(next_at, ?) WHERE seq = ?",
                vec![pending.into(), milliseconds(self.now()).into(), next.seq.into()],
            )?;
        }
        Ok(())
    }
}

/// An event that another attempt follows.
struct Unsettled {
    seq: i64,
    has_turn: bool,
    is_final: bool,
    attempts: i64,
}

impl Unsettled {
    fn read(row: &Row) -> Result<Self, Failed> {
        let has_turn = row.get::<&str>("state")? == states::PENDING;
        Ok(Self { seq: row.get("seq")?, has_turn, is_final: row.get("is_final")?, attempts: row.get("attempts")? })
    }
}

/// The body of a delivery.
#[derive(Serialize)]
struct Payload<'a> {
    r#type: &'a str,
    timestamp: String,
    data: Data<'a>,
}

fn payload(row: &Row) -> Result<String, Failed> {
    let timestamp = rfc3339(row.get("received_at")?);
    written(&Payload { r#type: row.get("kind")?, timestamp, data: Data::read(row)? })
}
