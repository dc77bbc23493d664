//! One deadline over all attempts of a call, reading the body included, and cancellation by the caller.

use core::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll},
};

use crate::BoxFuture;

/// How a bounded future ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome<T> {
    /// It completed.
    Done(T),
    /// The deadline passed.
    TimedOut,
    /// The caller cancelled it.
    Cancelled,
}

/// Runs a future until it completes, the deadline passes or the caller cancels. The unfinished futures are dropped on
/// return, which stops them. A cancellation before the first poll wins; later, a completed future wins over it.
pub(crate) async fn bounded<T>(
    work: impl Future<Output = T>,
    deadline: impl Future<Output = ()>,
    mut cancel: Option<BoxFuture<'_, ()>>,
) -> Outcome<T> {
    let mut work = pin!(work);
    let mut deadline = pin!(deadline);
    let mut is_started = false;
    poll_fn(move |context: &mut Context<'_>| {
        let mut cancelled = |context: &mut Context<'_>| match &mut cancel {
            Some(cancel) => cancel.as_mut().poll(context).is_ready(),
            None => false,
        };
        if !is_started && cancelled(context) {
            return Poll::Ready(Outcome::Cancelled);
        }
        is_started = true;
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Outcome::Done(output));
        }
        if cancelled(context) {
            return Poll::Ready(Outcome::Cancelled);
        }
        deadline.as_mut().poll(context).map(|()| Outcome::TimedOut)
    })
    .await
}
