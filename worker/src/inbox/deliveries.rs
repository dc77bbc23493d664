//! Deliveries to the merchant: in order within a transaction, and several transactions concurrently.

use core::{pin::pin, time::Duration};

use futures_util::{
    StreamExt,
    future::{Either, select},
    stream::FuturesUnordered,
};
use serde::Serialize;

use super::{
    backoff,
    data::{COLUMNS, Data, to_json},
    message::{Request, numbers},
    schema::states,
    shard::{Shard, TIMEOUT},
    webhook::Webhook,
};
use crate::{
    bindings::Runtime,
    clock::{milliseconds, rfc3339},
    http::{Problem, log, traceparent::TRACEPARENT},
    storage::sql::{DatabaseError, Row, Sql},
};

/// The maximum number of concurrent attempts.
const CONCURRENT: usize = 8;

/// How often to look for newly due events while attempts are running.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// How long one alarm starts new attempts: the runtime ends an alarm after 15 minutes.
const ALARM_BUDGET: Duration = Duration::from_secs(300);

/// The maximum number of attempts of one alarm: the runtime limits the requests of an invocation.
const ALARM_ATTEMPTS: usize = 900;

/// The delay before the next alarm when the database failed.
const DATABASE_RETRY: Duration = Duration::from_secs(30);

/// The number of failures after which a final event overtakes an event of its transaction that is not final.
const MAX_FAILURES: i64 = 3;

/// Counts the parked deliveries of all objects.
pub async fn parked<P: Runtime>(platform: &P) -> Result<i64, Problem> {
    Ok(numbers(platform, Request::Parked).await?.into_iter().fold(0, i64::saturating_add))
}

/// An event to deliver now.
#[derive(Debug)]
struct DueEvent {
    seq: i64,
    key: String,
    id: String,
    attempts: usize,
    payload: String,
    traceparent: Option<String>,
}

