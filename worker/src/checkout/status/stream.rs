//! The status as a stream of server-sent events (HTML Standard, section 9.2).
//!
//! A stream sends the status when it opens and whenever it changes, and comments meanwhile, so that proxies do not close
//! it. It ends after a while, and the browser opens the next one. An event contains no token.

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
        links::{expired, open},
        message::StoredLink,
        token::LinkKey,
    },
    clock::elapsed,
    http::{Answer, Problem, log, response::Rest},
};

/// How long a browser waits before it opens the next stream.
const RETRY: Duration = Duration::from_secs(3);

/// The time between comments.
const COMMENTS: Duration = Duration::from_secs(15);

/// How long a stream lasts.
const LIFETIME: Duration = Duration::from_secs(600);

/// The time between two looks at the status.
const POLLS: Duration = Duration::from_secs(5);

/// An open stream.
struct Events<P> {
    platform: P,
    key: LinkKey,
    opened_at: Duration,
    /// The status that was sent last, as JSON.
    sent: String,
    /// The wait for the next look at the status, which lasts longer than one comment.
    wait: LocalBoxFuture<'static, ()>,
    has_ended: bool,
}

/// Returns a stream about an opened link.
pub async fn answer<P: Runtime>(platform: &P, key: LinkKey, link: &StoredLink) -> Result<Answer, Problem> {
    let sent = json(platform, link).await?;
    let first = format!("{}{}", retry(RETRY), event(&sent));
    let (platform, wait) = (platform.clone(), wait(platform));
    let opened_at = platform.now();
    let events = Events { platform, key, opened_at, sent, wait, has_ended: false };
    let mut answer = Answer::of(200, EVENT_STREAM, first);
    let rest = try_unfold(events, |mut events| async move {
        let text = events.next().await;
        Ok(text.map(|text| (text, events)))
    });
    answer.rest = Some(Rest(rest.boxed_local()));
    Ok(answer)
}

/// Returns the current status of a link as JSON.
async fn status<P: Runtime>(platform: &P, key: &LinkKey) -> Result<String, Problem> {
    let link = open(platform, key).await?;
    if link.has_status() { json(platform, &link).await } else { Err(expired()) }
}

fn wait<P: Runtime>(platform: &P) -> LocalBoxFuture<'static, ()> {
    let platform = platform.clone();
    async move { platform.sleep(POLLS).await }.boxed_local()
}

impl<P: Runtime> Events<P> {
    /// Returns the next text of the stream, or `None` at its end.
    async fn next(&mut self) -> Option<String> {
        if self.has_ended {
            return None;
        }
        let comment_at = self.platform.now().saturating_add(COMMENTS);
        loop {
            let left = LIFETIME.saturating_sub(elapsed(&self.platform, self.opened_at));
            if left.is_zero() {
                self.has_ended = true;
                return Some(retry(RETRY));
            }
            let pause = left.min(comment_at.saturating_sub(self.platform.now()));
            let timer = pin!(self.platform.sleep(pause));
            if let Either::Right(_) = select(&mut self.wait, timer).await {
                if pause < left {
                    return Some(":\n\n".to_owned());
                }
                continue;
            }
            self.wait = wait(&self.platform);
            match status(&self.platform, &self.key).await {
                Ok(status) if status != self.sent => {
                    self.sent = status;
                    return Some(event(&self.sent));
                }
                Ok(_) => {}
                // The next request of the browser receives the reason.
                Err(problem) if !problem.retryable => {
                    self.has_ended = true;
                    return Some(retry(RETRY));
                }
                Err(problem) => self.platform.log(&log::failure("checkout", &problem.detail)),
            }
        }
    }
}

fn retry(pause: Duration) -> String {
    format!("retry: {}\n\n", pause.as_millis())
}

fn event(status: &str) -> String {
    format!("event: status\ndata: {status}\n\n")
}
