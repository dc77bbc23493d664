//! Runs of scenarios.

use serde::Serialize;

use super::course::{Scenario, Step};
use crate::{
    clock::{self, Millis},
    identity::Id,
};

/// The most runs in memory.
pub const CAPACITY: usize = 1_000;

/// A run of a scenario, as returned by the control calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Its id in the control calls.
    pub id: Id,
    /// The scenario.
    #[serde(flatten)]
    pub scenario: &'static Scenario,
    /// The merchant's id of the customer.
    pub customer_id: String,
    /// The time of its start.
    #[serde(rename = "started_at", serialize_with = "clock::serialize")]
    pub started: Millis,
    /// The merchant's id of the withdrawal, if there is one.
    pub payout_id: Option<String>,
    /// The ids of its transactions, in the order of their creation.
    #[serde(rename = "transaction_ids")]
    pub transactions: Vec<Id>,
    /// The number of steps that were carried out.
    #[serde(skip)]
    pub done: usize,
}

impl Run {
    /// Returns the next step and its time.
    pub fn next(&self) -> Option<(&'static Step, Millis)> {
        let step = self.scenario.steps.get(self.done)?;
        Some((step, self.at(step.after_seconds)))
    }

    /// Returns the time at which it ends.
    pub fn end(&self) -> Millis {
        self.at(self.scenario.seconds())
    }

    /// Returns the UUID of a transaction, counted from 1.
    pub fn transaction(&self, number: usize) -> Option<&str> {
        self.transactions.get(number.checked_sub(1)?).map(|id| id.uuid.as_str())
    }

    fn at(&self, after_seconds: i64) -> Millis {
        self.started.saturating_add(after_seconds.saturating_mul(1000))
    }
}
