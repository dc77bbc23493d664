//! Quotes: a rate that can be used once for a limited time. Lifetime and fee are **invented**, the lifetime as in the
//! CoinsPaid family.

use crate::{clock::Millis, decimal::Decimal, identity::Id};

/// The lifetime of a quote.
pub const LIFETIME: Millis = 60_000;

/// The most quotes in memory.
pub const CAPACITY: usize = 10_000;

/// A quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Its id.
    pub id: Id,
    /// Code of the currency to give.
    pub from_coin: &'static str,
    /// Code of the currency to receive.
    pub to_coin: &'static str,
    /// Code of the currency of the requested amount: one of the two.
    pub request_coin: &'static str,
    /// The requested amount.
    pub request_amount: Decimal,
    /// The amount to give.
    pub from_amount: Decimal,
    /// The amount to receive.
    pub to_amount: Decimal,
    /// The fee, already deducted from the amount to receive.
    pub fee_amount: Decimal,
    /// Code of the fee's currency, which is that to receive.
    pub fee_currency: &'static str,
    /// Units received for one unit given.
    pub rate: Decimal,
    /// The time at which it expires.
    pub expires: Millis,
    /// Whether it was carried out.
    pub used: bool,
}
