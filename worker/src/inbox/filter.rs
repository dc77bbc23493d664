//! The filters and orders of lists, as SQL.
//!
//! Each statement names its index, so that its cost does not depend on the planner's guess, and does not grow with the
//! events that other filters would select.

use citrn::hex;
use serde::{Deserialize, Serialize};

use super::{event::key_of, schema::states};
use crate::storage::sql::{DatabaseError, Value};

/// The transaction types to filter by.
pub const TRANSACTION_TYPES: [&str; 4] = ["deposit", "deposit_exchange", "withdrawal", "withdrawal_exchange"];

/// The order of the latest queueing for delivery.
pub const DELIVERY_ORDER: &str = "delivery";

/// The orders of events.
pub const ORDERS: [&str; 2] = ["receipt", DELIVERY_ORDER];

/// The list of deposits.
pub const DEPOSITS: &str = "deposits";

/// The number of the first event that was received at a time or later, or else a number above all events. A bisection
/// over the numbers, since an index of times would cost each event a written row.
macro_rules! first_since {
    () => {
        "(WITH RECURSIVE range (low, high, time) AS (SELECT 1, 1 + (SELECT max(seq) FROM events), ? UNION ALL \
         SELECT iif(received_at < time, seq + 1, low), iif(received_at < time, high, (low + high) / 2), time \
         FROM range CROSS JOIN events AS middle ON seq = (SELECT min(seq) FROM events WHERE seq >= (low + high) / 2) \
         WHERE low < high) SELECT low FROM range WHERE low >= high)"
    };
}

/// A query for the entries of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListQuery {
    /// The list: [`DEPOSITS`], or an order of events.
    pub list: String,
    /// The place of the last entry of the previous page.
    pub after: i64,
    /// The maximum number of entries.
    pub limit: u32,
    /// Filters, such as `state=parked`. The value of `foreign_id` is a key, and those of `since` and `until` are in
    /// milliseconds since the epoch.
    pub filters: Vec<String>,
}

impl ListQuery {
    /// Whether a filter needs the columns that are derived from bodies.
    pub(super) fn needs_backfill(&self) -> bool {
        self.get("foreign_id").or(self.get("type")).is_some()
    }

    /// Returns the value of a filter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.filters.iter().find_map(|filter| filter.strip_prefix(name)?.strip_prefix('='))
    }

    /// Returns the condition that an entry comes after another number and not before `since`, as one bound: SQLite
    /// searches an index by one bound only.
    pub(super) fn bound(&self, after: i64) -> (&'static str, Vec<Value>) {
        match self.get("since") {
            // Times of receipt never decrease, so a range of them is a range of numbers.
            Some(since) => (concat!("seq >= max(1 + ?, ", first_since!(), ")"), vec![after.into(), since.into()]),
            None => ("seq > ?", vec![after.into()]),
        }
    }

    /// Returns the statement for these columns of events, in which `place` is the event's place and `at` its time.
    pub(super) fn events(&self, columns: &str) -> Result<(String, Vec<Value>), DatabaseError> {
        let is_by_delivery = self.list == DELIVERY_ORDER;
        let (place, at) = match is_by_delivery {
            true => ("ifnull(queued_at, seq)", "ifnull(queued_at, received_at)"),
            false => ("seq", "received_at"),
        };
        let (bound, mut values) = self.bound(if is_by_delivery { 0 } else { self.after });
        let mut statement =
            format!("SELECT {columns}, {place} AS place, {at} AS at FROM events {} WHERE {bound}", self.index());
        if is_by_delivery {
            statement.push_str(" AND ifnull(queued_at, seq) > ?");
            values.push(self.after.into());
        }
        for filter in &self.filters {
            let (condition, value) = match filter.split_once('=') {
                Some(("callback_id", id)) => (" AND transaction_key = ?", hex::encode(&key_of(id)).into()),
                Some(("foreign_id", key)) => (" AND customer_key = ?", key.into()),
                Some(("state", state)) => (" AND state = ?", state.into()),
                Some(("type", r#type)) => (" AND transaction_type = ?", r#type.into()),
                Some(("since", _)) => continue,
                Some(("until", time)) => (UNTIL, time.into()),
                _ => return Err(DatabaseError("this version does not know a filter".to_owned())),
            };
            statement.push_str(condition);
            values.push(value);
        }
        statement.push_str(" ORDER BY place LIMIT ?");
        values.push(i64::from(self.limit).into());
        Ok((statement, values))
    }

    /// Returns the index with the fewest events. Most events are delivered, so any other state is rarer than a type.
    fn index(&self) -> &'static str {
        if self.get("callback_id").is_some() {
            return "INDEXED BY events_of_transaction";
        }
        if self.get("foreign_id").is_some() {
            return "INDEXED BY events_of_customer";
        }
        match self.get("state") {
            Some(state) if state != states::DELIVERED => "INDEXED BY events_of_state",
            _ if self.list == DELIVERY_ORDER => "INDEXED BY events_by_place",
            _ if self.get("type").is_some() => "INDEXED BY events_of_type",
            Some(_) => "INDEXED BY events_of_state",
            None => "NOT INDEXED",
        }
    }
}

const UNTIL: &str = concat!(" AND seq < ", first_since!());
