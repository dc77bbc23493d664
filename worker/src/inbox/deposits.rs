//! Queries of the checkout for deposits, by the merchant's id of the customer or by the address.
//!
//! Neither is stored in the clear for that. A key is dropped together with the body that it was taken from.

use citrn::{
    callback::{Callback, Status},
    hex,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Most deposits of one query: the latest, and as many older ones that are not final yet.
pub const MOST: u8 = 20;

/// Returns the key of a customer.
#[must_use]
pub fn customer_key(foreign_id: &str) -> String {
    hex::encode(&Sha256::digest(format!("citrn customer\0{foreign_id}")))
}

/// Returns the key of a deposit address. Customers can share an address and differ in the memo. Some coins write the same address
/// in capital letters or not.
#[must_use]
pub fn address_key(address: &str, memo: Option<&str>) -> String {
    let (address, memo) = (address.to_ascii_lowercase(), memo.unwrap_or_default());
    hex::encode(&Sha256::digest(format!("citrn address\0{address}\0{memo}")))
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
