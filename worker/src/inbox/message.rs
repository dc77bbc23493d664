//! What the Worker and an inbox object tell each other.

use serde::{Deserialize, Serialize};

use super::{
    deposits::{Deposit, Sought},
    event::Arrival,
};

/// What an object is asked.
#[derive(Debug, Serialize, Deserialize)]
pub enum Asked {
    /// To store a callback.
    Store(Arrival),
    /// For events.
    List(Wanted),
    /// To deliver again what has this id, of an event or of a transaction.
    Redeliver(String),
    /// To drop the bodies of what has this id, of an event or of a transaction.
    Erase(String),
    /// What is known of deposits.
    Deposits(Sought),
    /// How many deliveries are given up.
    Parked(()),
}

/// Which events are to be listed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wanted {
    /// The number of the last event that is known.
    pub after: i64,
    /// At most so many.
    pub limit: u32,
    /// Only of this transaction.
    pub callback_id: Option<String>,
    /// Only in this state of delivery.
    pub state: Option<String>,
}

/// What an object tells.
#[derive(Debug, Serialize, Deserialize)]
pub enum Told {
    /// The callback is stored: the event's id, or none when the same bytes were there before.
    Stored(Option<String>),
    /// The events.
    Listed(Vec<Entry>),
    /// How many events have the id, and with how many of them it could be done.
    Found(u32, u32),
    /// The deposits.
    Deposits(Vec<Deposit>),
    /// So many deliveries are given up.
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
