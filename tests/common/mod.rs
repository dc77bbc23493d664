//! A simulated platform: answers come from a script, and the clock advances only when every future is waiting.

// Each test file uses only a part of this module.
#![allow(dead_code)]

pub mod requests;

use std::{
    collections::VecDeque,
    future::Future,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
    time::Duration,
};

use citrn::{FetchError, Platform, Request, Response};

/// The gateway's behaviour for one attempt.
#[derive(Debug, Clone)]
pub enum Step {
    /// Answers after a delay.
    Answer(Duration, Response),
    /// The connection breaks after a delay.
    Break(Duration),
    /// The transport fails in some other way.
    Fail(FetchError),
    /// Never answers.
    Stall,
}

/// Returns an answer without delay.
pub fn answer(status: u16, body: &str) -> Step {
    Step::Answer(Duration::ZERO, Response { status, retry_after: None, body: body.as_bytes().to_vec() })
}

/// Returns an answer with a `Retry-After`.
pub fn retry_after(status: u16, body: &str, header: &str) -> Step {
    Step::Answer(
        Duration::ZERO,
        Response { status, retry_after: Some(header.to_owned()), body: body.as_bytes().to_vec() },
    )
}

/// The simulated platform, shared by the client and the test.
#[derive(Debug, Clone, Default)]
pub struct World(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    now: Slot<Duration>,
    next_timer: Slot<usize>,
    timers: Slot<Vec<(usize, Duration)>>,
    script: Slot<VecDeque<Step>>,
    sent: Slot<Vec<(Duration, Request)>>,
    open_requests: Slot<usize>,
    random: Slot<u32>,
}

/// A value that threads can share, since a client's future may run on another thread.
#[derive(Debug, Default)]
struct Slot<T>(Mutex<T>);

impl<T> Slot<T> {
    fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap()
    }

    fn set(&self, value: T) {
        *self.lock() = value;
    }
}

impl<T: Copy> Slot<T> {
    fn get(&self) -> T {
        *self.lock()
    }
}

impl World {
    pub fn new(script: impl IntoIterator<Item = Step>) -> Self {
        let world = Self::default();
        world.0.script.lock().extend(script);
        world.0.now.set(Duration::from_secs(784_111_770));
        world
    }

    /// Fixes the jitter.
    pub fn with_random(self, random: u32) -> Self {
        self.0.random.set(random);
        self
    }

    /// Returns the time of each attempt, relative to the first.
    pub fn attempts(&self) -> Vec<Duration> {
        let sent = self.0.sent.lock();
        sent.iter().map(|(at, _)| *at - sent[0].0).collect()
    }

    /// Returns the sent requests.
    pub fn requests(&self) -> Vec<Request> {
        self.0.sent.lock().iter().map(|(_, request)| request.clone()).collect()
    }

    /// Returns the number of timers and requests that are still open.
    pub fn open_count(&self) -> usize {
        self.0.timers.lock().len() + self.0.open_requests.get()
    }

    /// Returns the simulated time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.now.get() - Duration::from_secs(784_111_770)
    }

    /// Returns a future that completes after a simulated duration.
    pub fn after(&self, duration: Duration) -> impl Future<Output = ()> + 'static {
        let id = self.0.next_timer.get();
        self.0.next_timer.set(id + 1);
        let at = self.0.now.get().saturating_add(duration);
        self.0.timers.lock().push((id, at));
        Timer { inner: self.0.clone(), id, at }
    }

    /// Runs a future to completion. Whenever it waits, the clock jumps to the next timer.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            let next = self.0.timers.lock().iter().map(|(_, at)| *at).min();
            let next = next.expect("the future waits, but there is no timer");
            assert!(next > self.0.now.get(), "the future ignores a timer that has fired");
            self.0.now.set(next);
        }
    }
}

struct Timer {
    inner: Arc<Inner>,
    id: usize,
    at: Duration,
}

impl Future for Timer {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.inner.now.get() >= self.at { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.inner.timers.lock().retain(|(id, _)| *id != self.id);
    }
}

struct OpenRequest<'a>(&'a Slot<usize>);

impl<'a> OpenRequest<'a> {
    fn new(count: &'a Slot<usize>) -> Self {
        count.set(count.get() + 1);
        Self(count)
    }
}

impl Drop for OpenRequest<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Platform for World {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let _open = OpenRequest::new(&self.0.open_requests);
        self.0.sent.lock().push((self.0.now.get(), request.clone()));
        let step = self.0.script.lock().pop_front().expect("there are more attempts than answers in the script");
        match step {
            Step::Answer(delay, response) => {
                self.after(delay).await;
                Ok(response)
            }
            Step::Break(delay) => {
                self.after(delay).await;
                Err(FetchError::Failed("connection reset".to_owned()))
            }
            Step::Fail(error) => Err(error),
            Step::Stall => std::future::pending().await,
        }
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        self.after(duration)
    }

    fn now(&self) -> Duration {
        self.0.now.get()
    }

    fn random(&self) -> u32 {
        self.0.random.get()
    }
}
