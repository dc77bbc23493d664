//! Scenarios of withdrawals. The withdrawal is the gateway's: the shop does not request it.

use super::course::{Action, CUSTOMER, Change, Expected, Payout, PayoutState, Scenario, amount, at, withdrawal};
use crate::status::Status::{Confirmed, Declined, Pending};

const LIMIT: &str = "Above the limit of the account";

pub(super) const DECLINED: Scenario = Scenario {
    name: "withdrawal-declined",
    description: "a withdrawal above a limit of the account is pending, and its owner declines it an hour later",
    customer: CUSTOMER,
    steps: &[
        at(0, Action::Withdraw(amount("25", "USDTT"))),
        at(1, Action::Change(1, Change::Hold(LIMIT))),
        at(3_600, Action::Change(1, Change::Decline("Declined by the owner"))),
    ],
    expected: Expected {
        callbacks: &[withdrawal(1, Pending), withdrawal(3_600, Declined)],
        ledger: &[],
        payout: Some(Payout { withdrawn: amount("25", "USDTT"), state: PayoutState::NotPaid }),
    },
};

pub(super) const APPROVED: Scenario = Scenario {
    name: "withdrawal-approved",
    description: "a withdrawal above a limit of the account is pending, and its owner approves it an hour later",
    customer: CUSTOMER,
    steps: &[
        at(0, Action::Withdraw(amount("25", "USDTT"))),
        at(1, Action::Change(1, Change::Hold(LIMIT))),
        at(3_600, Action::Change(1, Change::Send)),
    ],
    expected: Expected {
        callbacks: &[withdrawal(1, Pending), withdrawal(3_600, Confirmed)],
        ledger: &[],
        payout: Some(Payout { withdrawn: amount("25", "USDTT"), state: PayoutState::Paid }),
    },
};

pub(super) const WITHOUT_AMOUNTS: Scenario = Scenario {
    name: "withdrawal-without-amounts",
    description: "the callback of a confirmed withdrawal has neither currency_sent nor currency_received",
    customer: CUSTOMER,
    steps: &[at(0, Action::Withdraw(amount("25", "USDTT"))), at(3, Action::Change(1, Change::SendWithoutAmounts))],
    expected: Expected {
        callbacks: &[withdrawal(3, Confirmed)],
        ledger: &[],
        payout: Some(Payout { withdrawn: amount("25", "USDTT"), state: PayoutState::Paid }),
    },
};
