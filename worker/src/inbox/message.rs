//! What the Worker and an inbox object tell each other.

use citrn::json::{Document, Json};
use serde::Serialize;

use super::{
    deposits::{Deposit, Sought},
    event::Arrival,
};

/// What an object is asked.
#[derive(Debug, Serialize)]
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
#[derive(Debug, Clone, Serialize)]
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
#[derive(Debug, Serialize)]
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
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Its number in the object.
    pub seq: i64,
    /// When it was received, in milliseconds since the epoch.
    pub at: i64,
    /// Its JSON text.
    pub json: String,
}

impl Asked {
    /// Reads what was written by [`Serialize`].
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let document = Document::parse(text).ok()?;
        let object = document.root().object()?;
        let (variant, value) = object.iter().next()?;
        match variant {
            "Store" => Arrival::read(value).map(Asked::Store),
            "List" => {
                let wanted = value.object()?;
                Some(Asked::List(Wanted {
                    after: number(wanted.get("after")?)?,
                    limit: number(wanted.get("limit")?)?,
                    callback_id: wanted.string("callback_id"),
                    state: wanted.string("state"),
                }))
            }
            "Redeliver" => value.string().map(Asked::Redeliver),
            "Erase" => value.string().map(Asked::Erase),
            "Deposits" => Sought::read(value).map(Asked::Deposits),
            "Parked" => Some(Asked::Parked(())),
            _ => None,
        }
    }
}

impl Told {
    /// Reads what was written by [`Serialize`].
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let document = Document::parse(text).ok()?;
        let object = document.root().object()?;
        let (variant, value) = object.iter().next()?;
        match variant {
            "Stored" => Some(Told::Stored(value.string())),
            "Listed" => value.array()?.into_iter().map(Entry::read).collect::<Option<_>>().map(Told::Listed),
            "Found" => {
                let numbers = value.array()?;
                Some(Told::Found(number(*numbers.first()?)?, number(*numbers.get(1)?)?))
            }
            "Deposits" => value.array()?.into_iter().map(Deposit::read).collect::<Option<_>>().map(Told::Deposits),
            "Parked" => number(value).map(Told::Parked),
            "Failed" => value.string().map(Told::Failed),
            _ => None,
        }
    }
}

impl Entry {
    fn read(json: Json<'_>) -> Option<Self> {
        let object = json.object()?;
        Some(Self { seq: number(object.get("seq")?)?, at: number(object.get("at")?)?, json: object.string("json")? })
    }
}

fn number<N: core::str::FromStr>(json: Json<'_>) -> Option<N> {
    json.as_str().parse().ok()
}
