//! Withdrawals: processing, possibly pending, then confirmed, cancelled or declined.

use serde::Serialize;

use crate::{
    clock::{self, Millis},
    decimal::Decimal,
    identity::Id,
    status::Status,
};

/// A withdrawal, as returned by the control calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    /// Its id, also in callbacks.
    pub id: Id,
    /// The id of its blockchain step in callbacks.
    #[serde(skip)]
    pub transaction: Id,
    /// The id of its exchange in callbacks, if there is one.
    #[serde(skip)]
    pub exchange_transaction: Id,
    /// Id of the receiver's address.
    #[serde(skip)]
    pub address_id: Id,
    /// The merchant's id of the withdrawal.
    pub foreign_id: String,
    /// Its type in replies and callbacks.
    pub r#type: &'static str,
    /// Its state.
    pub status: Status,
    /// The receiver's address.
    pub address: String,
    /// Destination tag.
    pub memo: Option<String>,
    /// The requested amount.
    pub amount: Decimal,
    /// Code of the debited currency.
    pub sender_currency: &'static str,
    /// The debited amount, without the fee.
    pub sender_amount: Decimal,
    /// Code of the receiver's currency.
    pub receiver_currency: &'static str,
    /// The amount that the receiver gets.
    pub receiver_amount: Decimal,
    /// Code of the fee's currency, which is the debited one.
    pub fee_currency: &'static str,
    /// The fee, debited in addition.
    pub fee_amount: Decimal,
    /// Whether its callback lacks the amounts, as some of the CoinsPaid family's do.
    #[serde(skip)]
    pub hides_amounts: bool,
    /// The blockchain's transaction id, after sending.
    pub txid: Option<String>,
    /// Why it is pending, or was cancelled or declined; otherwise empty.
    pub error: String,
    /// The time at which it was requested.
    #[serde(rename = "created_at", serialize_with = "clock::serialize")]
    pub created: Millis,
}

impl Withdrawal {
    /// Whether the receiver's currency differs from the debited one.
    pub fn has_exchange(&self) -> bool {
        self.sender_currency != self.receiver_currency
    }
}
