//! Requests of the Worker to an inbox object, and its replies.
//!
//! Old and new versions exchange them during a deployment: names in JSON never change.

use serde::{Deserialize, Serialize};

use super::{
    deposits::{Deposit, DepositQuery},
    event::Arrival,
};

/// A request.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Stores a callback.
    Store(Arrival),
    /// Lists events.
    List(EventQuery),
    /// Delivers an event, or all of a transaction, again.
    Redeliver(String),
    /// Drops the body of an event, or all of a transaction.
    Erase(String),
    /// Queries deposits.
    Deposits(DepositQuery),
    /// Counts the deliveries that were given up.
    Parked(()),
}

/// A query for events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EventQuery {
    /// The number of the last event of the page before.
    pub after: i64,
    /// The maximum number of events.
    pub limit: u32,
    /// Only of this transaction.
    pub callback_id: Option<String>,
    /// Only in this state of delivery.
    pub state: Option<String>,
}

/// A reply to a request.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The callback is stored: the id of the event; none for a duplicate.
    Stored(Option<String>),
    /// The events.
    Listed(Vec<Entry>),
    /// How many events have the id, and how many of them were queued or erased.
    Found(u32, u32),
    /// The deposits.
    Deposits(Vec<Deposit>),
    /// How many deliveries were given up.
    Parked(u32),
    /// The database failed.
    Failed(String),
}

/// An event in a list.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Its number in the object.
    pub seq: i64,
    /// When it was received, in milliseconds since the epoch.
    pub at: i64,
    /// Its JSON text.
    pub json: String,
}
