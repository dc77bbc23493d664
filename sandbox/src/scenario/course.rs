//! The data of a scenario.

use serde::Serialize;

use crate::{callback::Delivery, status::Status};

/// How the ids of most customers begin.
pub(super) const CUSTOMER: &str = "customer-";

/// A course of events with its expected outcome.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Scenario {
    /// Its name in control calls, such as `several-deposits`.
    pub name: &'static str,
    /// Describes it in one line.
    pub description: &'static str,
    /// Its outcome at a correct shop.
    pub expected: Expected,
    /// How the id of its customer begins, unless the caller chooses it.
    #[serde(skip)]
    pub customer: &'static str,
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
    /// The withdrawal, if there is one.
    pub payout: Option<Payout>,
}

/// A withdrawal, and the state of its payout in a correct shop's books.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Payout {
    /// What is withdrawn.
    #[serde(flatten)]
    pub withdrawn: Balance,
    /// Its final state.
    pub state: PayoutState,
}

/// The final state of a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutState {
    /// It was sent.
    Paid,
    /// It was cancelled or declined, and the money is still there.
    NotPaid,
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
    /// The customer sends an amount below the minimum, which a callback reports.
    DepositBelowMinimum(Balance),
    /// The customer sends an amount to their address of another currency, which has this code.
    CrossCurrency(Balance, &'static str),
    /// An amount is withdrawn from the merchant's account.
    Withdraw(Balance),
    /// A payment request for an amount gets this status. `Created` creates it; others are about the latest one.
    PaymentRequest(Balance, Status),
    /// A transaction changes.
    Change(usize, Change),
}

/// A change of a transaction.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// A deposit gets all its confirmations.
    Confirm,
    /// A deposit is cancelled for a reason, before or after it was confirmed.
    Cancel(&'static str),
    /// A withdrawal becomes pending, for a reason.
    Hold(&'static str),
    /// A withdrawal is declined, for a reason.
    Decline(&'static str),
    /// A withdrawal is sent.
    Send,
    /// A withdrawal is sent, and its callback lacks the amounts.
    SendWithoutAmounts,
    /// The latest callback is sent once more.
    Repeat,
}

impl Action {
    /// Returns the codes of the currencies that it needs.
    pub fn currencies(&self) -> impl Iterator<Item = &'static str> {
        let (currency, expected) = match self {
            Action::Deposit(sent) | Action::DepositBelowMinimum(sent) => (Some(sent.currency), None),
            Action::CrossCurrency(sent, expected) => (Some(sent.currency), Some(*expected)),
            Action::Withdraw(amount) | Action::PaymentRequest(amount, _) => (Some(amount.currency), None),
            Action::Change(..) => (None, None),
        };
        currency.into_iter().chain(expected)
    }
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

/// Returns the callback of the only transaction, a withdrawal.
pub(super) const fn withdrawal(after_seconds: i64, status: Status) -> ExpectedCallback {
    ExpectedCallback { after_seconds, transaction: 1, r#type: "withdrawal", status }
}

/// Returns the callback of the only transaction, a payment request.
pub(super) const fn payment_request(after_seconds: i64, status: Status) -> ExpectedCallback {
    ExpectedCallback { after_seconds, transaction: 1, r#type: "payment_request", status }
}
