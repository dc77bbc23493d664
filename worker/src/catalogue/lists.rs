//! The gateway's lists of currencies and rates, cached at the edge.
//!
//! A list is refreshed once it is older than its maximum age. If the gateway fails, the old list is served for up to a
//! day, marked as stale. The isolate caches a list in memory, and the isolates of a location share the edge cache.

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
    checkout::{
        coin_list::{self, CoinList},
        coins::Coin,
    },
    clock::{elapsed, milliseconds, rfc3339},
    gateway,
    http::{Answer, Problem, Record, response::embeddable},
    settings::Settings,
    single_flight::{LOST_AFTER, SingleFlight},
};

/// The age up to which a stale list is served.
const MAX_STALE: Duration = Duration::from_secs(86_400);

/// How long a failure is cached, so that an outage of the gateway does not make every request call it.
const FAILURE_MAX_AGE: Duration = Duration::from_secs(2);

/// The timeout of a refresh if a stale list is available.
const STALE_TIMEOUT: Duration = Duration::from_secs(2);

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
        let list = |spec, seconds| CachedList { spec, max_age: Duration::from_secs(seconds), cache: Rc::default() };
        Self { currencies: list(ListCurrencies::SPEC, 300), rates: list(ListRates::SPEC, 30) }
    }
}

/// A cached list with a maximum age.
#[derive(Debug)]
pub struct CachedList {
    spec: &'static EndpointSpec,
    max_age: Duration,
    cache: Rc<SingleFlight<RefreshResult>>,
}

/// The outcome of a refresh.
#[derive(Debug)]
struct RefreshResult {
    /// The new list, or the previous one if the gateway failed.
    list: Result<List, Problem>,
    failed_at: Option<Duration>,
}

/// A list as the gateway returned it.
#[derive(Debug, Clone)]
struct List {
    at: Duration,
    data: Box<RawValue>,
    /// The coins of the list, parsed on first use by the checkout.
    coins: OnceCell<Rc<[Coin]>>,
}

impl CachedList {
    /// Answers with the list. Fails if the gateway fails and no list of the last day is cached.
    pub async fn answer<P: Runtime>(&self, settings: &Settings<P>, record: &mut Record) -> Result<Answer, Problem> {
        let client = settings.client()?;
        let refreshed = self.current(client, settings.deadline, record).await;
        let list = refreshed.list.as_ref().map_err(Clone::clone)?;
        list.answer(elapsed(client.platform(), list.at), self.max_age)
    }

    /// Returns the coins of the list.
    pub async fn coins<P: Runtime>(&self, settings: &Settings<P>, record: &mut Record) -> Result<CoinList, Problem> {
        let client = settings.client()?;
        let refreshed = self.current(client, settings.deadline, record).await;
        refreshed.list.as_ref().map(|list| self.coin_list(list, client.platform())).map_err(Clone::clone)
    }

    /// Returns the coins of a fresh list in either cache, without a call to the gateway.
    pub async fn cached_coins<P: Runtime>(&self, platform: &P) -> Option<CoinList> {
        let fresh_coins = |list: &List| Some(self.coin_list(list, platform)).filter(|coins| coins.is_fresh);
        let in_memory = self.cache.get().and_then(|refreshed| fresh_coins(refreshed.list.as_ref().ok()?));
        match in_memory {
            Some(coins) => Some(coins),
            None => fresh_coins(&self.read_edge_cache(platform).await?),
        }
    }

    fn coin_list(&self, list: &List, platform: &impl Platform) -> CoinList {
        CoinList { coins: list.coins(), is_fresh: elapsed(platform, list.at) < self.max_age }
    }

    async fn read_edge_cache(&self, platform: &impl Runtime) -> Option<List> {
        List::read(&platform.read_cache(self.spec.path).await?)
    }

