//! Disorders of callbacks.

use serde::{Deserialize, Serialize};

/// A disorder of callbacks that a test requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disorder {
    /// Each attempt is made twice.
    DuplicateCallback,
    /// A callback is held back until the next one of the same transaction was sent.
    CallbacksOutOfOrder,
}

/// How a scenario delivers a callback.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Delivery {
    /// Once, immediately.
    #[default]
    Once,
    /// Two times, concurrently.
    Twice,
    /// Once, this many seconds later.
    Late(i64),
    /// Once, immediately, with an escape in every text.
    Escaped,
}
