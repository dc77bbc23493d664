//! Lists, redelivers and erases events.

use serde::Serialize;

use super::{
    data::{COLUMNS, Data, to_json},
    event::is_event,
    message::{Entry, EventQuery},
    schema::states,
    shard::Shard,
};
use crate::{
    bindings::Runtime,
    clock::{milliseconds, rfc3339},
    storage::sql::{Failed, Row, Sql, Value},
};

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Returns events in the order in which they were stored.
    pub(super) fn list(&self, query: &EventQuery) -> Result<Vec<Entry>, Failed> {
        // The current status of a transaction is its first final one, or else its latest.
        let mut statement = format!(
            "SELECT seq, received_at, id, state, attempts, next_at, settled_at, failure, erased_at, {COLUMNS}, \
             (SELECT status FROM events AS other WHERE other.transaction_key = events.transaction_key \
             ORDER BY is_final DESC, CASE WHEN is_final THEN seq ELSE -seq END LIMIT 1) AS current_status \
             FROM events WHERE seq > ?"
        );
        let mut values = vec![Value::from(query.after)];
        if let Some(callback_id) = &query.callback_id {
            statement.push_str(" AND transaction_key = ?");
            values.push(citrn::hex::encode(&super::event::key_of(callback_id)).into());
        }
        if let Some(state) = &query.state {
            statement.push_str(" AND state = ?");
            values.push(state.as_str().into());
        }
        statement.push_str(" ORDER BY seq LIMIT ?");
        values.push(i64::from(query.limit).into());
        let rows = self.sql.exec(&statement, values)?;
        let entry = |row: &Row| Ok(Entry { seq: row.get("seq")?, at: row.get("received_at")?, json: render(row)? });
        rows.iter().map(entry).collect()
    }

    /// Queues an event or a transaction for another delivery. Returns the number of its events, and of those queued.
    pub(super) fn redeliver(&self, name: &str) -> Result<(u32, u32), Failed> {
        let (found, queued) =
            self.change(name, "state = 'waiting', attempts = 0, settled_at = NULL, failure = NULL, next_at = ?")?;
        if let Some(row) = queued.first() {
            self.schedule_next(row.get("transaction_key")?)?;
        }
        Ok((found, count(&queued)))
    }

    /// Drops the bodies of an event or a transaction. Returns the number of its events, and of those that had a body.
    pub(super) fn erase(&self, name: &str) -> Result<(u32, u32), Failed> {
        let change = "body = NULL, customer_key = NULL, address_key = NULL, erased_at = ?";
        self.change(name, change).map(|(found, erased)| (found, count(&erased)))
    }

    /// Changes the events of this id that have a body, with the current time as the parameter. Returns the number of
    /// its events, and those that were changed.
    fn change(&self, name: &str, change: &str) -> Result<(u32, Vec<Row>), Failed> {
        let (column, value) = if is_event(name) {
            ("id", name.to_owned())
        } else {
            ("transaction_key", citrn::hex::encode(&super::event::key_of(name)))
        };
        let found =
            self.sql.exec(&format!("SELECT seq FROM events WHERE {column} = ?"), vec![value.as_str().into()])?;
        let changed = self.sql.exec(
            &format!("UPDATE events SET {change} WHERE {column} = ? AND body IS NOT NULL RETURNING transaction_key"),
            vec![milliseconds(self.now()).into(), value.into()],
        )?;
        Ok((count(&found), changed))
    }
}

fn count(rows: &[Row]) -> u32 {
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
fn render(row: &Row) -> Result<String, Failed> {
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
