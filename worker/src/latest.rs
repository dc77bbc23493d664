//! What was found latest: looked for again when it is too old, by one request of an isolate at a time.

use core::{cell::Cell, fmt, time::Duration};
use std::rc::Rc;

use citrn::Platform;

use crate::gateway::elapsed;

/// How often somebody who waits for another's search looks whether it is over.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// How much longer than its deadline a search may seem to run before it counts as lost: the runtime drops a request
/// whose caller is gone without a word.
const LOST_AFTER: Duration = Duration::from_secs(1);

/// The latest finding, and since when somebody is looking for a newer one.
pub struct Latest<T> {
    found: Cell<Option<Rc<T>>>,
    looking_since: Cell<Option<Duration>>,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self { found: Cell::default(), looking_since: Cell::default() }
    }
}

impl<T> fmt::Debug for Latest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Latest").field("looking_since", &self.looking_since.get()).finish_non_exhaustive()
    }
}

impl<T> Latest<T> {
    /// The latest finding, if there is one.
    pub fn get(&self) -> Option<Rc<T>> {
        let found = self.found.take();
        self.found.set(found.clone());
        found
    }

    /// The latest finding if it will do, else what `look` finds. Of any number at once, one looks; the others wait for it,
    /// and look themselves when it is lost, or found nothing that will do.
    pub async fn get_or_look<P: Platform>(
        &self,
        platform: &P,
        deadline: Duration,
        will_do: impl Fn(&T) -> bool,
        look: impl AsyncFnOnce() -> T,
    ) -> Rc<T> {
        loop {
            if let Some(found) = self.get().filter(|found| will_do(found)) {
                return found;
            }
            match self.looking_since.get() {
                Some(since) if elapsed(platform, since) < deadline + LOST_AFTER => platform.sleep(LOOK_EVERY).await,
                _ => break,
            }
        }
        self.looking_since.set(Some(platform.now()));
        let _search = Search(&self.looking_since);
        let found = Rc::new(look().await);
        self.found.set(Some(Rc::clone(&found)));
        found
    }
}

/// A search that is over when it is dropped: somebody who waits no longer drops it half-way.
struct Search<'a>(&'a Cell<Option<Duration>>);

impl Drop for Search<'_> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}
