//! The inbox: every signed callback is stored before it is acknowledged, and delivered to the merchant by Durable Objects.
//!
//! Every distinct signed body is one event. Callbacks carry no time and may come late, twice, or changed, so:
//!
//! | what arrives | event |
//! | --- | --- |
//! | a transaction's `status` for the first time | `callback.received` |
//! | the same bytes again | none |
//! | other bytes for an (id, status) that is known | `callback.amended` |
//! | another final status than the transaction has, such as `confirmed` after `declined` | `callback.conflict` |
//! | a signed body without a readable id and status | `callback.unreadable` |
//!
//! A status that is not final and is delivered after a final one is marked `superseded`; it never changes the state shown.
//!
//! An event's id is derived from (id, status), or from the body's digest where that is what makes it an event. Pruning and
//! erasing drop a body, and never the row with the digest: so an old callback that is replayed years later is known.

mod backoff;
mod data;
pub mod deliveries;
pub mod deposits;
mod event;
pub mod handlers;
mod listing;
pub mod message;
pub mod schema;
mod settings;
pub mod shard;
pub mod webhook;

pub use event::{Arrival, address_key, customer_key, object_of};
pub use message::{Deposit, DepositQuery, Entry, EventQuery, Reply, Request};
pub use settings::{Inbox, Retention, Scale};

#[cfg(test)]
mod tests;