    /// Returns the cached result of a refresh, or refreshes the list.
    async fn current<P: Runtime>(
        &self,
        client: &Client<P>,
        deadline: Duration,
        record: &mut Record,
    ) -> Rc<RefreshResult> {
        let platform = client.platform();
        let is_fresh = |list: &List| elapsed(platform, list.at) < self.max_age;
        let is_current = |refreshed: &RefreshResult| match refreshed.failed_at {
            Some(at) => elapsed(platform, at) < FAILURE_MAX_AGE,
            None => refreshed.list.as_ref().is_ok_and(is_fresh),
        };
        let refresh = loop {
            if let Some(refreshed) = self.cache.get().filter(|refreshed| is_current(refreshed)) {
                return refreshed;
            }
            match self.cache.begin(platform, deadline) {
                Some(refresh) => break refresh,
                None => self.cache.wait(platform, deadline.saturating_add(LOST_AFTER)).await,
            }
        };
        let at_edge = self.read_edge_cache(platform).await;
        let in_memory = self.cache.get().and_then(|refreshed| refreshed.list.clone().ok());
        let is_usable = |list: &List| elapsed(platform, list.at) < MAX_STALE;
        let older = [at_edge, in_memory].into_iter().flatten().filter(is_usable).max_by_key(|list| list.at);
        if let Some(list) = older.clone().filter(is_fresh) {
            return refresh.finish(RefreshResult { list: Ok(list), failed_at: None });
        }
        let options = match older {
            Some(_) => CallOptions {
                timeout: Some(deadline.min(STALE_TIMEOUT)),
                max_retries: Some(0),
                ..CallOptions::default()
            },
            None => CallOptions::default(),
        };
        refresh.finish(match self.call(client, options, record).await {
            Ok(list) => {
                platform.write_cache(self.spec.path, list.to_json(), MAX_STALE).await;
                RefreshResult { list: Ok(list), failed_at: None }
            }
            Err(problem) => RefreshResult { list: older.ok_or(problem), failed_at: Some(platform.now()) },
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
            gateway::unreadable("its list contains a string, a name or a number that some JSON parsers reject")
        })
    }
}

/// A list as it is stored in the edge cache.
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
    /// Returns the list, or `None` if it would make an answer unreadable to some JSON parsers.
    fn of(at: Duration, data: &str) -> Option<Self> {
        let data = embeddable(Document::parse(data).ok()?.root())?;
        Some(Self { at, data, coins: OnceCell::new() })
    }

    fn coins(&self) -> Rc<[Coin]> {
        let parse = || Document::parse(self.data.get()).map(|document| coin_list::parse_list(document.root()));
        Rc::clone(self.coins.get_or_init(|| parse().unwrap_or_default().into()))
    }

    fn read(text: &str) -> Option<Self> {
        let Cached { at, data } = serde_json::from_str(text).ok()?;
        Self::of(Duration::from_millis(at), data.get())
    }

    fn to_json(&self) -> String {
        let at = u64::try_from(self.at.as_millis()).unwrap_or(u64::MAX);
        // Structs of numbers and text always serialise.
        serde_json::to_string(&Cached { at, data: &self.data }).unwrap_or_default()
    }

    fn answer(&self, age: Duration, max_age: Duration) -> Result<Answer, Problem> {
        let stale = age >= max_age;
        let page = Page { data: &self.data, as_of: rfc3339(milliseconds(self.at)), stale };
        let answer = Answer::json(200, &page)?
            .with("Age", age.as_secs().to_string())
            // RFC 9110, section 12.5.5: without it, a cache could answer a request without a token.
            .with("Vary", AUTHORIZATION);
        // Private caches only: shared ones would serve it without a token.
        let remaining = max_age.saturating_sub(Duration::from_secs(age.as_secs()));
        Ok(if stale { answer } else { answer.cacheable_for(remaining) })
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
        let written: String = lists.iter().map(|list| list.to_json() + "\n").collect();
        assert_eq!(written, CACHED);
        let read: String = CACHED.lines().map(|line| List::read(line).unwrap().to_json() + "\n").collect();
        assert_eq!(read, CACHED);
        assert!(List::read(r#"{"at":0,"data":[{"a":1,"a":1}]}"#).is_none());
        assert!(List::read(r#"{"data":[],"more":null,"at":1}"#).is_some());
    }
}
