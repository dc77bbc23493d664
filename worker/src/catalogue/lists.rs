//! The gateway's lists of currencies and rates, cached at the edge.
//!
//! A list is fresh for a stated time; after that the gateway is asked again, and while it cannot be reached the old list is
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
    auth::token,
    bindings::Runtime,
    checkout::coins::{self, Coin, Listed},
    clock::{elapsed, milliseconds, rfc3339},
    gateway,
    http::{Answer, Problem, Record, portable_json::embeddable},
    single_flight::{LOST_AFTER, SingleFlight},
};

/// How long currencies are fresh.
pub const CURRENCIES_FRESH: Duration = Duration::from_secs(300);

/// How long rates are fresh.
pub const RATES_FRESH: Duration = Duration::from_secs(30);

/// How long an old list is better than none.
const USABLE: Duration = Duration::from_secs(86_400);

/// How long a failure of the gateway holds, so that it is not asked by every request while it is down.
const FAILURE_HOLDS: Duration = Duration::from_secs(2);

/// How long the gateway is waited for by somebody who can be answered with an old list.
const IMPATIENCE: Duration = Duration::from_secs(2);

/// Both lists.
#[derive(Debug, Default)]
pub struct Catalogue {
    currencies: Rc<SingleFlight<Found>>,
    rates: Rc<SingleFlight<Found>>,
}

type Found = Result<List, Failure>;

/// What came of asking the gateway in vain.
#[derive(Debug)]
struct Failure {
    at: Duration,
    problem: Problem,
    /// What there was before.
    older: Option<List>,
}

/// A list as the gateway gave it.
#[derive(Debug, Clone)]
struct List {
    at: Duration,
    data: Box<RawValue>,
    /// The coins of the currencies, once the checkout has parsed them.
    coins: OnceCell<Rc<[Coin]>>,
}

impl Catalogue {
    /// Answers with the currencies.
    ///
    /// # Errors
    /// When the gateway fails and there is no list of the last day.
    pub async fn currencies<P: Runtime>(
        &self,
        client: &Client<P>,
        deadline: Duration,
        record: &mut Record,
    ) -> Result<Answer, Problem> {
        answer(&self.currencies, client, ListCurrencies::SPEC, CURRENCIES_FRESH, deadline, record).await
    }

    /// Returns the coins of the currencies' list, which is parsed once.
    ///
    /// # Errors
    /// As [`Catalogue::currencies`].
    pub async fn coins<P: Runtime>(
        &self,
        client: &Client<P>,
        deadline: Duration,
        record: &mut Record,
    ) -> Result<Listed, Problem> {
        let spec = ListCurrencies::SPEC;
        let found = find(&self.currencies, client, spec, CURRENCIES_FRESH, deadline, record).await;
        usable(&found).map(|list| list.listed(client.platform()))
    }

    /// Returns the coins of a fresh list that is cached here or at the edge. The gateway is not called.
    pub async fn cached_coins<P: Runtime>(&self, platform: &P) -> Option<Listed> {
        let here = self.currencies.get().and_then(|found| usable(&found).ok().map(|list| list.listed(platform)));
        if let Some(listed) = here.filter(|listed| listed.is_fresh) {
            return Some(listed);
        }
        let list = platform.cached(ListCurrencies::SPEC.path).await.and_then(|text| List::read(&text))?;
        Some(list.listed(platform)).filter(|listed| listed.is_fresh)
    }

    /// Answers with the rates.
    ///
    /// # Errors
    /// As [`Catalogue::currencies`].
    pub async fn rates<P: Runtime>(
        &self,
        client: &Client<P>,
        deadline: Duration,
        record: &mut Record,
    ) -> Result<Answer, Problem> {
        answer(&self.rates, client, ListRates::SPEC, RATES_FRESH, deadline, record).await
    }
}

async fn answer<P: Runtime>(
    latest: &Rc<SingleFlight<Found>>,
    client: &Client<P>,
    spec: &'static EndpointSpec,
    fresh: Duration,
    deadline: Duration,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let found = find(latest, client, spec, fresh, deadline, record).await;
    let list = usable(&found)?;
    list.answer(elapsed(client.platform(), list.at), fresh)
}

/// Returns the latest list, or the one before while the gateway fails.
fn usable(found: &Found) -> Result<&List, Problem> {
    match found {
        Ok(list) | Err(Failure { older: Some(list), .. }) => Ok(list),
        Err(failure) => Err(failure.problem.clone()),
    }
}

async fn find<P: Runtime>(
    latest: &Rc<SingleFlight<Found>>,
    client: &Client<P>,
    spec: &'static EndpointSpec,
    fresh: Duration,
    deadline: Duration,
    record: &mut Record,
) -> Rc<Found> {
    let platform = client.platform();
    let is_fresh = |list: &List| elapsed(platform, list.at) < fresh;
    let is_usable = |list: &List| elapsed(platform, list.at) < USABLE;
    let will_do = |found: &Found| match found {
        Ok(list) => is_fresh(list),
        Err(failure) => elapsed(platform, failure.at) < FAILURE_HOLDS,
    };
    let refresh = loop {
        if let Some(found) = latest.get().filter(|found| will_do(found)) {
            return found;
        }
        match latest.begin(platform, deadline) {
            Some(refresh) => break refresh,
            None => latest.wait(platform, deadline.saturating_add(LOST_AFTER)).await,
        }
    };
    let cached = platform.cached(spec.path).await.and_then(|text| List::read(&text));
    let before = latest.get().and_then(|found| match &*found {
        Ok(list) => Some(list.clone()),
        Err(failure) => failure.older.clone(),
    });
    let older = [cached, before].into_iter().flatten().filter(is_usable).max_by_key(|list| list.at);
    if let Some(list) = older.clone().filter(is_fresh) {
        return refresh.finish(Ok(list));
    }
    let options = match older {
        Some(_) => {
            CallOptions { timeout: Some(deadline.min(IMPATIENCE)), max_retries: Some(0), ..CallOptions::default() }
        }
        None => CallOptions::default(),
    };
    let found = match ask(client, spec, options, record).await {
        Ok(list) => {
            platform.cache(spec.path, list.written(), USABLE).await;
            Ok(list)
        }
        Err(problem) => Err(Failure { at: platform.now(), problem, older }),
    };
    refresh.finish(found)
}

async fn ask<P: Platform>(
    client: &Client<P>,
    spec: &'static EndpointSpec,
    options: CallOptions<'_>,
    record: &mut Record,
) -> Result<List, Problem> {
    let reply = gateway::call(client, spec, &Fields::new(), options, record).await?;
    List::of(client.platform().now(), &reply.list()).ok_or_else(|| {
        gateway::unreadable("its list has a text, a name or a number that not every JSON reader accepts")
    })
}

/// A list as the edge cache holds it.
#[derive(Serialize, Deserialize)]
struct Cached<'a> {
    /// Milliseconds since the epoch.
    at: u64,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// What is answered with 200.
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

    /// The coins of a list of currencies.
    fn listed<P: Platform>(&self, platform: &P) -> Listed {
        let read = || {
            Document::parse(self.data.get()).map(|document| coins::of_list(document.root())).unwrap_or_default().into()
        };
        let coins = Rc::clone(self.coins.get_or_init(read));
        Listed { coins, is_fresh: elapsed(platform, self.at) < CURRENCIES_FRESH }
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
            .with("Vary", token::HEADER);
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
