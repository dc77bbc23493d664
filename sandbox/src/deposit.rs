//! Deposits: seen, then confirmed or cancelled.

use serde::Serialize;

use crate::{
    clock::{self, Millis},
    decimal::Decimal,
    deposit_address::DepositAddress,
    identity::Id,
    status::Status,
};

/// The exchange of a deposit on arrival.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exchange {
    /// The ticker, such as `BTCUSDT`.
    pub ticker: String,
    /// Units received for one unit given.
    pub rate: Decimal,
    /// The value of the deposit, with 8 decimals.
    pub exchanged: Decimal,
}

/// A deposit, as returned by the control calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deposit {
    /// Its id, also in callbacks.
    pub id: Id,
    /// The id of its blockchain step in callbacks.
    #[serde(skip)]
    pub transaction: Id,
    /// Its type in callbacks.
    pub r#type: &'static str,
    /// Its state.
    pub status: Status,
    /// Code of the currency for which its address was taken, if it is another one.
    #[serde(rename = "expected_currency", skip_serializing_if = "Option::is_none")]
    pub expected_coin: Option<&'static str>,
    /// Its address, as it was when the deposit arrived.
    #[serde(flatten)]
    pub address: DepositAddress,
    /// The amount that was sent.
    pub amount: Decimal,
    /// Code of the currency that is credited.
    #[serde(rename = "received_currency")]
    pub received_coin: &'static str,
    /// Decimals of the currency that is credited.
    #[serde(skip)]
    pub received_precision: u8,
    /// The credited amount, before the fee.
    #[serde(rename = "received_amount")]
    pub received: Decimal,
    /// The credited amount.
    #[serde(rename = "received_amount_minus_fee")]
    pub received_after_fee: Decimal,
    /// The exchange, if the address has one.
    pub exchange: Option<Exchange>,
    /// Its confirmations so far.
    pub confirmations: u32,
    /// The confirmations that make it final.
    #[serde(rename = "required_confirmations")]
    pub required: u32,
    /// Whether it gets confirmations automatically.
    #[serde(skip)]
    pub automatic: bool,
    /// The blockchain's transaction id.
    pub txid: String,
    /// The sender's address.
    #[serde(skip)]
    pub sender: String,
    /// Why it was cancelled, otherwise empty.
    pub error: String,
    /// The time at which it was seen.
    #[serde(rename = "seen_at", serialize_with = "clock::serialize")]
    pub seen: Millis,
}

/// An order to make a deposit.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its address.
    pub address: DepositAddress,
    /// Code of the currency for which the address was taken, if another one is sent.
    pub expected_coin: Option<&'static str>,
    /// Whether a callback reports an amount below the minimum, which the CoinsPaid family's merchants can switch on.
    pub reports_minimum: bool,
    /// The amount.
    pub amount: Decimal,
    /// Confirmations at the start; `None` for all that are required.
    pub confirmations: Option<u32>,
    /// Whether it gets confirmations automatically.
    pub automatic: bool,
}
