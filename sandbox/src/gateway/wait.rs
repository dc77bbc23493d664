//! A wait on the gateway's clock, which takes no real time.

use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use super::Gateway;
use crate::clock::Millis;

/// A future that is ready once the gateway's clock has reached its end.
///
/// The first poll lets other futures run. From the second poll on, everything counts as waiting: the clock advances to
/// the end of the first pending wait, as under a paused clock of an async runtime.
#[derive(Debug)]
pub(super) struct Wait {
    gateway: Gateway,
    wait: (Millis, u64),
    has_yielded: bool,
}

impl Wait {
    pub fn new(gateway: &Gateway, duration: Millis) -> Self {
        let wait = gateway.world().add_wait(duration);
        Self { gateway: gateway.clone(), wait, has_yielded: false }
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let (end, _) = self.wait;
        let mut world = self.gateway.world();
        if self.has_yielded && world.now() < end {
            world.advance_to_next_wait();
        }
        let has_ended = world.now() >= end;
        drop(world);
        if has_ended {
            return Poll::Ready(());
        }
        self.has_yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.gateway.world().remove_wait(&self.wait);
    }
}
