//! The Durable Objects, and what every class of them does. The platform's part is in `edge/object.rs`.

use core::cell::Cell;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;

use super::sql::Failed;

/// A class of Durable Objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// Remembers what became of calls with an `Idempotency-Key` ([`crate::idempotency`]).
    Idempotency,
    /// Stores callbacks and delivers them ([`crate::inbox`]).
    Inbox,
    /// Keeps links to the checkout, and counts what payers begin ([`crate::checkout`]).
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

    /// How many objects there are. It never changes: what an object holds is found again by the same number.
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
    /// Which of the class, from 0.
    pub shard: u8,
}

impl Object {
    /// The object of a class that looks after what has this hash.
    #[must_use]
    pub fn of(namespace: Namespace, hash: &[u8; 32]) -> Self {
        let [first, ..] = hash;
        Self { namespace, shard: first % namespace.shards() }
    }

    /// The name by which the platform finds it.
    #[must_use]
    pub fn name(self) -> String {
        format!("shard-{}", self.shard)
    }
}

/// A Durable Object: it answers the Worker, and does by alarm what is due.
pub trait DurableObject {
    /// Answers a request of the Worker's own; `None` when it is none.
    fn answer(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Option<String>>;

    /// For when the alarm is to be set after a request, in milliseconds since the epoch, if it has to be earlier than it is.
    ///
    /// Where the answer waited for nothing after what it stored, that and the alarm are stored together or not at all.
    ///
    /// # Errors
    /// When the database refuses.
    fn new_alarm(&self) -> Result<Option<i64>, Failed>;

    /// Takes note that the alarm went off, and gives the time for the next one, in case this work is never finished.
    fn alarm_went_off(&self) -> i64;

    /// Does everything that is due, and gives the time of the next alarm, if there is something to come. It never fails:
    /// the runtime would call again a few times and then never more. What goes wrong is logged, and comes again.
    fn work(&self) -> LocalBoxFuture<'_, Option<i64>>;
}

/// For when the alarm of an object is set, as far as is known, in milliseconds since the epoch.
#[derive(Debug, Default)]
pub struct Alarm(Cell<Option<i64>>);

impl Alarm {
    /// For when to set it, so that what comes next is not missed; `None` when it is early enough as it is.
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

    /// Takes note that it is set for then, or to nothing.
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