/// The outcome of an attempt. The reason of a failure contains nothing of the response's body.
type Outcome = Result<(), String>;

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Delivers due events and prunes old bodies. Returns the time of the next alarm.
    pub(super) async fn run_due_work(&self) -> Option<i64> {
        self.delivering.set(true);
        let outcome = match &self.settings.webhook {
            Some(webhook) => self.deliver(webhook).await,
            None => Ok(()),
        };
        // There is no await from here on, so a callback that is stored later sets its own alarm.
        self.delivering.set(false);
        let next = outcome
            .and_then(|()| self.prune())
            .and_then(|()| self.backfill())
            .and_then(|()| self.next_work())
            .unwrap_or_else(|failed| {
                self.platform.log(&log::failure("inbox", &failed.to_string()));
                Some(milliseconds(self.now().saturating_add(DATABASE_RETRY)))
            });
        self.alarm.set(next);
        next
    }

    async fn deliver(&self, webhook: &Webhook) -> Result<(), DatabaseError> {
        let end = self.now().saturating_add(ALARM_BUDGET);
        // An alarm that the runtime aborted leaves its entries.
        self.busy.borrow_mut().clear();
        let mut running = FuturesUnordered::new();
        let mut started = 0_usize;
        loop {
            while running.len() < CONCURRENT && started < ALARM_ATTEMPTS && self.now() < end {
                let Some(due) = self.due()? else { break };
                started = started.saturating_add(1);
                self.busy.borrow_mut().push(due.key.clone());
                running.push(async move { (self.attempt(webhook, &due).await, due) });
            }
            let next_poll = pin!(self.platform.sleep(POLL_INTERVAL));
            match select(running.next(), next_poll).await {
                Either::Left((Some((attempt, due)), _)) => {
                    self.busy.borrow_mut().retain(|key| *key != due.key);
                    self.settle(&due, attempt)?;
                }
                Either::Left((None, _)) => return Ok(()),
                // A stalled attempt does not delay events that became due after it started.
                Either::Right(_) => {}
            }
        }
    }

    /// Returns the next event to deliver. At most one event of a transaction is pending.
    fn due(&self) -> Result<Option<DueEvent>, DatabaseError> {
        let limit = i64::try_from(CONCURRENT).unwrap_or(i64::MAX);
        let rows = self.sql.exec(
            &format!(
                "SELECT seq, transaction_key, id, attempts, received_at, traceparent, {COLUMNS} FROM events \
                 INDEXED BY events_pending WHERE state = 'pending' AND next_at <= ? ORDER BY next_at LIMIT ?"
            ),
            vec![milliseconds(self.now()).into(), limit.into()],
        )?;
        for row in &rows {
            let key: String = row.get("transaction_key")?;
            if !self.is_busy(&key) {
                let attempts = usize::try_from(row.get::<i64>("attempts")?).unwrap_or_default();
                let (seq, id, payload) = (row.get("seq")?, row.get("id")?, payload(row)?);
                let traceparent = row.get("traceparent")?;
                return Ok(Some(DueEvent { seq, key, id, attempts, payload, traceparent }));
            }
        }
        Ok(None)
    }

    async fn attempt(&self, webhook: &Webhook, due: &DueEvent) -> Outcome {
        let platform = &self.platform;
        let mut headers = webhook.headers(&due.id, platform.now(), &due.payload);
        headers.extend(due.traceparent.clone().map(|value| (TRACEPARENT, value)));
        let (answer, timeout) =
            (pin!(platform.post(&webhook.url, &headers, &due.payload)), pin!(platform.sleep(TIMEOUT)));
        match select(answer, timeout).await {
            Either::Left((Ok(200..=299), _)) => Ok(()),
            Either::Left((Ok(status), _)) => Err(format!("HTTP {status}")),
            Either::Left((Err(problem), _)) => Err(problem),
            Either::Right(_) => Err(format!("no answer within {} s", TIMEOUT.as_secs())),
        }
    }

    fn settle(&self, due: &DueEvent, outcome: Outcome) -> Result<(), DatabaseError> {
        let now = milliseconds(self.now());
        let attempts = due.attempts.saturating_add(1);
        let failure = outcome.err();
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
        self.schedule_next(&due.key)
    }

    /// Makes the next unsettled event of a transaction pending: the one that is pending already, or else the oldest. If
    /// it is not final and failed [`MAX_FAILURES`] times, the oldest final one overtakes it, and it is `superseded`.
    pub(super) fn schedule_next(&self, key: &str) -> Result<(), DatabaseError> {
        let [pending, waiting] = states::UNSETTLED;
        let rows = self.sql.exec(
            // The plus keeps SQLite from using the index of states, which has many rows while the merchant is down.
            "SELECT seq, state, is_final, attempts FROM events WHERE transaction_key = ? AND +state IN (?, ?) \
             ORDER BY seq",
            vec![key.into(), pending.into(), waiting.into()],
        )?;
        let events = rows.iter().map(UnsettledEvent::read).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = events.iter().find(|event| event.is_pending).or(events.first()) else {
            return Ok(());
        };
        // No event overtakes a running attempt, which calls this again with its outcome.
        let is_held_back = !first.is_final && first.attempts >= MAX_FAILURES && !self.is_busy(key);
        let overtaking = events.iter().find(|event| event.is_final).filter(|_| is_held_back);
        let next = overtaking.unwrap_or(first);
        if events.iter().any(|event| event.is_pending && event.seq != next.seq) {
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
        if !next.is_pending {
            // An overtaken event keeps the wait after its last failure.
            self.sql.exec(
                "UPDATE events SET state = ?, next_at = max(next_at, ?) WHERE seq = ?",
                vec![pending.into(), milliseconds(self.now()).into(), next.seq.into()],
            )?;
        }
        Ok(())
    }
}

/// An event that is neither delivered nor parked.
struct UnsettledEvent {
    seq: i64,
    is_pending: bool,
    is_final: bool,
    attempts: i64,
}

impl UnsettledEvent {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let is_pending = row.get::<&str>("state")? == states::PENDING;
        Ok(Self { seq: row.get("seq")?, is_pending, is_final: row.get("is_final")?, attempts: row.get("attempts")? })
    }
}

/// The body of a delivery.
#[derive(Serialize)]
struct Payload<'a> {
    r#type: &'a str,
    timestamp: String,
    data: Data<'a>,
}

/// Returns the body of a delivery.
fn payload(row: &Row) -> Result<String, DatabaseError> {
    let timestamp = rfc3339(row.get("received_at")?);
    to_json(&Payload { r#type: row.get("kind")?, timestamp, data: Data::read(row)? })
}
