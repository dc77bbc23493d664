//! Reading the inbox, delivering again, and erasing.

use citrn::Platform;

use super::{
    deliveries::with_body,
    event::is_event,
    message::{Entry, Wanted},
    shard::{Shard, states},
};
use crate::{
    bindings::Bindings,
    clock::{milliseconds, rfc3339},
    json_text::ObjectText,
    sql::{Failed, Row, Sql, Value},
};

impl<P: Platform + Bindings + Clone, S: Sql> Shard<P, S> {
    /// Events in the order in which they were stored.
    pub(super) fn list(&self, wanted: &Wanted) -> Result<Vec<Entry>, Failed> {
        // The state shown: the first final one that came, else the latest.
        let mut statement =
            "SELECT seq, received_at, id, kind, callback_id, status, superseded, state, attempts, next_at, \
             settled_at, failure, body, erased_at, (SELECT status FROM events AS of_it WHERE \
             of_it.transaction_key = events.transaction_key ORDER BY is_final DESC, \
             CASE WHEN is_final THEN seq ELSE -seq END LIMIT 1) FROM events WHERE seq > ?"
                .to_owned();
        let mut values = vec![Value::from(wanted.after)];
        if let Some(callback_id) = &wanted.callback_id {
            statement.push_str(" AND transaction_key = ?");
            values.push(crate::hex::hex(&super::event::key_of(callback_id)).into());
        }
        if let Some(state) = &wanted.state {
            statement.push_str(" AND state = ?");
            values.push(state.as_str().into());
        }
        statement.push_str(" ORDER BY seq LIMIT ?");
        values.push(i64::from(wanted.limit).into());
        let rows = self.sql.exec(&statement, values)?;
        Ok(rows.iter().map(|row| Entry { seq: row.integer(0), at: row.integer(1), json: shown(row) }).collect())
    }

    /// Queues what has this id for another delivery: how many events have it, and how many still have a body.
    pub(super) fn redeliver(&self, name: &str) -> Result<(u32, u32), Failed> {
        let rows = self.named("seq, transaction_key, body IS NOT NULL", name)?;
        let now = milliseconds(self.now());
        let mut queued = 0;
        for row in rows.iter().filter(|row| row.integer(2) != 0) {
            self.sql.exec(
                "UPDATE events SET state = ?, attempts = 0, next_at = ?, settled_at = NULL, failure = NULL WHERE seq = ?",
                vec![states::WAITING.into(), now.into(), row.integer(0).into()],
            )?;
            self.line_up(row.text(1).unwrap_or_default())?;
            queued += 1;
        }
        Ok((u32::try_from(rows.len()).unwrap_or(u32::MAX), queued))
    }

    /// Drops the bodies of what has this id: how many events have it, and how many had a body.
    pub(super) fn erase(&self, name: &str) -> Result<(u32, u32), Failed> {
        let rows = self.named("seq, body IS NOT NULL", name)?;
        let with_body = rows.iter().filter(|row| row.integer(1) != 0);
        let now = milliseconds(self.now());
        let mut erased = 0;
        for row in with_body {
            self.sql.exec(
                "UPDATE events SET body = NULL, customer_key = NULL, address_key = NULL, erased_at = ? WHERE seq = ?",
                vec![now.into(), row.integer(0).into()],
            )?;
            erased += 1;
        }
        Ok((u32::try_from(rows.len()).unwrap_or(u32::MAX), erased))
    }

    fn named(&self, columns: &str, name: &str) -> Result<Vec<Row>, Failed> {
        let (column, value) = if is_event(name) {
            ("id", name.to_owned())
        } else {
            ("transaction_key", crate::hex::hex(&super::event::key_of(name)))
        };
        self.sql.exec(&format!("SELECT {columns} FROM events WHERE {column} = ? ORDER BY seq"), vec![value.into()])
    }
}

/// An event as `GET /v1/callbacks` shows it.
fn shown(row: &Row) -> String {
    let time = |column| matches!(row.0.get(column), Some(Value::Integer(_))).then(|| rfc3339(row.integer(column)));
    let state = row.text(7).unwrap_or_default();
    let delivery = ObjectText::default()
        .text("state", state)
        .number("attempts", row.integer(8))
        .text("next_attempt_at", time(9).filter(|_| state == states::PENDING).as_deref())
        .text("settled_at", time(10).as_deref())
        .text("last_failure", row.text(11));
    let event = ObjectText::default()
        .text("id", row.text(2))
        .text("type", row.text(3))
        .text("callback_id", row.text(4))
        .text("status", row.text(5))
        .flag("superseded", row.integer(6) != 0)
        .text("current_status", row.text(14))
        .text("received_at", rfc3339(row.integer(1)).as_str())
        .json("delivery", &delivery.end());
    with_body(event, row.blob(12), row.text(4).is_some()).text("erased_at", time(13).as_deref()).end()
}
