//! The gateway's state.

mod deposits;
pub mod payments;
pub mod scenarios;
mod withdrawals;

use std::collections::BTreeSet;

use crate::{
    address::Network,
    agenda::Agenda,
    callback::Callbacks,
    clock::Millis,
    coin::Coins,
    deposit::Deposit,
    deposit_address::DepositAddresses,
    identity::{Id, Identity},
    ledger::Ledger,
    payment::{self, Payment},
    profile::Form,
    quote::{self, Quote},
    rates::Rates,
    scenario::{self, Run},
    settings::Settings,
    status::Status,
    store::Store,
    withdrawal::Withdrawal,
};

/// The gateway's state. A refused call does not change it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The source of ids.
    pub identity: Identity,
    /// Settings of the gateway as a whole.
    pub settings: Settings,
    /// The currencies and their settings.
    pub coins: Coins,
    /// Networks that are unavailable.
    pub networks_down: BTreeSet<Network>,
    /// Exchange rates.
    pub rates: Rates,
    /// The accounts and their postings.
    pub ledger: Ledger,
    /// Deposit addresses.
    pub addresses: DepositAddresses,
    /// Redirect payments.
    pub payments: Store<Payment, { payment::CAPACITY }>,
    /// Deposits.
    pub deposits: Store<Deposit>,
    /// Withdrawals.
    pub withdrawals: Store<Withdrawal>,
    /// The merchant's ids of all withdrawals.
    pub withdrawal_ids: BTreeSet<String>,
    /// Quotes.
    pub quotes: Store<Quote, { quote::CAPACITY }>,
    /// Runs of scenarios.
    pub runs: Store<Run, { scenario::RUNS }>,
    /// Callbacks.
    pub callbacks: Callbacks,
    /// Scheduled events.
    pub agenda: Agenda,
}

impl State {
    /// Creates the initial state.
    pub fn new(seed: &str, settings: Settings) -> Self {
        Self { identity: Identity::new(seed), settings, ..Self::default() }
    }

    /// Returns the form of replies and refusals.
    pub fn form(&self) -> Form {
        self.settings.profile.form(&self.identity)
    }

    /// Adds a callback about a deposit or a withdrawal.
    fn notify(&mut self, transaction: &Id, status: Status, body: String, now: Millis) {
        self.callbacks.add(&mut self.agenda, self.identity.draw(), transaction, status, body, now);
    }
}
