//! A single-flight cache: only one request of an isolate at a time refreshes the value.
//!
//! On Workers a request cannot await the I/O of another one. So each waiter has its own promise, which the refreshing
//! request resolves, and the runtime resumes the waiter in its own context ([`Runtime::signal`]).

use core::{
    cell::{Cell, RefCell},
    fmt,
    pin::pin,
    time::Duration,
};
use std::rc::Rc;

use citrn::Platform;
use futures_util::future::select;

use crate::{
    bindings::{Runtime, Wake},
    clock::elapsed,
};

/// How long after its deadline a refresh counts as lost. The runtime can drop it silently.
pub const LOST_AFTER: Duration = Duration::from_secs(1);

/// A cached value, the start of its pending refresh, and the waiters for that.
pub struct SingleFlight<T> {
    value: Cell<Option<Rc<T>>>,
    refreshing_since: Cell<Option<Duration>>,
    waiters: RefCell<Vec<Wake>>,
}

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self { value: Cell::default(), refreshing_since: Cell::default(), waiters: RefCell::default() }
    }
}

impl<T> fmt::Debug for SingleFlight<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleFlight").field("refreshing_since", &self.refreshing_since.get()).finish_non_exhaustive()
    }
}

impl<T> SingleFlight<T> {
    /// Returns the latest value, if there is one.
    pub fn get(&self) -> Option<Rc<T>> {
        let value = self.value.take();
        self.value.set(value.clone());
        value
    }

    /// Starts a refresh, unless one is pending that is not lost.
    pub fn begin<P: Platform>(self: &Rc<Self>, platform: &P, deadline: Duration) -> Option<Refresh<T>> {
        let now = platform.now();
        match self.refreshing_since.get() {
            Some(since) if elapsed(platform, since) < deadline.saturating_add(LOST_AFTER) => None,
            _ => {
                self.refreshing_since.set(Some(now));
                Some(Refresh { cache: Rc::clone(self), since: now })
            }
        }
    }

    /// Waits until the pending refresh has ended, or until the timeout.
    pub async fn wait<P: Runtime>(&self, platform: &P, timeout: Duration) {
        if self.refreshing_since.get().is_none() {
            return;
        }
        let (wake, woken) = platform.signal();
        self.waiters.borrow_mut().push(wake);
        select(pin!(woken), pin!(platform.sleep(timeout))).await;
    }
}

/// A pending refresh. It ends when it is finished or dropped.
#[derive(Debug)]
pub struct Refresh<T> {
    cache: Rc<SingleFlight<T>>,
    since: Duration,
}

impl<T> Refresh<T> {
    /// Stores the value.
    pub fn finish(self, value: T) -> Rc<T> {
        let value = Rc::new(value);
        self.cache.value.set(Some(Rc::clone(&value)));
        value
    }
}

impl<T> Drop for Refresh<T> {
    fn drop(&mut self) {
        // A lost refresh that ends late must not end the next one.
        if self.cache.refreshing_since.get() == Some(self.since) {
            self.cache.refreshing_since.set(None);
            self.cache.waiters.take().into_iter().for_each(|wake| wake());
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::{join, join_all};

    use super::*;
    use crate::testing::Scripted;

    const DEADLINE: Duration = Duration::from_secs(10);
    const TIMEOUT: Duration = Duration::from_secs(1);

    fn cache() -> Rc<SingleFlight<u32>> {
        Rc::new(SingleFlight::default())
    }

    #[test]
    fn all_waiters_resume_when_the_refresh_ends() {
        let (platform, cache) = (Scripted::default(), cache());
        let refresh = cache.begin(&platform, DEADLINE).unwrap();
        assert!(cache.begin(&platform, DEADLINE).is_none());
        let refreshed = async {
            platform.sleep(Duration::from_millis(300)).await;
            refresh.finish(17)
        };
        platform.run(join(join_all((0..5).map(|_| cache.wait(&platform, TIMEOUT))), refreshed));
        assert_eq!((platform.clock(), cache.get().as_deref()), (Duration::from_millis(300), Some(&17)));
        platform.run(cache.wait(&platform, TIMEOUT));
        assert_eq!(platform.clock(), Duration::from_millis(300), "no refresh is pending");
    }

    #[test]
    fn a_waiter_waits_once_and_no_longer_than_its_timeout() {
        let (platform, cache) = (Scripted::default(), cache());
        let _refresh = cache.begin(&platform, DEADLINE).unwrap();
        platform.run(cache.wait(&platform, TIMEOUT));
        assert_eq!((platform.clock(), platform.timers(), cache.get()), (TIMEOUT, 1, None));
    }

    #[test]
    fn a_dropped_or_lost_refresh_allows_another() {
        let (platform, cache) = (Scripted::default(), cache());
        drop(cache.begin(&platform, DEADLINE));
        let lost = cache.begin(&platform, DEADLINE).unwrap();
        platform.pass(DEADLINE + LOST_AFTER);
        let next = cache.begin(&platform, DEADLINE).unwrap();
        drop(lost);
        assert!(cache.begin(&platform, DEADLINE).is_none(), "a lost refresh that ends late does not end the next one");
        next.finish(18);
        assert_eq!(cache.get().as_deref(), Some(&18));
    }
}
