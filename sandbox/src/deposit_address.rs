//! The deposit addresses that customers were given: one for each customer and currency, for life.

use std::collections::BTreeMap;

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

/// Every deposit address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DepositAddresses {
    by_customer: BTreeMap<(String, &'static str), DepositAddress>,
    /// Keyed by address, then memo; empty where there is none.
    customers: BTreeMap<(String, String), (String, &'static str)>,
}

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
        let customer = (foreign_id.to_owned(), coin.code);
        if !self.by_customer.contains_key(&customer) {
            let shared = network.needs_memo();
            let owner = if shared { "" } else { foreign_id };
            let address = network.encode(&identity.derive("address", &[coin.code, owner]))?;
            let id = identity.draw();
            let memo = shared.then(|| (100_000 + id.serial).to_string());
            self.customers.insert((address.clone(), memo.clone().unwrap_or_default()), customer.clone());
            let taken = DepositAddress {
                id,
                coin: coin.code,
                foreign_id: foreign_id.to_owned(),
                address,
                memo,
                convert_to: None,
            };
            self.by_customer.insert(customer.clone(), taken);
        }
        self.by_customer.get_mut(&customer)
    }

    /// The address that a customer was given for a coin.
    pub fn of_customer(&self, foreign_id: &str, coin: &str) -> Option<&DepositAddress> {
        self.by_customer
            .range((foreign_id.to_owned(), "")..)
            .take_while(|((customer, _), _)| customer == foreign_id)
            .find(|((_, code), _)| *code == coin)
            .map(|(_, address)| address)
    }

    /// The deposit address behind an address and, where customers share it, a memo.
    pub fn find(&self, address: &str, memo: &str) -> Option<&DepositAddress> {
        let customer = self.customers.get(&(address.to_owned(), memo.to_owned()))?;
        self.by_customer.get(customer)
    }
}
