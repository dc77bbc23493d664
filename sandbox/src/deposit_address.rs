//! The deposit addresses that customers were given: one for each customer and currency, for life.

use std::collections::{BTreeMap, btree_map::Entry};

use serde::Serialize;

use crate::{
    address::Network,
    coin::Coin,
    identity::{Id, Identity},
};

/// A deposit address, as the control calls show it with each deposit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DepositAddress {
    /// The gateway's id of it.
    #[serde(skip)]
    pub id: Id,
    /// The merchant's id of the customer.
    pub foreign_id: String,
    /// Code of the coin.
    #[serde(rename = "currency")]
    pub coin: &'static str,
    /// The address.
    pub address: String,
    /// The destination tag, where customers share an address.
    pub memo: Option<String>,
    /// Code of the currency into which deposits are exchanged.
    #[serde(skip)]
    pub convert_to: Option<&'static str>,
}

/// Every deposit address, by customer and code of the coin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DepositAddresses(BTreeMap<String, BTreeMap<&'static str, DepositAddress>>);

impl DepositAddresses {
    /// The address of a customer for a coin: the one that was given before, or a new one.
    /// `None` only if the address could not be encoded.
    pub fn take(
        &mut self,
        identity: &mut Identity,
        coin: &Coin,
        network: Network,
        foreign_id: &str,
    ) -> Option<&mut DepositAddress> {
        match self.0.entry(foreign_id.to_owned()).or_default().entry(coin.code) {
            Entry::Occupied(taken) => Some(taken.into_mut()),
            Entry::Vacant(free) => {
                let shared = network.needs_memo();
                let owner = if shared { "" } else { foreign_id };
                let address = network.encode(&identity.derive("address", &[coin.code, owner]))?;
                let id = identity.draw();
                let memo = shared.then(|| (100_000 + id.serial).to_string());
                let foreign_id = foreign_id.to_owned();
                Some(free.insert(DepositAddress { id, foreign_id, coin: coin.code, address, memo, convert_to: None }))
            }
        }
    }

    /// The address that a customer was given for a coin.
    pub fn of_customer(&self, foreign_id: &str, coin: &str) -> Option<&DepositAddress> {
        self.0.get(foreign_id)?.get(coin)
    }

    /// The deposit address behind an address and, where customers share it, a memo.
    pub fn find(&self, address: &str, memo: &str) -> Option<&DepositAddress> {
        let mut all = self.0.values().flat_map(BTreeMap::values);
        all.find(|taken| taken.address == address && taken.memo.as_deref().unwrap_or_default() == memo)
    }
}
