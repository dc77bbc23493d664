//! The state of a deposit or a withdrawal, as replies and callbacks spell it.

use core::fmt;

use serde::Serialize;

/// The state of a deposit or a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A deposit that was seen, not final.
    NotConfirmed,
    /// A withdrawal under way.
    Processing,
    /// Credited, or sent to the blockchain; final.
    Confirmed,
    /// A double spend, or given back; final.
    Cancelled,
    /// A deposit below the minimum: no credit and no callback (the siblings' rule, and a warning in Citron's).
    Lost,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
