//! The data of a scenario.

use serde::Serialize;

use crate::{callback::Delivery, status::Status};

/// A course of events with its expected outcome.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Scenario {
    /// Its name in control calls, such as `several-deposits`.
    pub name: &'static str,
    /// Describes it in one line.
    pub description: &'static str,
    /// Its outcome at a correct shop.
    pub expected: Expected,
    /// Its steps, in the order of their time.
    #[serde(skip)]
    pub steps: &'static [Step],
}

/// The outcome of a scenario at a correct shop.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// The callbacks, in the order in which they arrive.
    pub callbacks: &'static [ExpectedCallback],
    /// The amounts that are credited to the customer, one for each currency.
    pub ledger: &'static [Balance],
}

/// A callback that arrives.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct ExpectedCallback {
    /// The time since the start of the scenario.
    pub after_seconds: i64,
    /// The number of its transaction in the scenario, from 1.
    pub transaction: usize,
    /// Its `type`.
    pub r#type: &'static str,
    /// Its `status`.
    pub status: Status,
}

/// An amount of a currency.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// Currency code.
    pub currency: &'static str,
    /// The amount, as decimal text.
    pub amount: &'static str,
}

/// An event of a scenario.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// The time since the start of the scenario.
    pub after_seconds: i64,
    /// The event.
    pub action: Action,
    /// How its callback is delivered.
    pub delivery: Delivery,
}

/// What happens. Transactions are counted from 1, in the order of their creation.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// The customer sends an amount to their address of this currency.
    Deposit(Balance),
    /// A deposit gets all its confirmations.
    Confirm(usize),
}

impl Scenario {
    /// Returns its length in seconds: the time of its last step or callback.
    pub fn seconds(&self) -> i64 {
        let steps = self.steps.iter().map(|step| step.after_seconds);
        let callbacks = self.expected.callbacks.iter().map(|callback| callback.after_seconds);
        steps.chain(callbacks).max().unwrap_or_default()
    }
}

/// Returns a step with the usual delivery.
pub(super) const fn at(after_seconds: i64, action: Action) -> Step {
    Step { after_seconds, action, delivery: Delivery::Once }
}

impl Step {
    /// Changes the delivery of its callback.
    pub(super) const fn delivered(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }
}

/// Returns an amount of a currency.
pub(super) const fn amount(amount: &'static str, currency: &'static str) -> Balance {
    Balance { currency, amount }
}

/// Returns the callback of a deposit.
pub(super) const fn deposit(after_seconds: i64, transaction: usize, status: Status) -> ExpectedCallback {
    ExpectedCallback { after_seconds, transaction, r#type: "deposit", status }
}
