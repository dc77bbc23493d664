//! The interface of Durable Objects. `edge/object.rs` connects it to the platform.

use core::cell::Cell;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;

use super::sql::DatabaseError;

/// A class of Durable Objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// Stores the outcomes of calls with an `Idempotency-Key` ([`crate::idempotency`]).
    Idempotency,
    /// Stores callbacks and delivers them ([`crate::inbox`]).
    Inbox,
    /// Stores links to the checkout, and counts the sessions of payers ([`crate::checkout`]).
    Checkout,
}

impl Namespace {
    /// Returns the name of the binding.
    #[must_use]
    pub fn binding(self) -> &'static str {
        match self {
            Namespace::Idempotency => "IDEMPOTENCY",
            Namespace::Inbox => "INBOX",
            Namespace::Checkout => "CHECKOUT",
        }
    }

    /// Returns the number of objects. It never changes, since it decides which object stores a key.
    #[must_use]
    pub fn shards(self) -> u8 {
        match self {
            Namespace::Idempotency | Namespace::Checkout => 16,
            Namespace::Inbox => 8,
        }
    }
}

/// One Durable Object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Object {
    /// Its class.
    pub namespace: Namespace,
    /// Its number in the class, from 0.
    pub shard: u8,
}

impl Object {
    /// Returns the object of a class that stores the data for a hash.
    #[must_use]
    pub fn of(namespace: Namespace, hash: &[u8; 32]) -> Self {
        let [first, ..] = hash;
        Self { namespace, shard: first % namespace.shards() }
    }

    /// Returns its name on the platform.
    #[must_use]
    pub fn name(self) -> String {
        format!("shard-{}", self.shard)
    }
}

/// A Durable Object: it answers the Worker, and performs due work when its alarm fires.
pub trait DurableObject {
    /// Answers a message from the Worker; `None` for any other text.
    fn answer(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Option<String>>;

    /// Returns the new time of the alarm after a message, in milliseconds since the epoch, if it has to be earlier.
    ///
    /// If the answer has no await after its last write, that write and the alarm are stored atomically.
    ///
    /// # Errors
    /// When the database refuses.
    fn new_alarm(&self) -> Result<Option<i64>, DatabaseError>;

    /// Records that the alarm fired, and returns the time of a backup alarm in case the work never finishes.
    fn alarm_fired(&self) -> i64;

    /// Performs all due work, and returns the time of the next alarm, if any. It never fails, since the runtime gives
    /// up after a few retries: errors are logged, and the work stays due.
    fn work(&self) -> LocalBoxFuture<'_, Option<i64>>;
}

/// The time of an object's alarm, if it is known, in milliseconds since the epoch.
#[derive(Debug, Default)]
pub struct Alarm(Cell<Option<i64>>);

impl Alarm {
    /// Moves the alarm to an earlier time and returns that; `None` if it is early enough.
    pub fn before(&self, next: Option<i64>) -> Option<i64> {
        let next = next?;
        if self.0.get().is_some_and(|at| at <= next) {
            return None;
        }
        self.0.set(Some(next));
        Some(next)
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.0.get().is_some()
    }

    /// Records the time of the alarm.
    pub fn set(&self, time: Option<i64>) {
        self.0.set(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_only_moves_to_an_earlier_time() {
        let alarm = Alarm::default();
        assert_eq!(alarm.before(None), None);
        assert_eq!(alarm.before(Some(20)), Some(20));
        assert_eq!(alarm.before(Some(20)), None);
        assert_eq!(alarm.before(Some(30)), None);
        assert_eq!(alarm.before(Some(10)), Some(10));
        assert!(alarm.is_set());
        alarm.set(None);
        assert!(!alarm.is_set());
        assert_eq!(alarm.before(Some(30)), Some(30));
    }
}
