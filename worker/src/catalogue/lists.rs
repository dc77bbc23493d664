//! The gateway's lists of currencies and rates, cached at the edge.
//!
//! A list is fresh for a stated time; after that the gateway is called again, and while it cannot be reached the old list is
//! answered for up to a day, and says so. It is kept in two places: in the isolate, and in the edge cache, which the
//! isolates of a location share.

use core::{cell::OnceCell, time::Duration};
use std::rc::Rc;

use citrn::{
    CallOptions, Client, Endpoint, EndpointSpec, Platform,
    endpoint::Fields,
    endpoints::{ListCurrencies, ListRates},
    json::Document,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    auth::AUTHORIZATION,
    bindings::Runtime,
    checkout::coins::{self, Coin, Listed},
    clock::{elapsed, milliseconds, rfc3339},
    gateway,
    http::{Answer, Problem, Record, response::embeddable},
    settings::Settings,
    single_flight::{LOST_AFTER, SingleFlight},
};

/// How long an old list is better than none.
const USABLE: Duration = Duration::from_secs(86_400);

/// How long a failure of the gateway holds, so that it is not called by every request while it is down.
const FAILURE_HOLDS: Duration = Duration::from_secs(2);

/// The gateway's deadline when there is an old list to answer with.
const IMPATIENCE: Duration = Duration::from_secs(2);

/// Both lists.
#[derive(Debug)]
pub struct Catalogue {
    /// The currencies.
    pub currencies: CachedList,
    /// The rates.
    pub rates: CachedList,
}

impl Default for Catalogue {
    fn default() -> Self {
        let list = |spec, seconds| CachedList { spec, fresh: Duration::from_secs(seconds), latest: Rc::default() };
        Self { currencies: list(ListCurrencies::SPEC, 300), rates: list(ListRates::SPEC, 30) }
    }
}

/// A list, and how long it is fresh.
#[derive(Debug)]
pub struct CachedList {
    spec: &'static EndpointSpec,
    fresh: Duration,
    latest: Rc<SingleFlight<Found>>,
}

/// The outcome of a refresh.
#[derive(Debug)]
struct Found {
    /// The list, or the one before while the gateway fails.
    list: Result<List, Problem>,
    failed_at: Option<Duration>,
}

/// A list as the gateway gave it.
#[derive(Debug, Clone)]
struct List {
    at: Duration,
    data: Box<RawValue>,
    /// The coins of the currencies, once the checkout has parsed them.
    coins: OnceCell<Rc<[Coin]>>,
}

impl CachedList {
    /// Answers with the list. Fails if the gateway does and there is no list of the last day.
    pub async fn answer<P: Runtime>(&self, settings: &Settings<P>, record: &mut Record) -> Result<Answer, Problem> {
        let client = settings.client()?;
        let found = self.find(client, settings.deadline, record).await;
        let list = found.list.as_ref().map_err(Clone::clone)?;
        list.answer(elapsed(client.platform(), list.at), self.fresh)
    }

    /// Returns the coins of the currencies, which are parsed once.
    pub async fn coins<P: Runtime>(&self, settings: &Settings<P>, record: &mut Record) -> Result<Listed, Problem> {
        let client = settings.client()?;
        let found = self.find(client, settings.deadline, record).await;
        found.list.as_ref().map(|list| self.listed(list, client.platform())).map_err(Clone::clone)
    }

    /// Returns the coins of a fresh list that is cached here or at the edge. The gateway is not called.
    pub async fn cached_coins<P: Runtime>(&self, platform: &P) -> Option<Listed> {
        let listed = |list: &List| Some(self.listed(list, platform)).filter(|listed| listed.is_fresh);
        let here = self.latest.get().and_then(|found| listed(found.list.as_ref().ok()?));
        match here {
            Some(listed) => Some(listed),
            None => listed(&self.at_the_edge(platform).await?),
        }
    }

    fn listed(&self, list: &List, platform: &impl Platform) -> Listed {
        Listed { coins: list.coins(), is_fresh: elapsed(platform, list.at) < self.fresh }
    }

    async fn at_the_edge(&self, platform: &impl Runtime) -> Option<List> {
        List::read(&platform.cached(self.spec.path).await?)
    }

