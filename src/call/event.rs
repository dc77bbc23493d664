//! The exchange between a call and its driver: actions out, events in.

use core::{fmt, time::Duration};

use crate::{Error, FetchError, Reply, Request, Response};

/// The outcome of the last [`Action`].
pub enum Event {
    /// The bytes were signed outside, with 128 hex digits; or the reason why not.
    Signed(Result<String, String>),
    /// There is nothing to sign with.
    NoSigner,
    /// The gateway answered.
    Answered(Response),
    /// The attempt has no answer.
    Failed(FetchError),
    /// The wait is over.
    Woken,
}

/// Without values: one may be a signature, another a payer's data.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Event::Signed(_) => "Signed",
            Event::NoSigner => "NoSigner",
            Event::Answered(_) => "Answered",
            Event::Failed(_) => "Failed",
            Event::Woken => "Woken",
        })
    }
}

/// The next step of a driver.
#[derive(Debug)]
pub enum Action<'a, T> {
    /// Sign these bytes outside of this crate: the configuration has no secret.
    Sign(&'a [u8]),
    /// Send the request once.
    Send(&'a Request),
    /// Wait before the next attempt.
    Wait(Duration),
    /// The call is done.
    Done(Result<Reply<T>, Error>),
}
