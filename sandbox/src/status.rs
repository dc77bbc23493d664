//! The state of deposits and withdrawals, as in replies and callbacks.

use core::fmt;

use serde::{Deserialize, Serialize};

/// The state of a deposit or a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A deposit that was seen. Not final.
    NotConfirmed,
    /// A withdrawal that is being processed. Not final.
    Processing,
    /// A withdrawal that waits for the approval of the account's owner. Not final.
    Pending,
    /// Credited, or sent to the blockchain. Final.
    Confirmed,
    /// A double spend, below the minimum, or returned. Final.
    Cancelled,
    /// A withdrawal that the account's owner refused; its money is returned. Final.
    Declined,
    /// A payment request that nobody has paid yet. Not final.
    Created,
    /// A payment request that was paid. Final.
    Paid,
    /// A payment request for which too little was paid. Final.
    Failed,
    /// A payment request that nobody paid in time. Final.
    Expired,
    /// A deposit below the minimum: no credit and no callback (the CoinsPaid family's rule; Citron's docs warn of it).
    Lost,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