    async fn find<P: Runtime>(&self, client: &Client<P>, deadline: Duration, record: &mut Record) -> Rc<Found> {
        let platform = client.platform();
        let is_fresh = |list: &List| elapsed(platform, list.at) < self.fresh;
        let will_do = |found: &Found| match found.failed_at {
            Some(at) => elapsed(platform, at) < FAILURE_HOLDS,
            None => found.list.as_ref().is_ok_and(is_fresh),
        };
        let refresh = loop {
            if let Some(found) = self.latest.get().filter(|found| will_do(found)) {
                return found;
            }
            match self.latest.begin(platform, deadline) {
                Some(refresh) => break refresh,
                None => self.latest.wait(platform, deadline.saturating_add(LOST_AFTER)).await,
            }
        };
        let cached = self.at_the_edge(platform).await;
        let before = self.latest.get().and_then(|found| found.list.clone().ok());
        let is_usable = |list: &List| elapsed(platform, list.at) < USABLE;
        let older = [cached, before].into_iter().flatten().filter(is_usable).max_by_key(|list| list.at);
        if let Some(list) = older.clone().filter(is_fresh) {
            return refresh.finish(Found { list: Ok(list), failed_at: None });
        }
        let options = match older {
            Some(_) => {
                CallOptions { timeout: Some(deadline.min(IMPATIENCE)), max_retries: Some(0), ..CallOptions::default() }
            }
            None => CallOptions::default(),
        };
        refresh.finish(match self.call(client, options, record).await {
            Ok(list) => {
                platform.cache(self.spec.path, list.written(), USABLE).await;
                Found { list: Ok(list), failed_at: None }
            }
            Err(problem) => Found { list: older.ok_or(problem), failed_at: Some(platform.now()) },
        })
    }

    async fn call<P: Platform>(
        &self,
        client: &Client<P>,
        options: CallOptions<'_>,
        record: &mut Record,
    ) -> Result<List, Problem> {
        let reply = gateway::call(client, self.spec, &Fields::new(), options, record).await?;
        List::of(client.platform().now(), &reply.list()).ok_or_else(|| {
            gateway::unreadable("its list has a text, a name or a number that not every JSON reader accepts")
        })
    }
}

/// A list as the edge cache holds it.
#[derive(Serialize, Deserialize)]
struct Cached<'a> {
    /// Milliseconds since the epoch.
    at: u64,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// The body of an answer.
#[derive(Serialize)]
struct Page<'a> {
    data: &'a RawValue,
    as_of: String,
    stale: bool,
}

impl List {
    /// A list that can be embedded in an answer; `None` for one that would make it unreadable to some JSON readers.
    fn of(at: Duration, data: &str) -> Option<Self> {
        let data = embeddable(Document::parse(data).ok()?.root())?;
        Some(Self { at, data, coins: OnceCell::new() })
    }

    fn coins(&self) -> Rc<[Coin]> {
        let parse = || Document::parse(self.data.get()).map(|document| coins::of_list(document.root()));
        Rc::clone(self.coins.get_or_init(|| parse().unwrap_or_default().into()))
    }

    fn read(text: &str) -> Option<Self> {
        let Cached { at, data } = serde_json::from_str(text).ok()?;
        Self::of(Duration::from_millis(at), data.get())
    }

    fn written(&self) -> String {
        let at = u64::try_from(self.at.as_millis()).unwrap_or(u64::MAX);
        // Named fields can always be written.
        serde_json::to_string(&Cached { at, data: &self.data }).unwrap_or_default()
    }

    fn answer(&self, age: Duration, fresh: Duration) -> Result<Answer, Problem> {
        let stale = age >= fresh;
        let page = Page { data: &self.data, as_of: rfc3339(milliseconds(self.at)), stale };
        let answer = Answer::json(200, &page)?
            .with("Age", age.as_secs().to_string())
            // RFC 9110, section 12.5.5: without it a cache could answer a request that has no token.
            .with("Vary", AUTHORIZATION);
        // Only the caller itself may keep it: it is for holders of a token.
        Ok(if stale { answer } else { answer.kept_for(fresh.saturating_sub(Duration::from_secs(age.as_secs()))) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CACHED: &str = include_str!("../../tests/golden/cached-lists.jsonl");

    #[test]
    fn cached_lists_are_written_and_read_as_before() {
        let list = |at, data: &str| List::of(Duration::from_millis(at), data).unwrap();
        let lists = [list(0, "[]"), list(1_790_000_000_000, r#"[{ "currency":"A\u0041","rate":1.50,"max":1e300 }]"#)];
        let written: String = lists.iter().map(|list| list.written() + "\n").collect();
        assert_eq!(written, CACHED);
        let read: String = CACHED.lines().map(|line| List::read(line).unwrap().written() + "\n").collect();
        assert_eq!(read, CACHED);
        assert!(List::read(r#"{"at":0,"data":[{"a":1,"a":1}]}"#).is_none());
        assert!(List::read(r#"{"data":[],"more":null,"at":1}"#).is_some());
    }
}
