//! The deposits of `GET /v1/deposits`: transactions with the state that their events give them.

use citrn::callback::{self, Summary};
use serde::Serialize;

use super::{data::to_json, filter::ListQuery, message::Entry, shard::Shard};
use crate::{
    bindings::Runtime,
    clock::rfc3339,
    storage::sql::{DatabaseError, Row, Sql, Value},
};

/// The states of a deposit.
pub const STATES: [&str; 4] = ["seen", "confirmed", "cancelled", "conflict"];

/// The state by the final statuses of the transaction. A final status other than `confirmed` credits nothing.
const STATE: &str = "(SELECT CASE WHEN max(status) IS NULL THEN 'seen' WHEN min(status) <> max(status) THEN 'conflict' \
     WHEN max(status) = 'confirmed' THEN 'confirmed' ELSE 'cancelled' END FROM events AS other \
     WHERE other.transaction_key = events.transaction_key AND other.is_final)";

/// A deposit.
#[derive(Default, Serialize)]
struct Deposit<'a> {
    id: Option<&'a str>,
    state: &'a str,
    currency: Option<String>,
    amount_received: Option<String>,
    amount_after_fees: Option<String>,
    currency_sent: Option<String>,
    amount_sent: Option<String>,
    txid: Option<String>,
    seen_at: String,
    settled_at: Option<String>,
}

/// Returns the statement for the deposits of a query, in which `place` is the number of the first event of the deposit
/// that matches `foreign_id` or `address`.
pub(super) fn statement(query: &ListQuery) -> (String, Vec<Value>) {
    let (column, index, key) = match query.get("address") {
        Some(key) => ("address_key", "events_of_address", Some(key)),
        None => ("customer_key", "events_of_customer", query.get("foreign_id")),
    };
    let (bound, mut values) = query.bound(query.after);
    let mut statement = format!(
        "SELECT seq AS place, received_at AS at, transaction_key, {STATE} AS deposit_state FROM events \
         INDEXED BY {index} WHERE {bound} AND {column} = ? AND {IS_DEPOSIT} AND NOT EXISTS (SELECT 1 FROM events AS \
         earlier WHERE transaction_key = events.transaction_key AND seq < events.seq AND {column} = events.{column} \
         AND {IS_DEPOSIT})"
    );
    values.push(key.unwrap_or_default().into());
    if let Some(state) = query.get("state") {
        statement.push_str(" AND deposit_state = ?");
        values.push(state.into());
    }
    statement.push_str(" ORDER BY seq LIMIT ?");
    values.push(i64::from(query.limit).into());
    (statement, values)
}

/// Whether the event is about a deposit.
const IS_DEPOSIT: &str = "transaction_type IN ('deposit', 'deposit_exchange')";

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Returns the deposits of a query, by the time when they were seen first.
    pub(super) fn list_deposits(&self, query: &ListQuery) -> Result<Vec<Entry>, DatabaseError> {
        self.check_backfill()?;
        let (statement, values) = statement(query);
        let rows = self.sql.exec(&statement, values)?;
        rows.iter()
            .map(|row| Ok(Entry { seq: row.get("place")?, at: row.get("at")?, json: self.describe(row)? }))
            .collect()
    }

    /// Returns a deposit as JSON: as its first final event reports it, or else its latest event.
    fn describe(&self, row: &Row) -> Result<String, DatabaseError> {
        let events = self.sql.exec(
            "SELECT callback_id, is_final, received_at, body FROM events WHERE transaction_key = ? \
             ORDER BY is_final DESC, CASE WHEN is_final THEN seq ELSE -seq END",
            vec![row.get::<&str>("transaction_key")?.into()],
        )?;
        let mut deposit = Deposit { state: row.get("deposit_state")?, ..Deposit::default() };
        let mut seen_at = i64::MAX;
        for (number, event) in events.iter().enumerate() {
            // Not the time of the row: the first body, and with it the customer, may have been dropped.
            seen_at = seen_at.min(event.get("received_at")?);
            if number == 0 {
                deposit.id = event.get("callback_id")?;
                deposit.settled_at = event.get::<bool>("is_final")?.then_some(rfc3339(event.get("received_at")?));
            }
            let Some(canonical) = event.get::<Option<&[u8]>>("body")?.and_then(|body| callback::canonical(body).ok())
            else {
                continue;
            };
            let Some(summary) = Summary::of(canonical.root()) else { continue };
            if let Some((currency, amount, after_fees)) = summary.received().filter(|_| number == 0) {
                deposit.currency = Some(currency.to_owned());
                deposit.amount_received = Some(amount.to_owned());
                deposit.amount_after_fees = after_fees.map(str::to_owned);
            }
            // A cancelled callback has no amounts.
            if let (None, Some((amount, currency))) = (&deposit.amount_sent, summary.sent()) {
                deposit.amount_sent = Some(amount.into_owned());
                deposit.currency_sent = Some(currency.into_owned());
            }
            deposit.txid = deposit.txid.or_else(|| summary.txid().map(|txid| txid.into_owned()));
        }
        deposit.seen_at = rfc3339(seen_at);
        to_json(&deposit)
    }
}
