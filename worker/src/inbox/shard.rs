//! The Durable Object that stores and delivers callbacks: its state, messages and alarm.

use core::{
    cell::{Cell, RefCell},
    time::Duration,
};
use std::rc::Rc;

use citrn::hex;
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, ready},
};

use super::{
    event::{Arrival, EarlierEvent, classify, named},
    filter::DEPOSITS,
    listeners::{DepositListener, Notifications},
    message::{Reply, Request},
    schema::{self, DROP, NEXT_PLACE, states},
    settings::Inbox,
};
use crate::{
    bindings::Runtime,
    clock::milliseconds,
    storage::{
        object::{Alarm, DurableObject},
        schema::upgrade,
        sql::{DatabaseError, Sql, Value},
    },
};

/// The timeout of a delivery attempt.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum number of bodies of each state that one alarm drops: the object answers no request meanwhile.
const PRUNE_LIMIT: i64 = 500;

/// An inbox object.
pub struct Shard<P, S> {
    pub(super) platform: P,
    pub(super) settings: Inbox,
    pub(super) sql: S,
    /// Whether deliveries are running: they find newly stored events without an alarm.
    pub(super) delivering: Cell<bool>,
    /// The transactions with a running attempt.
    pub(super) busy: RefCell<Vec<String>>,
    pub(super) alarm: Alarm,
    pub(super) notifications: Rc<Notifications<P>>,
}

