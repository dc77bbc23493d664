//! The context of endpoint handlers.

use crate::{clock::Millis, profile::Form, state::State};

/// The context of an endpoint handler.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// The gateway's state. A handler changes it only after all checks have passed.
    pub state: &'a mut State,
    /// The sandbox's time.
    pub now: Millis,
    /// The sandbox's origin, such as `http://127.0.0.1:8788`.
    pub origin: &'a str,
    /// The form of replies.
    pub form: &'a Form,
}
