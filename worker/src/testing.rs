//! A scripted runtime and requests for tests. Its clock advances only when a task sleeps.

pub(crate) mod golden;
mod random;

use core::{
    cell::{Cell, RefCell},
    future::poll_fn,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};
use std::{
    collections::{HashMap, VecDeque},
    rc::Rc,
};

use citrn::{FetchError, Platform, Request, Response};
use futures_util::future::LocalBoxFuture;

pub(crate) use random::Random;

use crate::{
    app::App,
    bindings::{Limiter, OnDrop, Runtime, Wake},
    checkout,
    http::{Incoming, request::BodyError},
    idempotency, inbox,
    routes::Route,
    storage::{
        object::{DurableObject, Namespace, Object},
        sql::testing::Memory,
    },
};

pub(crate) const TOKEN: &str = "test-token-0123456789abcdef012345";
pub(crate) const WEBHOOK_URL: &str = "https://shop.example/webhooks";
pub(crate) const SECRET: &str = "test-secret-AbCdEfG123456";

/// The gateway's reaction to a request.
#[derive(Clone)]
pub(crate) enum Turn {
    Answers(u16, &'static str),
    LimitsFor(&'static str),
    Breaks,
    Stalls,
}

#[derive(Default)]
struct State {
    now: Cell<Duration>,
    /// Whether a task made progress since the clock last advanced.
    busy: Cell<bool>,
    /// The wake-up times of sleeping tasks.
    sleepers: RefCell<Vec<Duration>>,
    /// The number of timers started.
    timers: Cell<usize>,
    /// The tasks that outlive their requests.
    background: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
    drawn: Cell<u32>,
    turns: RefCell<VecDeque<Turn>>,
    seen: RefCell<Vec<Request>>,
    /// The gateway's list of currencies, for all requests for it, outside the script.
    lists: Cell<Option<&'static str>>,
    /// The databases of the Durable Objects. They survive crashes.
    databases: RefCell<HashMap<Object, Memory>>,
    shards: RefCell<HashMap<Object, Rc<idempotency::shard::Shard<Scripted, Memory>>>>,
    inboxes: RefCell<HashMap<Object, Rc<inbox::shard::Shard<Scripted, Memory>>>>,
    checkouts: RefCell<HashMap<Object, Rc<checkout::shard::Shard<Scripted, Memory>>>>,
    alarms: RefCell<HashMap<Object, i64>>,
    /// Changes of the Durable Objects' settings.
    changes: RefCell<Vec<(&'static str, Option<String>)>>,
    cache: RefCell<HashMap<String, String>>,
    /// The number of calls of Durable Objects.
    calls: Cell<usize>,
    unreachable: Cell<bool>,
    /// The messages that objects refuse, by a part of their text.
    refused: Cell<Option<&'static str>>,
    /// The logged lines, if a test expects some.
    logged: RefCell<Option<Vec<String>>>,
    /// The merchant's responses in turn (200 when the list is empty; 0 for no response), and the requests received.
    merchant: RefCell<VecDeque<u16>>,
    delivered: RefCell<Vec<Delivered>>,
    /// The merchant's responses by body, outside the script.
    merchant_rule: RefCell<Option<Rc<MerchantRule>>>,
    /// The remaining requests of each limiter, and the counted requests.
    limits: RefCell<HashMap<Limiter, u32>>,
    counted: RefCell<Vec<(Limiter, String)>>,
}

type MerchantRule = dyn Fn(&str) -> u16;

/// A request to the merchant's endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivered {
    pub(crate) at: Duration,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// A platform whose gateway follows a script.
#[derive(Clone, Default)]
pub(crate) struct Scripted(Rc<State>);

impl core::fmt::Debug for Scripted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Scripted")
    }
}

impl Scripted {
    pub(crate) fn of(turns: &[Turn]) -> Self {
        let platform = Self::default();
        platform.then(turns);
        platform
    }