impl<P: Runtime, S: Sql + 'static> DurableObject for Shard<P, S> {
    fn answer(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Option<String>> {
        let reply =
            serde_json::from_str(&message).ok().and_then(|request| serde_json::to_string(&self.reply(request)).ok());
        ready(reply).boxed_local()
    }

    fn new_alarm(&self) -> Result<Option<i64>, DatabaseError> {
        if self.delivering.get() {
            return Ok(None);
        }
        Ok(self.alarm.before(self.next_work()?))
    }

    fn alarm_fired(&self) -> i64 {
        let again = milliseconds(self.now().saturating_add(TIMEOUT)).saturating_add(5_000);
        self.alarm.set(Some(again));
        again
    }

    fn work(&self) -> LocalBoxFuture<'_, Option<i64>> {
        self.run_due_work().boxed_local()
    }
}

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Opens the object's database, and migrates it.
    pub fn open(
        platform: P,
        settings: Inbox,
        sql: S,
        listener: Box<dyn DepositListener>,
    ) -> Result<Self, DatabaseError> {
        upgrade(&sql, schema::STEPS)?;
        Ok(Self {
            notifications: Rc::new(Notifications::new(platform.clone(), listener)),
            platform,
            settings,
            sql,
            delivering: Cell::new(false),
            busy: RefCell::default(),
            alarm: Alarm::default(),
        })
    }

    pub(super) fn now(&self) -> Duration {
        self.platform.now()
    }

    /// Whether the transaction has a running attempt.
    pub(super) fn is_busy(&self, key: &str) -> bool {
        self.busy.borrow().iter().any(|busy| busy == key)
    }

    /// Returns the time of the next delivery, or of the next body to drop.
    pub(super) fn next_work(&self) -> Result<Option<i64>, DatabaseError> {
        if self.is_backfilling()? {
            return Ok(Some(milliseconds(self.now())));
        }
        let first = |index: &str, column: &str, condition: &str| -> Result<Option<i64>, DatabaseError> {
            let statement = format!(
                "SELECT {column} AS at FROM events INDEXED BY {index} WHERE {condition} ORDER BY {column} LIMIT 1"
            );
            self.sql.exec(&statement, vec![])?.first().map(|row| row.get("at")).transpose()
        };
        let (mut next, mut oldest) = (None, None);
        if self.settings.webhook.is_some() {
            next = first("events_pending", "next_at", "state = 'pending'")?;
        }
        // One index lookup per state, however many events are pending.
        for state in self.droppable() {
            let condition = format!("body IS NOT NULL AND state = '{state}'");
            let received = first("events_with_body_by_state", "received_at", &condition)?;
            oldest = oldest.into_iter().chain(received).min();
        }
        let span = milliseconds(self.settings.retention.span());
        Ok(next.into_iter().chain(oldest.map(|received: i64| received.saturating_add(span))).min())
    }

    /// Drops bodies older than the retention period that are not to be delivered any more.
    pub(super) fn prune(&self) -> Result<(), DatabaseError> {
        let end = milliseconds(self.now()).saturating_sub(milliseconds(self.settings.retention.span()));
        for state in self.droppable() {
            self.sql.exec(
                // Setting `seq` makes SQLite delete and insert the row: otherwise its page keeps the space of the body.
                &format!(
                    "UPDATE events SET seq = seq, {DROP} WHERE seq IN \
                     (SELECT seq FROM events INDEXED BY events_with_body_by_state WHERE body IS NOT NULL \
                     AND state = ? AND received_at <= ? ORDER BY received_at LIMIT ?)"
                ),
                vec![(*state).into(), end.into(), PRUNE_LIMIT.into()],
            )?;
        }
        Ok(())
    }

    /// Returns the states in which the body of an event can be dropped: without a webhook, all.
    fn droppable(&self) -> &'static [&'static str] {
        match self.settings.webhook {
            Some(_) => &[states::DELIVERED, states::PARKED],
            None => &states::ALL,
        }
    }

    pub(super) fn parked(&self) -> Result<u32, DatabaseError> {
        let rows =
            self.sql.exec("SELECT count(*) AS parked FROM events WHERE state = ?", vec![states::PARKED.into()])?;
        let parked: i64 = rows.first().map_or(Ok(0), |row| row.get("parked"))?;
        Ok(u32::try_from(parked).unwrap_or(u32::MAX))
    }

    fn reply(&self, request: Request) -> Reply {
        let reply = match request {
            Request::Store(arrival) => self.store(arrival).map(Reply::Stored),
            Request::List(query) => return self.reply(Request::Query(query.into())),
            Request::Query(query) if query.list == DEPOSITS => self.list_deposits(&query).map(Reply::Listed),
            Request::Query(query) => self.list(&query).map(Reply::Listed),
            Request::Redeliver(name) => self.redeliver(named(&name)).map(|(found, done)| Reply::Found(found, done)),
            Request::Erase(name) => self.erase(named(&name)).map(|(found, done)| Reply::Found(found, done)),
            Request::RedeliverAll(query) => self.redeliver_all(&query, false).map(Reply::Listed),
            Request::Redeliverable(query) => self.redeliver_all(&query, true).map(Reply::Listed),
            Request::EraseCustomer(key) => self.erase_customer(&key).map(|(found, done)| Reply::Found(found, done)),
            Request::Deposits(query) => self.deposits(&query).map(Reply::Deposits),
            Request::Parked(()) => self.parked().map(Reply::Parked),
            Request::NoteCreation(()) => self.note_creation().map(Reply::Time),
            Request::LatestCallback(()) => self.latest_callback().map(Reply::Time),
            Request::FirstCreationAfter(time) => self.first_creation_after(time).map(Reply::Time),
        };
        reply.unwrap_or_else(|failed| Reply::Failed(failed.to_string()))
    }

    /// Stores a callback, unless its bytes are stored already. Returns the id of the event.
    fn store(&self, arrival: Arrival) -> Result<Option<String>, DatabaseError> {
        let known = self.sql.exec("SELECT seq FROM events WHERE digest = ?", vec![arrival.digest.as_str().into()])?;
        if !known.is_empty() {
            return Ok(None);
        }
        let key = hex::encode(&arrival.key());
        let rows = self
            .sql
            .exec("SELECT status, is_final, state FROM events WHERE transaction_key = ?", vec![key.as_str().into()])?;
        let (mut earlier, mut is_pending) = (Vec::new(), true);
        for row in &rows {
            if let Some(status) = row.get("status")? {
                earlier.push(EarlierEvent { status, is_final: row.get("is_final")? });
            }
            is_pending &= !states::UNSETTLED.contains(&row.get("state")?);
        }
        let event = classify(&arrival, &earlier);
        let state = if is_pending { states::PENDING } else { states::WAITING };
        let now = milliseconds(self.now());
        let about = arrival.about.as_ref();
        self.sql.exec(
            // Times of receipt never decrease, so that a range of them is a range of numbers.
            &format!(
                "INSERT INTO events (id, digest, transaction_key, callback_id, status, is_final, kind, superseded, \
                 body, received_at, state, attempts, next_at, customer_key, address_key, transaction_type, traceparent, \
                 queued_at) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, \
                 max(?, ifnull((SELECT received_at FROM events WHERE seq = (SELECT max(seq) FROM events)), 0)), \
                 ?, 0, ?, ?, ?, ?, ?, {NEXT_PLACE})"
            ),
            vec![
                event.id.as_str().into(),
                arrival.digest.as_str().into(),
                key.as_str().into(),
                about.map(|about| about.id.clone()).into(),
                about.map(|about| about.status.clone()).into(),
                about.is_some_and(|about| about.is_final).into(),
                event.kind.into(),
                event.superseded.into(),
                Value::Blob(arrival.body),
                now.into(),
                state.into(),
                now.into(),
                about.and_then(|about| about.customer_key.clone()).into(),
                about.and_then(|about| about.address_key.clone()).into(),
                about.map_or_else(|| Some(String::new()), |about| about.transaction_type.clone()).into(),
                arrival.traceparent.into(),
                now.into(),
            ],
        )?;
        if !is_pending && about.is_some_and(|about| about.is_final) {
            self.schedule_next(&key)?;
        }
        self.notify(arrival.about.as_ref());
        Ok(Some(event.id))
    }
}
