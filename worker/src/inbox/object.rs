//! The messages and the alarm of an inbox object.

use std::rc::Rc;

use citrn::hex;
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, ready},
};

use super::{
    deliveries,
    event::{Arrival, Earlier, judge},
    message::{Reply, Request},
    shard::Shard,
    states,
};
use crate::{
    bindings::Runtime,
    clock::milliseconds,
    storage::{
        object::DurableObject,
        sql::{Failed, Sql, Value},
    },
};

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
        let again = milliseconds(self.now().saturating_add(deliveries::TIMEOUT)).saturating_add(5_000);
        self.alarm.is_at(Some(again));
        again
    }

    fn work(&self) -> LocalBoxFuture<'_, Option<i64>> {
        self.do_what_is_due().boxed_local()
    }
}

impl<P: Runtime, S: Sql> Shard<P, S> {
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
                event.kind.as_str().into(),
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
