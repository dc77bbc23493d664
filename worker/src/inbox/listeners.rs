//! Notifies other objects of deposits, as soon as an event is stored. Notifications are only in memory, so a crash of
//! the inbox object loses those that are still to be sent.

use core::{cell::RefCell, time::Duration};
use std::rc::Rc;

use crate::{bindings::Runtime, http::log};
use futures_util::{FutureExt, future::LocalBoxFuture};

/// The time between two notifications of an object. Keys that change meanwhile are sent together.
const PAUSE: Duration = Duration::from_millis(250);

/// The time before a failed notification is repeated.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// The number of attempts to send a notification.
const ATTEMPTS: u32 = 3;

/// The number of keys that wait for an object. More are dropped: the object is stuck, and its streams query from time
/// to time.
const MOST_PENDING: usize = 1_000;

/// Receives notifications.
pub trait DepositListener {
    /// Sends an object the keys of customers and addresses whose deposits changed.
    fn notify(&self, object: u8, keys: Vec<String>) -> LocalBoxFuture<'static, Result<(), String>>;
}

/// The notifications that are still to be sent.
pub(super) struct Notifications<P> {
    platform: P,
    listener: Box<dyn DepositListener>,
    /// The objects that have a running task, and their keys.
    pending: RefCell<Vec<(u8, Vec<String>)>>,
}

impl<P: Runtime> Notifications<P> {
    pub(super) fn new(platform: P, listener: Box<dyn DepositListener>) -> Self {
        Self { platform, listener, pending: RefCell::default() }
    }

    /// Queues a notification. Returns immediately.
    pub(super) fn add(self: &Rc<Self>, object: u8, key: &str) {
        let mut pending = self.pending.borrow_mut();
        match pending.iter_mut().find(|(other, _)| *other == object) {
            Some((_, keys)) if keys.len() >= MOST_PENDING || keys.iter().any(|other| other == key) => {}
            Some((_, keys)) => keys.push(key.to_owned()),
            None => {
                pending.push((object, vec![key.to_owned()]));
                self.platform.keep_alive(Rc::clone(self).send(object).boxed_local());
            }
        }
    }

    /// Sends an object its keys until there are no more.
    async fn send(self: Rc<Self>, object: u8) {
        let mut failures: u32 = 0;
        while let Some(keys) = self.take(object) {
            let result = self.listener.notify(object, keys.clone()).await;
            let Err(why) = result else {
                failures = 0;
                self.platform.sleep(PAUSE).await;
                continue;
            };
            failures = failures.saturating_add(1);
            if failures < ATTEMPTS {
                keys.iter().for_each(|key| self.add(object, key));
            } else {
                failures = 0;
                self.platform.log(&log::failure("inbox", &format!("a notification of a deposit failed: {why}")));
            }
            self.platform.sleep(RETRY_PAUSE).await;
        }
    }

    /// Takes the keys for an object. Without any, its task ends.
    fn take(&self, object: u8) -> Option<Vec<String>> {
        let mut pending = self.pending.borrow_mut();
        let at = pending.iter().position(|(other, _)| *other == object)?;
        let keys = pending.get_mut(at).map(|(_, keys)| core::mem::take(keys)).filter(|keys| !keys.is_empty());
        if keys.is_none() {
            pending.swap_remove(at);
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use citrn::Platform;

    use super::*;
    use crate::testing::Scripted;

    /// A listener that does not answer for a minute, and the number of keys that it received in a notification at most.
    struct Stuck(Scripted, Rc<Cell<usize>>);

    impl DepositListener for Stuck {
        fn notify(&self, _: u8, keys: Vec<String>) -> LocalBoxFuture<'static, Result<(), String>> {
            let (platform, most) = (self.0.clone(), Rc::clone(&self.1));
            async move {
                most.set(most.get().max(keys.len()));
                platform.sleep(Duration::from_secs(60)).await;
                Err("no answer".to_owned())
            }
            .boxed_local()
        }
    }

    #[test]
    fn the_notifications_of_a_stuck_object_do_not_pile_up() {
        let (platform, most) = (Scripted::default(), Rc::new(Cell::new(0)));
        platform.logged();
        let listener = Box::new(Stuck(platform.clone(), Rc::clone(&most)));
        let notifications = Rc::new(Notifications::new(platform.clone(), listener));
        let notify = |first: usize| {
            for number in first..first + 2 * MOST_PENDING {
                notifications.add(1, &number.to_string());
            }
            platform.run(platform.sleep(Duration::from_secs(62)));
        };
        notify(0);
        notify(1_000_000);
        assert_eq!(most.get(), MOST_PENDING);
        platform.run(platform.sleep(Duration::from_secs(600)));
        assert!(notifications.pending.borrow().is_empty());
        assert!(!platform.logged().is_empty());
    }
}
