//! A platform and requests for tests, with time that only passes by sleeping.

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

use super::Service;
use crate::{
    bindings::{Bindings, Limiter, Object, Unreached},
    idempotency,
    incoming::{Incoming, Unreadable},
    sql::testing::Memory,
};

pub(crate) const TOKEN: &str = "test-token-0123456789abcdef012345";
pub(crate) const SECRET: &str = "test-secret-AbCdEfG123456";

/// What the gateway does with a request.
#[derive(Clone)]
pub(crate) enum Turn {
    Answers(u16, &'static str),
    LimitsFor(&'static str),
    Breaks,
    Stalls,
}

#[derive(Default)]
struct Inside {
    now: Cell<Duration>,
    /// Whether anything happened since time last passed.
    busy: Cell<bool>,
    /// When those who sleep wake up.
    sleepers: RefCell<Vec<Duration>>,
    drawn: Cell<u32>,
    turns: RefCell<VecDeque<Turn>>,
    seen: RefCell<Vec<Request>>,
    /// The databases of the Durable Objects, which outlive them.
    databases: RefCell<HashMap<Object, Memory>>,
    shards: RefCell<HashMap<Object, Rc<idempotency::Shard<Scripted, Memory>>>>,
    unreachable: Cell<bool>,
    /// How many requests more each limiter lets through, and what was counted.
    limits: RefCell<HashMap<Limiter, u32>>,
    counted: RefCell<Vec<(Limiter, String)>>,
    logged: RefCell<Vec<String>>,
}

/// A platform whose gateway follows a script.
#[derive(Clone, Default)]
pub(crate) struct Scripted(Rc<Inside>);

impl core::fmt::Debug for Scripted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Scripted")
    }
}

impl Scripted {
    pub(crate) fn of(turns: &[Turn]) -> Self {
        let platform = Self::default();
        platform.0.turns.borrow_mut().extend(turns.iter().cloned());
        platform
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.0.seen.borrow().clone()
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.0.now.set(self.0.now.get() + time);
    }

    /// Runs work to its end. Whenever nothing happens, time passes to when the next sleeper wakes up.
    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            if let Poll::Ready(output) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return output;
            }
            if !self.0.busy.replace(false) {
                let next = self.0.sleepers.borrow().iter().min().copied();
                self.0.now.set(next.expect("everybody waits for something that never happens"));
            }
        }
    }

    /// The Durable Objects crash: what they hold in memory is gone.
    pub(crate) fn crash(&self) {
        for (_, shard) in self.0.shards.borrow_mut().drain() {
            shard.crash();
        }
    }

    /// The Durable Objects cannot be reached any more.
    pub(crate) fn unreachable(&self) {
        self.0.unreachable.set(true);
    }

    pub(crate) fn database(&self, object: Object) -> Memory {
        self.0.databases.borrow_mut().entry(object).or_default().clone()
    }

    pub(crate) fn databases(&self) -> Vec<Object> {
        self.0.databases.borrow().keys().copied().collect()
    }

    /// Binds a limiter that lets so many requests through.
    pub(crate) fn limit(&self, limiter: Limiter, requests: u32) {
        self.0.limits.borrow_mut().insert(limiter, requests);
    }

    pub(crate) fn counted(&self) -> Vec<(Limiter, String)> {
        self.0.counted.borrow().clone()
    }

    pub(crate) fn shard(&self, object: Object) -> Rc<idempotency::Shard<Scripted, Memory>> {
        let database = self.database(object);
        let mut shards = self.0.shards.borrow_mut();
        let open = || {
            let settings = complete(&[]);
            let service = Service::new(&|name| settings.get(name).cloned(), self.clone());
            idempotency::Shard::open(Rc::new(service), database, Box::new(drop)).unwrap()
        };
        Rc::clone(shards.entry(object).or_insert_with(open))
    }

    /// Lets the others go on once.
    async fn turn_of_the_others(&self) {
        let mut waited = false;
        poll_fn(|context| {
            if core::mem::replace(&mut waited, true) {
                return Poll::Ready(());
            }
            self.0.busy.set(true);
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

/// Somebody who sleeps, until it is time or nobody cares any more.
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
        self.0.seen.borrow_mut().push(request.clone());
        let turn = self.0.turns.borrow_mut().pop_front().expect("the gateway was called more often than expected");
        self.turn_of_the_others().await;
        let answer = |status, body: &str, retry_after| Ok(Response { status, retry_after, body: body.into() });
        match turn {
            Turn::Answers(status, body) => answer(status, body, None),
            Turn::LimitsFor(seconds) => answer(429, "{}", Some(seconds.to_owned())),
            Turn::Breaks => Err(FetchError { message: "connection refused".to_owned() }),
            Turn::Stalls => core::future::pending().await,
        }
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.now() + duration;
        self.0.sleepers.borrow_mut().push(until);
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

impl Bindings for Scripted {
    async fn ask(&self, object: Object, message: String) -> Result<String, Unreached> {
        self.turn_of_the_others().await;
        if self.0.unreachable.get() {
            return Err(Unreached("the object was reset".to_owned()));
        }
        let shard = self.shard(object);
        Ok(shard.answer(&message).await.expect("the object did not understand the Worker"))
    }

    fn has(&self, limiter: Limiter) -> bool {
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
        self.0.logged.borrow_mut().push(line.to_owned());
    }
}

/// Complete settings, with changes.
pub(crate) fn complete(changes: &[(&str, Option<&str>)]) -> HashMap<String, String> {
    let mut settings: HashMap<String, String> = [
        ("CITRN_API_KEY", "test-key".to_owned()),
        ("CITRN_SECRET", SECRET.to_owned()),
        ("CITRN_BASE_URL", "http://127.0.0.1:8788/api".to_owned()),
        ("ALLOWED_RETURN_ORIGINS", "https://shop.example".to_owned()),
        ("UPSTREAM_DEADLINE_MS", "500".to_owned()),
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

/// A request.
pub(crate) struct Sent {
    method: &'static str,
    url: String,
    headers: Vec<(String, String)>,
    body: Result<Vec<u8>, Unreadable>,
}

impl Sent {
    pub(crate) fn get(url: &str) -> Self {
        Self { method: "GET", url: url.to_owned(), headers: Vec::new(), body: Ok(Vec::new()) }
    }

    /// A POST with the first token.
    pub(crate) fn post(path: &str, body: &str) -> Self {
        let url = format!("https://edge.example{path}");
        Self { method: "POST", body: Ok(body.into()), ..Self::get(&url) }
            .with("Authorization", &format!("Bearer {TOKEN}"))
    }

    pub(crate) fn by(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(header, _)| header != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn broken(mut self) -> Self {
        self.body = Err(Unreadable::Broken);
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

    async fn body(&mut self, limit: usize) -> Result<Vec<u8>, Unreadable> {
        self.body.clone().and_then(|body| if body.len() > limit { Err(Unreadable::TooLarge) } else { Ok(body) })
    }
}
