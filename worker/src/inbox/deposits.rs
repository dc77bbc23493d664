//! Queries of the checkout for deposits, by the merchant's id of the customer or by the address.
//!
//! Neither is stored in the clear for that. A key is dropped together with the body that it was taken from.

use citrn::{
    Platform,
    callback::{Callback, Status},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::shard::Shard;
use crate::{
    bindings::Bindings,
    hex::hex,
    sql::{Failed, Sql},
};

/// Most deposits of one query: the latest, and as many older ones that are not final yet.
pub const MOST: u8 = 20;

/// Returns the key of a customer.
#[must_use]
pub fn customer_key(foreign_id: &str) -> String {
    hex(&Sha256::digest(format!("citrn customer\0{foreign_id}")))
}

/// Returns the key of a deposit address. Customers can share an address and differ in the memo. Some coins write the same address
/// in capital letters or not.
#[must_use]
pub fn address_key(address: &str, memo: Option<&str>) -> String {
    let (address, memo) = (address.to_ascii_lowercase(), memo.unwrap_or_default());
    hex(&Sha256::digest(format!("citrn address\0{address}\0{memo}")))
}

/// The keys of a callback, if it is a deposit's: customer and address.
pub(super) fn keys(callback: &Callback) -> (Option<String>, Option<String>) {
    let address = callback.crypto_address.as_ref().filter(|_| callback.is_deposit());
    let customer = callback.customer_id().filter(|_| callback.is_deposit());
    let key = address.and_then(|to| Some(address_key(to.address.as_deref()?, to.memo.as_deref())));
    (customer.map(customer_key), key)
}

/// A query for deposits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DepositQuery {
    /// The customer's key.
    pub customer: String,
    /// Keys of addresses: deposits to one of them belong to the customer, unless a callback names another customer.
    pub addresses: Vec<String>,
    /// The earliest time of a deposit's first callback, in milliseconds since the epoch.
    pub since: i64,
    /// The latest time of the first callback of a deposit to none of the addresses. Without it no such deposit is found.
    pub elsewhere_until: Option<i64>,
}

/// A deposit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deposit {
    /// Amount and currency that were sent, if a callback reports them.
    pub sent: Option<(String, String)>,
    /// When its first callback was received, in milliseconds since the epoch.
    pub seen_at: i64,
    /// Its first final status, else its latest.
    pub status: String,
    /// When the callback with that status was received.
    pub status_at: i64,
}

impl Deposit {
    /// Whether nothing more comes after this.
    #[must_use]
    pub fn is_final(&self) -> bool {
        Status::from(self.status.as_str()).is_final()
    }
}

impl<P: Platform + Bindings + Clone, S: Sql> Shard<P, S> {
    /// Returns deposits, the latest first.
    pub(super) fn deposits(&self, query: &DepositQuery) -> Result<Vec<Deposit>, Failed> {
        // One value, however many there are: a statement takes at most 100 in Durable Objects.
        let addresses = serde_json::to_string(&query.addresses).map_err(|error| Failed(error.to_string()))?;
        let customer = query.customer.as_str();
        let rows = self.sql.exec(
            // A comparison with NULL selects nothing: neither an event without an address nor one that went elsewhere.
            "WITH shown AS (SELECT value FROM json_each(?)), mine AS (SELECT transaction_key, min(received_at) AS first, \
             max(is_final) AS is_final FROM events WHERE transaction_key IN (SELECT transaction_key FROM events WHERE \
             customer_key = ? OR (customer_key IS NULL AND address_key IN shown)) GROUP BY transaction_key HAVING \
             first >= ? AND (first <= ? OR max(address_key IN shown AND ifnull(customer_key = ?, 1)))) \
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

    fn deposit(&self, key: &str) -> Result<Option<Deposit>, Failed> {
        let rows = self.sql.exec(
            "SELECT status, is_final, received_at, body FROM events WHERE transaction_key = ? ORDER BY seq",
            vec![key.into()],
        )?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(None);
        };
        let mut shown = last;
        let mut sent = None;
        for row in rows.iter().rev() {
            if row.get("is_final")? {
                shown = row;
            }
            let body: Option<&[u8]> = row.get("body")?;
            sent = sent.or_else(|| Callback::parse(body?).ok()?.currency_sent);
        }
        Ok(Some(Deposit {
            sent: sent.map(|sent| (sent.amount.as_str().to_owned(), sent.currency)),
            seen_at: first.get("received_at")?,
            status: shown.get("status")?,
            status_at: shown.get("received_at")?,
        }))
    }
}
