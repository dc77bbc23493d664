//! The protocol between a call and its driver: the call returns actions and takes events.

use core::{fmt, time::Duration};

use crate::{Error, FetchError, Reply, Request, Response};

/// The result of the last [`Action`].
pub enum Event {
    /// The external signer's 128 hex digits, or why it failed.
    Signed(Result<String, String>),
    /// There is no external signer.
    NoSigner,
    /// The gateway answered.
    Answered(Response),
    /// The attempt failed without an answer.
    Failed(FetchError),
    /// The wait before the next attempt has ended.
    Woken,
}

/// Shows no values, since they can hold a signature or a payer's data.
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
    /// Sign these bytes with an external signer: the configuration has no secret.
    Sign(&'a [u8]),
    /// Send the request once.
    Send(&'a Request),
    /// Wait before the next attempt.
    Wait(Duration),
    /// The call is done.
    Done(Result<Reply<T>, Error>),
}
