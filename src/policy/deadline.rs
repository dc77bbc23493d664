//! One deadline over all attempts, reading the body included, and the caller's own way to stop a call.

use core::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll},
};

use crate::BoxFuture;

/// How a bounded piece of work ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended<T> {
    /// By itself.
    Done(T),
    /// The deadline passed.
    TimedOut,
    /// The caller stopped it.
    Aborted,
}

/// Runs work until it ends, the deadline passes or the caller stops it. What is not needed any more is dropped on
/// return, and so stopped. A caller who stopped before anything began is heard first; after that an answer that is
/// there wins.
pub(crate) async fn bounded<T>(
    work: impl Future<Output = T>,
    deadline: impl Future<Output = ()>,
    mut cancel: Option<BoxFuture<'_, ()>>,
) -> Ended<T> {
    let mut work = pin!(work);
    let mut deadline = pin!(deadline);
    let mut begun = false;
    poll_fn(move |context: &mut Context<'_>| {
        let mut cancelled = |context: &mut Context<'_>| match &mut cancel {
            Some(cancel) => cancel.as_mut().poll(context).is_ready(),
            None => false,
        };
        if !begun && cancelled(context) {
            return Poll::Ready(Ended::Aborted);
        }
        begun = true;
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Ended::Done(output));
        }
        if cancelled(context) {
            return Poll::Ready(Ended::Aborted);
        }
        deadline.as_mut().poll(context).map(|()| Ended::TimedOut)
    })
    .await
}
