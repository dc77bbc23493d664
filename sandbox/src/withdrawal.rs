//! Withdrawals: under way, and then confirmed or cancelled.

use serde::Serialize;

use crate::{
    clock::{self, Millis},
    decimal::Decimal,
    identity::Id,
    status::Status,
};

/// A withdrawal, as the control calls show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    /// Its id, which callbacks repeat.
    pub id: Id,
    /// Id of the transaction on the blockchain.
    #[serde(skip)]
    pub transaction: Id,
    /// Id of the exchange before it, where there is one.
    #[serde(skip)]
    pub exchange_transaction: Id,
    /// Id of the receiver's address.
    #[serde(skip)]
    pub address_id: Id,
    /// The merchant's id of it.
    pub foreign_id: String,
    /// The type that replies and callbacks name.
    pub r#type: &'static str,
    /// The state that it is in.
    pub status: Status,
    /// The receiver's address.
    pub address: String,
    /// Destination tag.
    pub memo: Option<String>,
    /// The amount as requested.
    pub amount: Decimal,
    /// Code of the currency that is debited.
    pub sender_currency: &'static str,
    /// The debited amount, without the fee.
    pub sender_amount: Decimal,
    /// Code of the currency that the receiver gets.
    pub receiver_currency: &'static str,
    /// The amount that the receiver gets.
    pub receiver_amount: Decimal,
    /// Code of the currency of the fee: the debited one.
    pub fee_currency: &'static str,
    /// The fee, debited on top.
    pub fee_amount: Decimal,
    /// Id on the blockchain, once it is there.
    pub txid: Option<String>,
    /// Why it was cancelled; else empty.
    pub error: String,
    /// When it was requested.
    #[serde(rename = "created_at", serialize_with = "clock::serialize")]
    pub created: Millis,
}

impl Withdrawal {
    /// Whether the receiver gets another currency than the one that is debited.
    pub fn exchanges(&self) -> bool {
        self.sender_currency != self.receiver_currency
    }
}
