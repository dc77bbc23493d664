//! The changes that a checkout object was notified of, and the waits for them.
//!
//! A change has a position. Both are only in memory: the positions of another run of the object are unknown, so a wait
//! after one ends immediately.

use core::{
    cell::{Cell, RefCell},
    pin::pin,
    time::Duration,
};
use std::collections::VecDeque;

use futures_util::future::select;

use crate::bindings::{Runtime, Wake};

/// The number of changes that an object remembers, for streams that are between two waits.
const MOST_REMEMBERED: usize = 256;

/// How long a wait lasts without a change. The waiter of a stream that was closed stays in memory for as long.
pub const WAIT: Duration = Duration::from_secs(60);

/// The number of positions of a run. More changes would have positions of another run, which is only possible for a run
/// with the same random number.
const RUN: i64 = 1 << 30;

/// A pending wait.
struct Waiter {
    number: i64,
    /// The keys whose changes end the wait.
    keys: Vec<String>,
    wake: Wake,
}

/// The changes of an object's run.
pub struct Changes {
    /// The position before the first change.
    start: i64,
    /// The position after the latest change.
    end: Cell<i64>,
    /// The keys of the latest changes, the latest last.
    latest: RefCell<VecDeque<String>>,
    waiters: RefCell<Vec<Waiter>>,
    /// The number of waits so far.
    waits: Cell<i64>,
}

impl Changes {
    /// Begins a run without changes, with a random number.
    pub fn new(run: u32) -> Self {
        let start = i64::from(run).saturating_mul(RUN);
        let (end, waits) = (Cell::new(start), Cell::default());
        Self { start, end, latest: RefCell::default(), waiters: RefCell::default(), waits }
    }

    /// Returns the position after the latest change.
    pub fn position(&self) -> i64 {
        self.end.get()
    }

    /// Records a change of a link, a customer or an address, by its key, and ends the waits for it.
    pub fn notify(&self, key: &str) {
        self.end.set(self.end.get().saturating_add(1));
        let mut latest = self.latest.borrow_mut();
        if latest.len() == MOST_REMEMBERED {
            latest.pop_front();
        }
        latest.push_back(key.to_owned());
        let is_affected = |waiter: &mut Waiter| waiter.keys.iter().any(|waiting| waiting == key);
        for waiter in self.waiters.borrow_mut().extract_if(.., is_affected) {
            (waiter.wake)();
        }
    }

    /// Waits for a change of one of the keys after a position. Returns whether there was one.
    pub async fn wait<P: Runtime>(&self, platform: &P, keys: Vec<String>, after: Option<i64>) -> bool {
        if self.may_have_changed(&keys, after) {
            return true;
        }
        let (wake, woken) = platform.signal();
        let number = self.waits.get();
        self.waits.set(number.saturating_add(1));
        self.waiters.borrow_mut().push(Waiter { number, keys, wake });
        select(pin!(woken), pin!(platform.sleep(WAIT))).await;
        // Not which future was first: a change at the same moment must not be lost.
        let mut waiters = self.waiters.borrow_mut();
        let Some(at) = waiters.iter().position(|waiter| waiter.number == number) else {
            return true;
        };
        // The future of a signal stays in memory until it is woken.
        (waiters.swap_remove(at).wake)();
        false
    }

    /// Whether one of the keys may have changed after a position.
    fn may_have_changed(&self, keys: &[String], after: Option<i64>) -> bool {
        let end = self.end.get();
        let latest = self.latest.borrow();
        let missed = after.filter(|after| (self.start..=end).contains(after)).map(|after| end.saturating_sub(after));
        match missed.and_then(|missed| usize::try_from(missed).ok()) {
            Some(missed) if missed <= latest.len() => latest.iter().rev().take(missed).any(|key| keys.contains(key)),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use citrn::Platform;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::Scripted;

    const KEYS: [&str; 3] = ["a", "b", "c"];

    fn keys(first: &str) -> Vec<String> {
        vec![first.to_owned(), "other".to_owned()]
    }

    #[test]
    fn a_wait_without_a_position_or_after_another_runs_position_ends_immediately() {
        let platform = Scripted::default();
        let changes = Changes::new(7);
        for after in [None, Some(0), Some(Changes::new(6).position()), Some(Changes::new(8).position())] {
            assert!(platform.run(changes.wait(&platform, keys("a"), after)), "{after:?}");
        }
        assert_eq!(platform.clock(), Duration::ZERO);
        assert!(changes.waiters.borrow().is_empty());
    }

    #[test]
    fn a_wait_ends_with_a_change_of_one_of_its_keys_or_after_a_minute() {
        let platform = Scripted::default();
        let changes = Changes::new(7);
        let wait = |after: Duration, key: &'static str| {
            let began = platform.clock();
            let notify = async {
                platform.sleep(after).await;
                changes.notify(key);
            };
            let position = Some(changes.position());
            let (is_changed, ()) =
                platform.run(futures_util::future::join(changes.wait(&platform, keys("a"), position), notify));
            (is_changed, platform.clock() - began)
        };
        let soon = Duration::from_secs(5);
        assert_eq!(wait(soon, "a"), (true, soon));
        assert_eq!(wait(soon, "other"), (true, soon));
        assert_eq!(wait(soon, "b"), (false, WAIT));
        assert_eq!(wait(WAIT, "a").1, WAIT);
        assert!(changes.waiters.borrow().is_empty());
    }

    #[test]
    fn a_change_that_is_no_longer_remembered_ends_a_wait() {
        let platform = Scripted::default();
        let changes = Changes::new(1);
        let position = Some(changes.position());
        changes.notify("a");
        (1..MOST_REMEMBERED).for_each(|_| changes.notify("b"));
        assert!(!platform.run(changes.wait(&platform, keys("c"), position)), "all changes are remembered");
        changes.notify("b");
        assert!(platform.run(changes.wait(&platform, keys("c"), position)));
    }

    proptest! {
        #[test]
        fn no_change_is_missed_between_two_waits(
            notified in prop::collection::vec(0..3usize, 0..600),
            at in 0..600usize,
        ) {
            let platform = Scripted::default();
            let changes = Changes::new(1);
            let at = at.min(notified.len());
            let (before, after) = notified.split_at(at);
            before.iter().for_each(|key| changes.notify(KEYS[*key]));
            let position = changes.position();
            after.iter().for_each(|key| changes.notify(KEYS[*key]));
            let is_changed = platform.run(changes.wait(&platform, keys("a"), Some(position)));
            let is_expected = after.contains(&0) || after.len() > MOST_REMEMBERED;
            prop_assert_eq!(is_changed, is_expected);
            prop_assert!(changes.latest.borrow().len() <= MOST_REMEMBERED);
        }
    }
}
