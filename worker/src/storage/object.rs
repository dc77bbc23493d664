//! The Durable Objects, whatever their class. The platform's part is in `edge/object.rs`.

use core::cell::Cell;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;

use super::sql::Failed;

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
    /// The name of the binding.
    #[must_use]
    pub fn binding(self) -> &'static str {
        match self {
            Namespace::Idempotency => "IDEMPOTENCY",
            Namespace::Inbox => "INBOX",
            Namespace::Checkout => "CHECKOUT",
        }
    }

    /// The number of objects. It never changes: it decides which object holds what.
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
    /// Returns the object of a class that holds what has this hash.
    #[must_use]
    pub fn of(namespace: Namespace, hash: &[u8; 32]) -> Self {
        let [first, ..] = hash;
        Self { namespace, shard: first % namespace.shards() }
    }

    /// Its name on the platform.
    #[must_use]
    pub fn name(self) -> String {
        format!("shard-{}", self.shard)
    }
}

/// A Durable Object: it answers the Worker, and does what is due when its alarm fires.
pub trait DurableObject {
    /// Answers a message of the Worker; `None` when it is not one.
    fn answer(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Option<String>>;

    /// Returns the time to set the alarm to after a message, in milliseconds since the epoch, if it has to be earlier.
    ///
    /// If the answer has no await after its last write, that write and the alarm are stored together or not at all.
    ///
    /// # Errors
    /// When the database refuses.
    fn new_alarm(&self) -> Result<Option<i64>, Failed>;

    /// Notes that the alarm fired, and returns the time of the next one, in case the work is never finished.
    fn alarm_went_off(&self) -> i64;

    /// Does everything that is due, and returns the time of the next alarm, if there is one. It never fails, since the
    /// runtime stops after a few retries: errors are logged, and the work is due again.
    fn work(&self) -> LocalBoxFuture<'_, Option<i64>>;
}

/// The time of an object's alarm, as far as it is known, in milliseconds since the epoch.
#[derive(Debug, Default)]
pub struct Alarm(Cell<Option<i64>>);

impl Alarm {
    /// Returns the time to set it to, so that the next work is not missed; `None` when it is early enough.
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

    /// Notes that it is set to this time, or not set.
    pub fn is_at(&self, time: Option<i64>) {
        self.0.set(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_only_ever_moved_forward() {
        let alarm = Alarm::default();
        assert_eq!(alarm.before(None), None);
        assert_eq!(alarm.before(Some(20)), Some(20));
        assert_eq!(alarm.before(Some(20)), None);
        assert_eq!(alarm.before(Some(30)), None);
        assert_eq!(alarm.before(Some(10)), Some(10));
        assert!(alarm.is_set());
        alarm.is_at(None);
        assert!(!alarm.is_set());
        assert_eq!(alarm.before(Some(30)), Some(30));
    }
}
