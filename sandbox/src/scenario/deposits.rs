//! Scenarios of deposits.

use super::course::{Action, CUSTOMER, Change, Expected, Scenario, amount, at, deposit};
use crate::status::Status::{Cancelled, Confirmed, NotConfirmed};

pub(super) const BELOW_MINIMUM: Scenario = Scenario {
    name: "deposit-below-minimum",
    description: "a deposit below the minimum is cancelled: its callback has amounts, but nothing is credited",
    customer: CUSTOMER,
    steps: &[at(0, Action::DepositBelowMinimum(amount("1.5", "USDTT")))],
    expected: Expected { callbacks: &[deposit(0, 1, Cancelled)], ledger: &[], payout: None },
};

pub(super) const CROSS_CURRENCY: Scenario = Scenario {
    name: "cross-currency-deposit",
    description: "a customer sends USDTE to an address for USDC: USDTE is credited, never the same number of USDC",
    customer: CUSTOMER,
    steps: &[at(0, Action::CrossCurrency(amount("40", "USDTE"), "USDC")), at(120, Action::Change(1, Change::Confirm))],
    expected: Expected {
        callbacks: &[deposit(0, 1, NotConfirmed), deposit(120, 1, Confirmed)],
        ledger: &[amount("39.600000", "USDTE")],
        payout: None,
    },
};

pub(super) const SEVERAL: Scenario = Scenario {
    name: "several-deposits",
    description: "a customer sends three deposits to one address, two of them with the same amount",
    customer: CUSTOMER,
    steps: &[
        at(0, Action::Deposit(amount("50", "USDTT"))),
        at(20, Action::Deposit(amount("50", "USDTT"))),
        at(40, Action::Deposit(amount("7.25", "USDTT"))),
        at(60, Action::Change(1, Change::Confirm)),
        at(80, Action::Change(3, Change::Confirm)),
        at(100, Action::Change(2, Change::Confirm)),
    ],
    expected: Expected {
        callbacks: &[
            deposit(0, 1, NotConfirmed),
            deposit(20, 2, NotConfirmed),
            deposit(40, 3, NotConfirmed),
            deposit(60, 1, Confirmed),
            deposit(80, 3, Confirmed),
            deposit(100, 2, Confirmed),
        ],
        ledger: &[amount("106.177500", "USDTT")],
        payout: None,
    },
};

pub(super) const CANCELLED_LATER: Scenario = Scenario {
    name: "deposit-cancelled-later",
    description: "a confirmed deposit is cancelled a day later: the credit stays until a person decides about it",
    customer: CUSTOMER,
    steps: &[
        at(0, Action::Deposit(amount("0.25", "BTC"))),
        at(600, Action::Change(1, Change::Confirm)),
        at(86_400, Action::Change(1, Change::Cancel("double spend"))),
    ],
    expected: Expected {
        callbacks: &[deposit(0, 1, NotConfirmed), deposit(600, 1, Confirmed), deposit(86_400, 1, Cancelled)],
        ledger: &[amount("0.24750000", "BTC")],
        payout: None,
    },
};
