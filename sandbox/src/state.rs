//! Everything that the gateway remembers.

use std::collections::BTreeSet;

use crate::{
    address::Network, agenda::Agenda, callback::Callbacks, coin::Coins, deposit::Deposits,
    deposit_address::DepositAddresses, identity::Identity, ledger::Ledger, payment::Payments, quote::Quotes,
    rates::Rates, settings::Settings, withdrawal::Withdrawals,
};

/// The gateway's memory. A refused call leaves it as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The source of ids.
    pub identity: Identity,
    /// Settings of the gateway as a whole.
    pub settings: Settings,
    /// The currencies and their settings.
    pub coins: Coins,
    /// Networks that are down for now.
    pub networks_down: BTreeSet<Network>,
    /// Exchange rates.
    pub rates: Rates,
    /// The money.
    pub ledger: Ledger,
    /// Deposit addresses.
    pub addresses: DepositAddresses,
    /// Redirect payments.
    pub payments: Payments,
    /// Deposits.
    pub deposits: Deposits,
    /// Withdrawals.
    pub withdrawals: Withdrawals,
    /// Quotes.
    pub quotes: Quotes,
    /// Callbacks.
    pub callbacks: Callbacks,
    /// What happens later by itself.
    pub agenda: Agenda,
}

impl State {
    /// The state at the start.
    #[must_use]
    pub fn new(seed: &str, callback_url: Option<&str>) -> Self {
        Self {
            identity: Identity::new(seed),
            settings: Settings { callback_url: callback_url.map(str::to_owned), ..Settings::default() },
            coins: Coins::default(),
            networks_down: BTreeSet::new(),
            rates: Rates::default(),
            ledger: Ledger::default(),
            addresses: DepositAddresses::default(),
            payments: Payments::default(),
            deposits: Deposits::default(),
            withdrawals: Withdrawals::default(),
            quotes: Quotes::default(),
            callbacks: Callbacks::default(),
            agenda: Agenda::default(),
        }
    }
}
