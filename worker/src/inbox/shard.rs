//! The Durable Object that stores callbacks and delivers them: its state, messages and alarm.

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
    event::{Arrival, Earlier, judge},
    message::{Reply, Request},
    schema::{self, states},
    settings::Inbox,
};
use crate::{
    bindings::Runtime,
    clock::milliseconds,
    storage::{
        object::{Alarm, DurableObject},
        schema::upgrade,
        sql::{Failed, Sql, Value},
    },
};

/// How long an attempt to deliver may take.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// The states in which an event's body can be dropped, if there is a webhook; without one, any.
const DROPPABLE: [&str; 2] = [states::DELIVERED, states::PARKED];

/// How many bodies are dropped at one alarm: the object answers nobody meanwhile.
const PRUNED_AT_ONCE: i64 = 500;

/// One of the objects.
pub struct Shard<P, S> {
    pub(super) platform: P,
    pub(super) settings: Inbox,
    pub(super) sql: S,
    /// Whether deliveries are under way: then what is stored is found without an alarm.
    pub(super) delivering: Cell<bool>,
    /// The transactions with an attempt under way.
    pub(super) busy: RefCell<Vec<String>>,
    pub(super) alarm: Alarm,
}

impl<P: Runtime, S: Sql + 'static> DurableObject for Shard<P, S> {
    fn answer(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Option<String>> {
        let reply =
            serde_json::from_str(&message).ok().and_then(|request| serde_json::to_string(&self.reply(request)).ok());
        ready(reply).boxed_local()
    }

    fn new_alarm(&self) -> Result<Option<i64>, Failed> {
        if self.delivering.get() {
            return Ok(None);
        }
        Ok(self.alarm.before(self.next_work()?))
    }

    fn alarm_went_off(&self) -> i64 {
        let again = milliseconds(self.now().saturating_add(TIMEOUT)).saturating_add(5_000);
        self.alarm.is_at(Some(again));
        again
    }

    fn work(&self) -> LocalBoxFuture<'_, Option<i64>> {
        self.do_what_is_due().boxed_local()
    }
}

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Opens the object's database, and upgrades it.
    pub fn open(platform: P, settings: Inbox, sql: S) -> Result<Self, Failed> {
        upgrade(&sql, schema::STEPS)?;
        Ok(Self {
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

    /// Whether an attempt of the transaction is under way.
    pub(super) fn is_busy(&self, key: &str) -> bool {
        self.busy.borrow().iter().any(|busy| busy == key)
    }

    /// The time of the next delivery, or of the next body to drop.
    pub(super) fn next_work(&self) -> Result<Option<i64>, Failed> {
        let first = |column: &str, condition: &str| -> Result<Option<i64>, Failed> {
            let statement = format!("SELECT {column} AS at FROM events WHERE {condition} ORDER BY {column} LIMIT 1");
            self.sql.exec(&statement, vec![])?.first().map(|row| row.get("at")).transpose()
        };
        let (mut next, mut oldest) = (None, None);
        if self.settings.webhook.is_some() {
            next = first("next_at", "state = 'pending'")?;
            // One look into the index for each, however many wait for their delivery.
            for state in DROPPABLE {
                let received = first("received_at", &format!("body IS NOT NULL AND state = '{state}'"))?;
                oldest = oldest.into_iter().chain(received).min();
            }
        } else {
            oldest = first("received_at", "body IS NOT NULL")?;
        }
        let span = milliseconds(self.settings.retention.span());
        Ok(next.into_iter().chain(oldest.map(|received: i64| received.saturating_add(span))).min())
    }

    /// Drops bodies that were kept long enough, and are no longer to be delivered.
    pub(super) fn prune(&self) -> Result<(), Failed> {
        let end = milliseconds(self.now()).saturating_sub(milliseconds(self.settings.retention.span()));
        let [delivered, parked] = DROPPABLE;
        let has_webhook = self.settings.webhook.is_some();
        let values = vec![has_webhook.into(), delivered.into(), parked.into(), end.into(), PRUNED_AT_ONCE.into()];
        let statement = "UPDATE events SET body = NULL, customer_key = NULL, address_key = NULL WHERE seq IN (SELECT seq FROM events \
             WHERE body IS NOT NULL AND (NOT ? OR state IN (?, ?)) AND received_at <= ? ORDER BY received_at LIMIT ?)";
        self.sql.exec(statement, values).map(drop)
    }

    pub(super) fn parked(&self) -> Result<u32, Failed> {
        let rows =
            self.sql.exec("SELECT count(*) AS parked FROM events WHERE state = ?", vec![states::PARKED.into()])?;
        let parked: i64 = rows.first().map_or(Ok(0), |row| row.get("parked"))?;
        Ok(u32::try_from(parked).unwrap_or(u32::MAX))
    }

    fn reply(&self, request: Request) -> Reply {
        let reply = match request {
            Request::Store(arrival) => self.store(arrival).map(Reply::Stored),
            Request::List(query) => self.list(&query).map(Reply::Listed),
            Request::Redeliver(name) => self.redeliver(&name).map(|(found, done)| Reply::Found(found, done)),
            Request::Erase(name) => self.erase(&name).map(|(found, done)| Reply::Found(found, done)),
            Request::Deposits(query) => self.deposits(&query).map(Reply::Deposits),
            Request::Parked(()) => self.parked().map(Reply::Parked),
        };
        reply.unwrap_or_else(|failed| Reply::Failed(failed.to_string()))
    }

    /// Stores a callback, unless its very bytes are there already; gives the id of the event.
    fn store(&self, arrival: Arrival) -> Result<Option<String>, Failed> {
        let known = self.sql.exec("SELECT seq FROM events WHERE digest = ?", vec![arrival.digest.as_str().into()])?;
        if !known.is_empty() {
            return Ok(None);
        }
        let key = hex::encode(&arrival.key());
        let rows = self
            .sql
            .exec("SELECT status, is_final, state FROM events WHERE transaction_key = ?", vec![key.as_str().into()])?;
        let (mut earlier, mut has_turn) = (Vec::new(), true);
        for row in &rows {
            if let Some(status) = row.get("status")? {
                earlier.push(Earlier { status, is_final: row.get("is_final")? });
            }
            has_turn &= !states::UNSETTLED.contains(&row.get("state")?);
        }
        let event = judge(&arrival, &earlier);
        let state = if has_turn { states::PENDING } else { states::WAITING };
        let now = milliseconds(self.now());
        let about = arrival.about.as_ref();
        self.sql.exec(
            "INSERT INTO events (id, digest, transaction_key, callback_id, status, is_final, kind, superseded, body, \
             received_at, state, attempts, next_at, customer_key, address_key) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
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
            ],
        )?;
        if !has_turn && about.is_some_and(|about| about.is_final) {
            self.line_up(&key)?;
        }
        Ok(Some(event.id))
    }
}
