//! Lists, redelivers and erases events.

use serde::Serialize;

use super::{
    data::{COLUMNS, Data, to_json},
    filter::ListQuery,
    message::Entry,
    schema::{DROP, NEXT_PLACE, states},
    shard::Shard,
};
use crate::{
    bindings::Runtime,
    clock::{milliseconds, rfc3339},
    storage::sql::{DatabaseError, Row, Sql, Value},
};

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Returns events in the order of the query.
    pub(super) fn list(&self, query: &ListQuery) -> Result<Vec<Entry>, DatabaseError> {
        if query.needs_backfill() {
            self.check_backfill()?;
        }
        // The current status of a transaction is its first final one, or else its latest.
        let (statement, values) = query.events(&format!(
            "received_at, id, state, attempts, next_at, settled_at, failure, erased_at, {COLUMNS}, \
             (SELECT status FROM events AS other WHERE other.transaction_key = events.transaction_key \
             ORDER BY is_final DESC, CASE WHEN is_final THEN seq ELSE -seq END LIMIT 1) AS current_status"
        ))?;
        let rows = self.sql.exec(&statement, values)?;
        let entry = |row: &Row| Ok(Entry { seq: row.get("place")?, at: row.get("at")?, json: render(row)? });
        rows.iter().map(entry).collect()
    }

    /// Queues the events with this value in a column for another delivery, if they have a body. Returns the number of
    /// the events, and of those queued. They are of one transaction.
    pub(super) fn redeliver(&self, (column, value): (&str, Value)) -> Result<(u32, u32), DatabaseError> {
        let now = Value::from(milliseconds(self.now()));
        let change = format!(
            "state = 'waiting', attempts = 0, settled_at = NULL, failure = NULL, next_at = ?, queued_at = {NEXT_PLACE}"
        );
        let (found, queued) = self.change((column, value), &change, &[now.clone(), now])?;
        if let Some(key) = queued.first() {
            self.schedule_next(key)?;
        }
        Ok((found, count(&queued)))
    }

    /// Drops the bodies of the events with this value in a column. Returns the number of the events, and of those that
    /// had a body.
    pub(super) fn erase(&self, selected: (&str, Value)) -> Result<(u32, u32), DatabaseError> {
        let change = format!("{DROP}, erased_at = ?");
        let (found, erased) = self.change(selected, &change, &[milliseconds(self.now()).into()])?;
        Ok((found, count(&erased)))
    }

    /// Changes the events with this value in a column that have a body, one after the other. Returns the number of the
    /// events, and the transaction of each changed one.
    fn change(
        &self,
        (column, value): (&str, Value),
        change: &str,
        values: &[Value],
    ) -> Result<(u32, Vec<String>), DatabaseError> {
        let found = self.sql.exec(
            &format!(
                "SELECT seq, transaction_key, body IS NOT NULL AS has_body FROM events WHERE {column} = ? ORDER BY seq"
            ),
            vec![value],
        )?;
        let mut changed = Vec::new();
        for row in &found {
            if row.get("has_body")? {
                let values = values.iter().cloned().chain([row.get::<i64>("seq")?.into()]);
                self.sql.exec(&format!("UPDATE events SET {change} WHERE seq = ?"), values.collect())?;
                changed.push(row.get("transaction_key")?);
            }
        }
        Ok((count(&found), changed))
    }
}

fn count<T>(rows: &[T]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}

/// An event in the reply of `GET /v1/callbacks`.
#[derive(Serialize)]
struct Event<'a> {
    id: &'a str,
    r#type: &'a str,
    #[serde(flatten)]
    data: Data<'a>,
    current_status: Option<&'a str>,
    received_at: Option<String>,
    delivery: Delivery<'a>,
    erased_at: Option<String>,
}

#[derive(Serialize)]
struct Delivery<'a> {
    state: &'a str,
    attempts: i64,
    next_attempt_at: Option<String>,
    settled_at: Option<String>,
    last_failure: Option<&'a str>,
}

/// Returns an event of a list as JSON.
fn render(row: &Row) -> Result<String, DatabaseError> {
    let time = |column| row.get(column).map(|at: Option<i64>| at.map(rfc3339));
    let state: &str = row.get("state")?;
    let delivery = Delivery {
        state,
        attempts: row.get("attempts")?,
        next_attempt_at: time("next_at")?.filter(|_| state == states::PENDING),
        settled_at: time("settled_at")?,
        last_failure: row.get("failure")?,
    };
    to_json(&Event {
        id: row.get("id")?,
        r#type: row.get("kind")?,
        data: Data::read(row)?,
        current_status: row.get("current_status")?,
        received_at: time("received_at")?,
        delivery,
        erased_at: time("erased_at")?,
    })
}
