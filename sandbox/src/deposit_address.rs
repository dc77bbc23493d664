//! Deposit addresses of customers: one per customer and currency, which never changes.

use std::collections::{BTreeMap, btree_map::Entry};

use serde::Serialize;

use crate::{
    address::Network,
    coin::Coin,
    identity::{Id, Identity},
};

/// A deposit address, as returned by the control calls with each deposit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DepositAddress {
    /// Its id at the gateway.
    #[serde(skip)]
    pub id: Id,
    /// The merchant's id of the customer.
    pub foreign_id: String,
    /// Code of the coin.
    #[serde(rename = "currency")]
    pub coin: &'static str,
    /// The address.
    pub address: String,
    /// The destination tag, if customers share an address.
    pub memo: Option<String>,
    /// Code of the currency into which deposits are exchanged.
    #[serde(skip)]
    pub convert_to: Option<&'static str>,
}

/// All deposit addresses, by customer and code of the coin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DepositAddresses(BTreeMap<String, BTreeMap<&'static str, DepositAddress>>);

impl DepositAddresses {
    /// Returns the address of a customer for a coin, and creates it if there is none. `None` only if the address could
    /// not be encoded.
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

    /// Returns the address of a customer for a coin, if there is one.
    pub fn of_customer(&self, foreign_id: &str, coin: &str) -> Option<&DepositAddress> {
        self.0.get(foreign_id)?.get(coin)
    }

    /// Finds a deposit address by address and, if customers share it, memo.
    pub fn find(&self, address: &str, memo: &str) -> Option<&DepositAddress> {
        let mut all = self.0.values().flat_map(BTreeMap::values);
        all.find(|taken| taken.address == address && taken.memo.as_deref().unwrap_or_default() == memo)
    }
}
