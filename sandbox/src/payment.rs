//! Redirect payments: sessions of the hosted payment page.
//!
//! Lifetime and statuses are **invented**: the documentation names a session id and a redirect URL and nothing else.

use serde::Serialize;

use crate::{
    clock::{self, MINUTE, Millis},
    identity::Id,
};

/// How long a session can be paid.
pub const LIFETIME: Millis = 30 * MINUTE;

/// Sessions that are remembered.
pub const CAPACITY: usize = 10_000;

/// The state of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It can be paid.
    Open,
    /// It was paid.
    Paid,
    /// The payer gave up.
    Cancelled,
    /// Its time is over.
    Expired,
}

/// A session, as the control calls show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// Its id, which is part of the redirect URL.
    #[serde(rename = "session_id")]
    pub id: Id,
    /// The state that it is in, but for [`Status::Expired`], which depends on the time.
    pub status: Status,
    /// The merchant's id of the user who pays.
    pub foreign_id: String,
    /// Code of the coin.
    #[serde(rename = "coin_name")]
    pub coin: &'static str,
    /// The user's deposit address for the coin.
    pub address: String,
    /// The destination tag, where users share an address.
    pub memo: Option<String>,
    /// Where the payer goes afterwards.
    pub return_url: String,
    /// UUID of the deposit that it was paid with.
    pub deposit_id: Option<String>,
    /// When it was created.
    #[serde(rename = "created_at", serialize_with = "clock::serialize")]
    pub created: Millis,
    /// When it can no longer be paid.
    #[serde(rename = "expires_at", serialize_with = "clock::serialize")]
    pub expires: Millis,
}

impl Payment {
    /// The session as it is at a moment.
    pub fn at(&self, now: Millis) -> Self {
        let is_expired = self.status == Status::Open && now >= self.expires;
        Self { status: if is_expired { Status::Expired } else { self.status }, ..self.clone() }
    }
}
