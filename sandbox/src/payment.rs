//! Redirect payments: sessions of the hosted payment page.
//!
//! Lifetime and statuses are **invented**: the documentation mentions only a session id and a redirect URL.

use serde::Serialize;

use crate::{
    clock::{self, MINUTE, Millis},
    identity::Id,
};

/// The lifetime of a session.
pub const LIFETIME: Millis = 30 * MINUTE;

/// The most sessions in memory.
pub const CAPACITY: usize = 10_000;

/// The state of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It can be paid.
    Open,
    /// It was paid.
    Paid,
    /// The payer cancelled it.
    Cancelled,
    /// It expired.
    Expired,
}

/// A session, as returned by the control calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// Its id, which is part of the redirect URL.
    #[serde(rename = "session_id")]
    pub id: Id,
    /// Its state, except for [`Status::Expired`], which depends on the time.
    pub status: Status,
    /// The merchant's id of the order or the customer.
    pub foreign_id: String,
    /// Code of the coin.
    #[serde(rename = "coin_name")]
    pub coin: &'static str,
    /// The customer's deposit address for the coin.
    pub address: String,
    /// The destination tag, if customers share an address.
    pub memo: Option<String>,
    /// The page to which the payer returns.
    pub return_url: String,
    /// UUID of the deposit that paid it.
    pub deposit_id: Option<String>,
    /// The time at which it was created.
    #[serde(rename = "created_at", serialize_with = "clock::serialize")]
    pub created: Millis,
    /// The time at which it expires.
    #[serde(rename = "expires_at", serialize_with = "clock::serialize")]
    pub expires: Millis,
}

impl Payment {
    /// Returns the session as of a time.
    pub fn at(&self, now: Millis) -> Self {
        let is_expired = self.status == Status::Open && now >= self.expires;
        Self { status: if is_expired { Status::Expired } else { self.status }, ..self.clone() }
    }
}