    /// Appends to the gateway's script.
    pub(crate) fn then(&self, turns: &[Turn]) {
        self.0.turns.borrow_mut().extend(turns.iter().cloned());
    }

    /// Sets the gateway's list of currencies. Requests for it are then not part of the script.
    pub(crate) fn lists(&self, body: &'static str) {
        self.0.lists.set(Some(body));
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.0.seen.borrow().clone()
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.0.now.set(self.0.now.get() + time);
    }

    /// Sets the clock, also back.
    pub(crate) fn set_clock(&self, time: Duration) {
        self.0.now.set(time);
    }

    /// Runs a future to completion. When no task makes progress, the clock advances to the next wake-up time.
    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            if let Poll::Ready(output) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return output;
            }
            self.advance_background();
            if !self.0.busy.replace(false) {
                let next = self.0.sleepers.borrow().iter().min().copied();
                self.0.now.set(next.expect("deadlock: no task can make progress"));
            }
        }
    }

    fn advance_background(&self) {
        let mut tasks = self.0.background.take();
        tasks.retain_mut(|task| task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        self.0.background.borrow_mut().extend(tasks);
    }

    /// Returns the number of timers started so far.
    pub(crate) fn timers(&self) -> usize {
        self.0.timers.get()
    }

    /// Crashes the Durable Objects, which lose their memory.
    pub(crate) fn crash(&self) {
        for (_, shard) in self.0.shards.borrow_mut().drain() {
            shard.crash();
        }
        self.0.inboxes.borrow_mut().clear();
        self.0.checkouts.borrow_mut().clear();
    }

    /// Returns the number of object RPCs so far.
    pub(crate) fn calls(&self) -> usize {
        self.0.calls.get()
    }

    /// Makes all object RPCs fail from now on.
    pub(crate) fn unreachable(&self) {
        self.0.unreachable.set(true);
    }

    /// Makes the objects refuse messages with this text from now on, as those of an earlier version do.
    pub(crate) fn refuse(&self, part: Option<&'static str>) {
        self.0.refused.set(part);
    }

    /// Returns the lines that were logged since the last call. Without a first call, a logged line fails the test.
    pub(crate) fn logged(&self) -> Vec<String> {
        self.0.logged.borrow_mut().replace(Vec::new()).unwrap_or_default()
    }

    pub(crate) fn database(&self, object: Object) -> Memory {
        self.0.databases.borrow_mut().entry(object).or_default().clone()
    }

    pub(crate) fn databases(&self) -> Vec<Object> {
        self.0.databases.borrow().keys().copied().collect()
    }

    /// Binds a limiter that admits this number of requests.
    pub(crate) fn limit(&self, limiter: Limiter, requests: u32) {
        self.0.limits.borrow_mut().insert(limiter, requests);
    }

    pub(crate) fn counted(&self) -> Vec<(Limiter, String)> {
        self.0.counted.borrow().clone()
    }

    /// Changes a setting of the Durable Objects, and restarts them.
    pub(crate) fn change(&self, name: &'static str, value: Option<&str>) {
        self.0.changes.borrow_mut().push((name, value.map(str::to_owned)));
        self.crash();
    }

    /// Sets the merchant's next responses.
    pub(crate) fn merchant(&self, statuses: &[u16]) {
        *self.0.merchant.borrow_mut() = statuses.iter().copied().collect();
    }

    /// Sets the rule that maps bodies to the merchant's responses.
    pub(crate) fn merchant_answers(&self, rule: impl Fn(&str) -> u16 + 'static) {
        *self.0.merchant_rule.borrow_mut() = Some(Rc::new(rule));
    }

    /// Returns the requests that the merchant's endpoint received since the last call.
    pub(crate) fn delivered(&self) -> Vec<Delivered> {
        self.0.delivered.take()
    }

    /// Fires all alarms up to this time, in order, and returns their number.
    pub(crate) fn alarms_until(&self, end: Duration) -> usize {
        let mut count = 0;
        loop {
            let next = self.0.alarms.borrow().iter().map(|(object, at)| (*at, *object)).min();
            let Some((at, object)) = next else { return count };
            let at = Duration::from_millis(u64::try_from(at).unwrap());
            if at > end {
                return count;
            }
            count += 1;
            assert!(count < 100_000, "the alarms never end");
            self.0.now.set(self.now().max(at));
            let shard = self.object(object);
            self.0.alarms.borrow_mut().insert(object, shard.alarm_fired());
            match self.run(shard.work()) {
                Some(next) => self.0.alarms.borrow_mut().insert(object, next),
                None => self.0.alarms.borrow_mut().remove(&object),
            };
        }
    }

    /// Returns the current time.
    pub(crate) fn clock(&self) -> Duration {
        self.0.now.get()
    }

    pub(crate) fn set_alarm(&self, object: Object, at: i64) {
        self.0.alarms.borrow_mut().insert(object, at);
    }

    pub(crate) fn alarms(&self) -> HashMap<Object, i64> {
        self.0.alarms.borrow().clone()
    }

    /// Returns an app with the changed settings of the Durable Objects.
    fn changed_app(&self) -> App<Scripted> {
        let changes = self.0.changes.borrow();
        app(self, &changes.iter().map(|(name, value)| (*name, value.as_deref())).collect::<Vec<_>>())
    }

    pub(crate) fn object(&self, object: Object) -> Rc<dyn DurableObject> {
        match object.namespace {
            Namespace::Idempotency => self.shard(object),
            Namespace::Inbox => self.inbox(object),
            Namespace::Checkout => self.checkout(object),
        }
    }

    pub(crate) fn checkout(&self, object: Object) -> Rc<checkout::shard::Shard<Scripted, Memory>> {
        let database = self.database(object);
        let mut checkouts = self.0.checkouts.borrow_mut();
        let open = || Rc::new(checkout::shard::Shard::open(self.clone(), database).unwrap());
        Rc::clone(checkouts.entry(object).or_insert_with(open))
    }

    pub(crate) fn inbox(&self, object: Object) -> Rc<inbox::shard::Shard<Scripted, Memory>> {
        let database = self.database(object);
        let mut inboxes = self.0.inboxes.borrow_mut();
        let open = || {
            let app = self.changed_app();
            let (settings, listener) = (app.settings.inbox.clone(), app.deposit_listener());
            Rc::new(inbox::shard::Shard::open(self.clone(), settings, database, listener).unwrap())
        };
        Rc::clone(inboxes.entry(object).or_insert_with(open))
    }

    pub(crate) fn shard(&self, object: Object) -> Rc<idempotency::shard::Shard<Scripted, Memory>> {
        let database = self.database(object);
        let mut shards = self.0.shards.borrow_mut();
        let open = || idempotency::shard::Shard::open(self.changed_app().creator(), database, Box::new(drop)).unwrap();
        Rc::clone(shards.entry(object).or_insert_with(open))
    }

    /// Yields to the other tasks once.
    async fn yield_now(&self) {
        let mut has_yielded = false;
        poll_fn(|context| {
            if core::mem::replace(&mut has_yielded, true) {
                return Poll::Ready(());
            }
            self.0.busy.set(true);
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

/// A sleeping task, registered until it wakes up or is dropped.
struct Sleeper<'a>(&'a Scripted, Duration);

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        let mut sleepers = self.0.0.sleepers.borrow_mut();
        let at = sleepers.iter().position(|until| *until == self.1).expect("a sleeper is in the list");
        sleepers.swap_remove(at);
    }
}

impl Platform for Scripted {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        if let Some(body) = self.0.lists.get().filter(|_| request.url.ends_with("/currencies/list")) {
            return Ok(Response { status: 200, retry_after: None, body: body.into() });
        }
        self.0.seen.borrow_mut().push(request.clone());
        let turn = self.0.turns.borrow_mut().pop_front().expect("the gateway was called more often than expected");
        self.yield_now().await;
        let answer = |status, body: &str, retry_after| Ok(Response { status, retry_after, body: body.into() });
        match turn {
            Turn::Answers(status, body) => answer(status, body, None),
            Turn::LimitsFor(seconds) => answer(429, "{}", Some(seconds.to_owned())),
            Turn::Breaks => Err(FetchError::Failed("connection reset".to_owned())),
            Turn::Stalls => core::future::pending().await,
        }
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.now() + duration;
        self.0.sleepers.borrow_mut().push(until);
        self.0.timers.set(self.0.timers.get() + 1);
        let _sleeper = Sleeper(self, until);
        poll_fn(|context| {
            let awake = self.now() >= until;
            self.0.busy.set(self.0.busy.get() || awake);
            context.waker().wake_by_ref();
            if awake { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    fn now(&self) -> Duration {
        self.0.now.get()
    }

    fn random(&self) -> u32 {
        self.0.drawn.set(self.0.drawn.get() + 1);
        self.0.drawn.get()
    }
}

impl Runtime for Scripted {
    async fn rpc(&self, object: Object, message: String, _on_drop: OnDrop) -> Result<String, String> {
        self.0.calls.set(self.0.calls.get() + 1);
        self.yield_now().await;
        if self.0.unreachable.get() {
            return Err("the object was reset".to_owned());
        }
        if self.0.refused.get().is_some_and(|part| message.contains(part)) {
            return Err("the message is not from the Worker".to_owned());
        }
        let shard = self.object(object);
        let answer = Rc::clone(&shard).answer(message).await;
        if let Some(at) = shard.new_alarm().unwrap() {
            self.0.alarms.borrow_mut().insert(object, at);
        }
        Ok(answer.expect("the object refused the Worker's message"))
    }

    async fn read_cache(&self, path: &str) -> Option<String> {
        self.yield_now().await;
        self.0.cache.borrow().get(path).cloned()
    }

    async fn write_cache(&self, path: &str, text: String, _max_age: Duration) {
        self.0.cache.borrow_mut().insert(path.to_owned(), text);
    }

    async fn post(&self, url: &str, headers: &[(&'static str, String)], body: &str) -> Result<u16, String> {
        assert_eq!(url, WEBHOOK_URL);
        self.yield_now().await;
        self.0.delivered.borrow_mut().push(Delivered {
            at: self.now(),
            headers: headers.to_vec(),
            body: body.to_owned(),
        });
        let rule = self.0.merchant_rule.borrow().clone();
        let status = rule.map(|rule| rule(body)).or_else(|| self.0.merchant.borrow_mut().pop_front());
        self.yield_now().await;
        match status {
            Some(0) => core::future::pending().await,
            Some(1) => Err("connection refused".to_owned()),
            status => Ok(status.unwrap_or(200)),
        }
    }

    fn signal(&self) -> (Wake, impl Future<Output = ()>) {
        let ended = Rc::new(Cell::new(false));
        let (platform, end) = (self.clone(), Rc::clone(&ended));
        let wake = move || {
            platform.0.busy.set(true);
            end.set(true);
        };
        let woken = poll_fn(move |_| if ended.get() { Poll::Ready(()) } else { Poll::Pending });
        (Box::new(wake), woken)
    }

    fn keep_alive(&self, work: LocalBoxFuture<'static, ()>) {
        self.0.busy.set(true);
        self.0.background.borrow_mut().push(work);
    }

    fn secret_bytes(&self) -> Option<[u8; 16]> {
        Some([(); 4].map(|()| self.random().to_be_bytes()).concat().try_into().unwrap())
    }

    fn is_bound(&self, limiter: Limiter) -> bool {
        self.0.limits.borrow().contains_key(&limiter)
    }

    async fn admits(&self, limiter: Limiter, key: &str) -> bool {
        self.0.counted.borrow_mut().push((limiter, key.to_owned()));
        let mut limits = self.0.limits.borrow_mut();
        let Some(left) = limits.get_mut(&limiter) else { return true };
        let within = *left > 0;
        *left = left.saturating_sub(1);
        within
    }

    fn log(&self, line: &str) {
        match self.0.logged.borrow_mut().as_mut() {
            Some(logged) => logged.push(line.to_owned()),
            None => panic!("unexpected log line: {line}"),
        }
    }
}

/// Returns the Worker with complete settings, after changes.
pub(crate) fn app(platform: &Scripted, changes: &[(&str, Option<&str>)]) -> App<Scripted> {
    let settings = complete(changes);
    App::new(&|name| settings.get(name).cloned(), platform.clone(), Route::SPECS)
}

/// Returns complete settings, after changes.
pub(crate) fn complete(changes: &[(&str, Option<&str>)]) -> HashMap<String, String> {
    let mut settings: HashMap<String, String> = [
        ("CITRN_API_KEY", "test-key".to_owned()),
        ("CITRN_SECRET", SECRET.to_owned()),
        ("CITRN_BASE_URL", "http://127.0.0.1:8788/api".to_owned()),
        ("ALLOWED_RETURN_ORIGINS", "https://shop.example".to_owned()),
        ("UPSTREAM_DEADLINE_MS", "500".to_owned()),
        ("MERCHANT_WEBHOOK_URL", WEBHOOK_URL.to_owned()),
        ("CHECKOUT_SECRETS", "a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=".to_owned()),
        ("PUBLIC_ORIGIN", "https://pay.shop.example".to_owned()),
        ("MERCHANT_NAME", "Test & Shop".to_owned()),
        ("MERCHANT_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()),
        (
            "WORKER_TOKENS",
            format!(r#"[{{"name":"shop","token":"{TOKEN}"}},{{"name":"desk","token":"{TOKEN}-2","routes":["/v1/addresses"]}}]"#),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    for (name, value) in changes {
        match value {
            Some(value) => settings.insert((*name).to_owned(), (*value).to_owned()),
            None => settings.remove(*name),
        };
    }
    settings
}

/// An incoming request.
pub(crate) struct Sent {
    method: &'static str,
    url: String,
    headers: Vec<(String, String)>,
    body: Result<Vec<u8>, BodyError>,
}

impl Sent {
    /// Returns a callback with the gateway's signature.
    pub(crate) fn callback(body: &[u8]) -> Self {
        let [key, signature] = citrn::callback::sign("test-key", &SECRET.into(), body);
        Self { method: "POST", body: Ok(body.to_vec()), ..Self::get("https://edge.example/callbacks") }
            .with(key.0, &key.1)
            .with(signature.0, &signature.1)
    }

    pub(crate) fn get(url: &str) -> Self {
        Self { method: "GET", url: url.to_owned(), headers: Vec::new(), body: Ok(Vec::new()) }
    }

    /// Returns a POST with the first token.
    pub(crate) fn post(path: &str, body: &str) -> Self {
        let url = format!("https://edge.example{path}");
        Self { method: "POST", body: Ok(body.into()), ..Self::get(&url) }
            .with("Authorization", &format!("Bearer {TOKEN}"))
    }

    pub(crate) fn by(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn to(mut self, url: &str) -> Self {
        url.clone_into(&mut self.url);
        self
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(header, _)| header != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn broken(mut self) -> Self {
        self.body = Err(BodyError::Broken);
        self
    }
}

impl Incoming for Sent {
    fn method(&self) -> &str {
        self.method
    }

    fn url(&self) -> &str {
        &self.url
    }

    fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    }

    async fn body(&mut self, limit: usize) -> Result<Vec<u8>, BodyError> {
        self.body.clone().and_then(|body| if body.len() > limit { Err(BodyError::TooLarge) } else { Ok(body) })
    }
}
