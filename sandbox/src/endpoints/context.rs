//! The context of an endpoint's handler.

use crate::{clock::Millis, state::State};

/// The context of a handler.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// The gateway's memory. A handler changes it only when nothing can be refused any more.
    pub state: &'a mut State,
    /// The sandbox's time.
    pub now: Millis,
    /// Where the sandbox is reached, such as `http://127.0.0.1:8788`.
    pub origin: &'a str,
}
