//! Quotes: a rate that is held for a while and used once. Lifetime and fee are **invented**, the former after a
//! sibling.

use serde::Serialize;

use crate::{
    clock::{self, Millis},
    decimal::Decimal,
    identity::Id,
};

/// How long a quote can be carried out.
pub const LIFETIME: Millis = 60_000;

/// Quotes that are remembered.
pub const CAPACITY: usize = 10_000;

/// A quote, as the API shows it. Only `quote_id` is documented; the rest is **invented**.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// Its id.
    #[serde(rename = "quote_id")]
    pub id: Id,
    /// Code of the currency that is given.
    pub from_coin: &'static str,
    /// Code of the currency that is got.
    pub to_coin: &'static str,
    /// Code of the currency of the requested amount: one of the two.
    pub request_coin: &'static str,
    /// The requested amount.
    pub request_amount: Decimal,
    /// The amount that is given.
    pub from_amount: Decimal,
    /// The amount that is got.
    pub to_amount: Decimal,
    /// The fee, taken from the amount that is got.
    pub fee_amount: Decimal,
    /// Code of the currency of the fee: the one that is got.
    pub fee_currency: &'static str,
    /// Units got for one unit given.
    pub rate: Decimal,
    /// When it can no longer be carried out.
    #[serde(rename = "expires_at", serialize_with = "clock::serialize")]
    pub expires: Millis,
    /// Whether it was carried out.
    #[serde(skip)]
    pub used: bool,
}
