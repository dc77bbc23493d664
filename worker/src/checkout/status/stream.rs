//! The status as a stream of server-sent events (HTML Standard, section 9.2).
//!
//! A stream sends the status when it opens and whenever it changes, and comments meanwhile, so that proxies do not
//! close it. It ends after a while, and the browser opens the next one. An event contains no token.
//!
//! An idle stream calls the link's object once a minute, where it waits for a change, and reads the status every five
//! minutes, in case a notification was lost.

use core::{pin::pin, time::Duration};

use futures_util::{
    FutureExt, StreamExt,
    future::{Either, LocalBoxFuture, select},
    stream::try_unfold,
};

use super::{format::EVENT_STREAM, snapshot::json};
use crate::{
    bindings::Runtime,
    checkout::{
        links::{object_of, open, wait},
        message::StoredLink,
        token::LinkKey,
    },
    clock::elapsed,
    http::{Answer, Problem, log, response::Rest},
};

/// How long a browser waits before it opens the next stream.
const RETRY_MS: u32 = 3_000;

/// The time between comments.
const COMMENTS: Duration = Duration::from_secs(15);

/// How long a stream lasts.
const LIFETIME: Duration = Duration::from_secs(600);

/// The longest time between two reads of the status.
const POLLS: Duration = Duration::from_secs(300);

/// The pause after a failure and after further ones, in milliseconds. Up to as much again is added at random, so that
/// the streams of a restarted object do not return at the same moment.
const PAUSES_MS: (u32, u32) = (1_000, 30_000);

/// An open stream.
struct Events<P> {
    platform: P,
    key: LinkKey,
    opened_at: Duration,
    /// When the status was read.
    read_at: Duration,
    /// The status that was sent last, as JSON.
    sent: String,
    /// The position before which that status has all changes. Without one, the next wait ends immediately.
    position: Option<i64>,
    /// The number of failures since the status was read.
    failures: u32,
    /// The pending wait. It lasts longer than the time between two comments.
    wait: LocalBoxFuture<'static, Result<(bool, i64), Problem>>,
    has_ended: bool,
}

/// Returns the current position in the changes of a link's object. After a failure, the first wait of a stream gets it.
pub async fn position<P: Runtime>(platform: &P, key: &LinkKey) -> Option<i64> {
    wait(platform, key, None).await.ok().map(|(_, position)| position)
}

/// Returns a stream about a link that was opened after this position.
pub async fn answer<P: Runtime>(
    platform: &P,
    key: LinkKey,
    link: &StoredLink,
    position: Option<i64>,
) -> Result<Answer, Problem> {
    let read_at = platform.now();
    let sent = json(platform, link, Some(object_of(&key).shard)).await?;
    let first = format!("retry: {RETRY_MS}\n\n{}", event(&sent));
    let mut events = Events {
        platform: platform.clone(),
        key,
        opened_at: platform.now(),
        read_at,
        sent,
        position,
        failures: 0,
        wait: core::future::pending().boxed_local(),
        has_ended: false,
    };
    events.start_wait();
    let mut answer = Answer::of(200, EVENT_STREAM, first);
    let rest = try_unfold(events, |mut events| async move {
        let text = events.next().await;
        Ok(text.map(|text| (text, events)))
    });
    answer.rest = Some(Rest(rest.boxed_local()));
    Ok(answer)
}

fn event(status: &str) -> String {
    format!("event: status\ndata: {status}\n\n")
}

impl<P: Runtime> Events<P> {
    /// Returns the next text of the stream, or `None` at its end.
    async fn next(&mut self) -> Option<String> {
        if self.has_ended {
            return None;
        }
        let ends_at = self.opened_at.saturating_add(LIFETIME);
        let comment_at = self.platform.now().saturating_add(COMMENTS);
        loop {
            let waited = self.wait_until(comment_at.min(ends_at)).await;
            if self.platform.now() >= ends_at {
                return Some(self.end());
            }
            let Some(waited) = waited else {
                return Some(":\n\n".to_owned());
            };
            let read = match waited {
                Ok((is_changed, position)) => self.read(is_changed, position).await,
                Err(problem) => Err(problem),
            };
            let change = match read {
                Ok(status) => {
                    self.failures = 0;
                    status.filter(|status| *status != self.sent)
                }
                Err(problem) if !problem.retryable => return Some(self.end()),
                Err(problem) => {
                    self.failures = self.failures.saturating_add(1);
                    if self.failures == 1 {
                        self.platform.log(&log::failure("stream", &problem.detail));
                    }
                    None
                }
            };
            self.start_wait();
            if let Some(status) = change {
                self.sent = status;
                return Some(event(&self.sent));
            }
        }
    }

    /// Returns the end of the pending wait, or `None` at a time.
    async fn wait_until(&mut self, time: Duration) -> Option<Result<(bool, i64), Problem>> {
        let timer = self.platform.sleep(time.saturating_sub(self.platform.now()));
        match select(&mut self.wait, pin!(timer)).await {
            Either::Left((waited, _)) => Some(waited),
            Either::Right(_) => None,
        }
    }

    /// Starts the next wait, after a pause if the last one failed.
    fn start_wait(&mut self) {
        let pause = match (self.failures, PAUSES_MS) {
            (0, _) => 0,
            (1, (pause, _)) | (_, (_, pause)) => pause.saturating_add(self.platform.random() % pause),
        };
        let (platform, key) = (self.platform.clone(), self.key);
        let after = self.position;
        self.wait = async move {
            if pause > 0 {
                platform.sleep(Duration::from_millis(pause.into())).await;
            }
            wait(&platform, &key, after).await
        }
        .boxed_local();
    }

    /// Reads the status if it may have changed before a position, or was not read for a while.
    async fn read(&mut self, is_changed: bool, position: i64) -> Result<Option<String>, Problem> {
        let mut status = None;
        if is_changed || elapsed(&self.platform, self.read_at) >= POLLS {
            let read_at = self.platform.now();
            let link = open(&self.platform, &self.key).await?;
            status = Some(json(&self.platform, &link, Some(object_of(&self.key).shard)).await?);
            self.read_at = read_at;
        }
        self.position = Some(position);
        Ok(status)
    }

    /// Ends the stream. The next request of the browser receives the reason, if there is one.
    fn end(&mut self) -> String {
        self.has_ended = true;
        // At random, since many streams may have opened at the same moment.
        let retry = RETRY_MS.saturating_add(self.platform.random() % RETRY_MS);
        format!("retry: {retry}\n\n")
    }
}
