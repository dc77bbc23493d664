//! Scenarios of deposits.

use super::course::{Action, Expected, Scenario, amount, at, deposit};
use crate::{
    callback::Delivery,
    status::Status::{Confirmed, NotConfirmed},
};

pub(super) const SEVERAL: Scenario = Scenario {
    name: "several-deposits",
    description: "a customer sends three deposits to one address, two of them with the same amount",
    steps: &[
        at(0, Action::Deposit(amount("50", "USDTT"))),
        at(20, Action::Deposit(amount("50", "USDTT"))),
        at(40, Action::Deposit(amount("7.25", "USDTT"))),
        at(60, Action::Confirm(1)),
        at(80, Action::Confirm(3)),
        at(100, Action::Confirm(2)),
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
    },
};

pub(super) const TWICE: Scenario = Scenario {
    name: "callbacks-twice",
    description: "each callback of a deposit is sent two times, concurrently",
    steps: &[
        at(0, Action::Deposit(amount("50", "USDTT"))).delivered(Delivery::Twice),
        at(60, Action::Confirm(1)).delivered(Delivery::Twice),
    ],
    expected: Expected {
        callbacks: &[
            deposit(0, 1, NotConfirmed),
            deposit(0, 1, NotConfirmed),
            deposit(60, 1, Confirmed),
            deposit(60, 1, Confirmed),
        ],
        ledger: &[amount("49.500000", "USDTT")],
    },
};
