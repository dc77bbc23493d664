//! Looks up deposits for the checkout, by the merchant's id of the customer or by the address.
//!
//! Only hashes of both are stored, and they are dropped together with the body.

use citrn::callback::{self, Summary};

use super::{
    message::{Deposit, DepositQuery, Reply, Request, call_each, to_all, unexpected},
    shard::Shard,
};
use crate::{
    bindings::Runtime,
    http::Problem,
    storage::sql::{DatabaseError, Sql},
};

/// The maximum number of deposits of a query, and of older ones that are not final yet.
pub const MOST: u8 = 20;

/// Returns deposits from all objects, the latest first: the [`MOST`] latest, and up to as many older ones that are not
/// final yet.
pub async fn deposits<P: Runtime>(platform: &P, query: &DepositQuery) -> Result<Vec<Deposit>, Problem> {
    let mut found: Vec<Deposit> = Vec::new();
    for (_, reply) in call_each(platform, to_all(|| Request::Deposits(query.clone()))).await? {
        let Reply::Deposits(deposits) = reply else { return Err(unexpected()) };
        for deposit in deposits {
            let place = found.partition_point(|other| other.seen_at >= deposit.seen_at);
            found.insert(place, deposit);
        }
    }
    let older = found.split_off(found.len().min(usize::from(MOST)));
    found.extend(older.into_iter().filter(|deposit| !deposit.is_final()).take(usize::from(MOST)));
    Ok(found)
}

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Returns deposits, the latest first.
    pub(super) fn deposits(&self, query: &DepositQuery) -> Result<Vec<Deposit>, DatabaseError> {
        if let Some(object) = query.listener {
            self.subscribe(object)?;
        }
        // One parameter for all addresses: in Durable Objects a statement has at most 100.
        let addresses = serde_json::to_string(&query.addresses).map_err(|error| DatabaseError(error.to_string()))?;
        let customer = query.customer.as_str();
        let rows = self.sql.exec(
            // A comparison with NULL is never true, so an event without an address does not match. An event without a
            // type is not filled yet: only deposits have the key of a customer then.
            "WITH addresses AS (SELECT value FROM json_each(?)), \
             mine AS (SELECT transaction_key, min(received_at) AS first, max(is_final) AS is_final FROM events \
             WHERE transaction_key IN (SELECT transaction_key FROM events WHERE (customer_key = ? AND \
             ifnull(transaction_type, 'deposit') IN ('deposit', 'deposit_exchange')) OR \
             (customer_key IS NULL AND address_key IN addresses)) GROUP BY transaction_key \
             HAVING first >= ? AND (first <= ? OR max(address_key IN addresses AND ifnull(customer_key = ?, 1)))) \
             SELECT transaction_key, first FROM (SELECT * FROM mine ORDER BY first DESC LIMIT ?) UNION \
             SELECT transaction_key, first FROM (SELECT * FROM mine WHERE NOT is_final ORDER BY first DESC LIMIT ?) \
             ORDER BY first DESC",
            vec![
                addresses.into(),
                customer.into(),
                query.since.into(),
                query.elsewhere_until.into(),
                customer.into(),
                i64::from(MOST).into(),
                i64::from(MOST).into(),
            ],
        )?;
        let deposits = rows.iter().map(|row| self.deposit(row.get("transaction_key")?));
        Ok(deposits.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    fn deposit(&self, key: &str) -> Result<Option<Deposit>, DatabaseError> {
        let rows = self.sql.exec(
            "SELECT status, is_final, received_at, body FROM events WHERE transaction_key = ? ORDER BY seq",
            vec![key.into()],
        )?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(None);
        };
        let mut shown = last;
        let (mut sent, mut credited) = (None, None);
        for row in rows.iter().rev() {
            let body: Option<&[u8]> = row.get("body")?;
            let (sent_before, credited_before) = body.map(amounts).unwrap_or_default();
            if row.get("is_final")? {
                (shown, credited) = (row, credited_before);
            }
            sent = sent.or(sent_before);
        }
        Ok(Some(Deposit {
            sent,
            credited,
            seen_at: first.get("received_at")?,
            status: shown.get("status")?,
            status_at: shown.get("received_at")?,
        }))
    }
}

/// An amount and its currency.
type Amount = (String, String);

/// Returns the amounts that were sent and that are credited, if a body has them.
fn amounts(body: &[u8]) -> (Option<Amount>, Option<Amount>) {
    let Ok(canonical) = callback::canonical(body) else {
        return (None, None);
    };
    let Some(summary) = Summary::of(canonical.root()) else {
        return (None, None);
    };
    let sent = summary.sent().map(|(amount, currency)| (amount.into_owned(), currency.into_owned()));
    let credit = summary.credit_or_review().ok().flatten();
    (sent, credit.map(|credit| (credit.amount.to_owned(), credit.currency.to_owned())))
}
