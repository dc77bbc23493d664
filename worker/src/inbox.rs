//! The callback inbox: stores each signed callback before it is acknowledged, and delivers it to the merchant.
//!
//! Each distinct signed body is one event. Callbacks have no timestamp and can be late, repeated or changed, so:
//!
//! | callback | event |
//! | --- | --- |
//! | the first one with this status of its transaction | `callback.received` |
//! | a repetition, byte for byte | none |
//! | another body for a known (id, status) | `callback.amended` |
//! | a second final status of the transaction, such as `confirmed` after `declined` | `callback.conflict` |
//! | a signed body without a readable id and status | `callback.unreadable` |
//!
//! A status that is not final and is delivered after a final one is marked `superseded`. It never changes the
//! transaction's current status.
//!
//! An event's id is derived from (id, status), and for amended and unreadable events from the body's digest. Pruning
//! and erasing drop a body, but never the row with its digest, so a callback that is replayed years later is
//! recognised.

mod backfill;
mod backoff;
pub mod creations;
mod cursor;
mod data;
pub mod deliveries;
pub mod deposit_list;
pub mod deposits;
pub mod erasure;
mod event;
pub mod filter;
pub mod handlers;
pub mod listeners;
mod listing;
pub mod lists;
mod merge;
pub mod message;
pub mod pages;
pub mod redelivery;
pub mod schema;
mod settings;
pub mod shard;
pub mod stream;
mod subscriptions;
pub mod webhook;

pub use event::{Arrival, address_key, customer_key, object_of};
pub use filter::ListQuery;
pub use message::{Deposit, DepositQuery, Entry, Reply, Request};
pub use settings::{Inbox, Retention, Scale, Silence};

#[cfg(test)]
mod tests;
