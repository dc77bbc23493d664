//! Deposits: seen, gathering confirmations, and then confirmed or cancelled.

use serde::Serialize;

use crate::{
    clock::{self, Millis},
    decimal::Decimal,
    deposit_address::DepositAddress,
    identity::Id,
    status::Status,
};

/// The exchange of a deposit on the fly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exchange {
    /// Such as `BTCUSDT`.
    pub ticker: String,
    /// Units got for one unit given.
    pub rate: Decimal,
    /// The worth of the deposit, with 8 decimals.
    pub exchanged: Decimal,
}

/// A deposit, as the control calls show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deposit {
    /// Its id, which callbacks repeat.
    pub id: Id,
    /// Id of the transaction on the blockchain.
    #[serde(skip)]
    pub transaction: Id,
    /// The type that callbacks name.
    pub r#type: &'static str,
    /// The state that it is in.
    pub status: Status,
    /// Where it came in, as the address was then.
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
    /// Confirmations that it has.
    pub confirmations: u32,
    /// Confirmations that it needs.
    #[serde(rename = "required_confirmations")]
    pub required: u32,
    /// Whether it gathers confirmations by itself.
    #[serde(skip)]
    pub automatic: bool,
    /// Id on the blockchain.
    pub txid: String,
    /// Who sent it.
    #[serde(skip)]
    pub sender: String,
    /// Why it was cancelled; else empty.
    pub error: String,
    /// When it was seen.
    #[serde(rename = "seen_at", serialize_with = "clock::serialize")]
    pub seen: Millis,
}

/// A deposit to be made.
#[derive(Debug, Clone)]
pub struct Order {
    /// Where to.
    pub address: DepositAddress,
    /// How much.
    pub amount: Decimal,
    /// Confirmations that it is seen with; `None` is enough of them.
    pub confirmations: Option<u32>,
    /// Whether it gathers confirmations by itself.
    pub automatic: bool,
}
