//! Scenarios of how callbacks come, and of their form.

use super::course::{Action, CUSTOMER, Change, Expected, Scenario, amount, at, deposit, payment_request};
use crate::{
    callback::Delivery,
    status::Status::{Cancelled, Confirmed, Created, NotConfirmed, Paid, Processing},
};

const HOUR: i64 = 3_600;

pub(super) const PAYMENT_REQUEST: Scenario = Scenario {
    name: "payment-request",
    description: "callbacks have payment_request_id and no id; `paid` says nothing about an amount to credit",
    customer: CUSTOMER,
    steps: &[
        at(0, Action::PaymentRequest(amount("30", "USDTT"), Created)),
        at(60, Action::PaymentRequest(amount("30", "USDTT"), Processing)),
        at(180, Action::PaymentRequest(amount("30", "USDTT"), Paid)),
    ],
    expected: Expected {
        callbacks: &[payment_request(0, Created), payment_request(60, Processing), payment_request(180, Paid)],
        ledger: &[],
        payout: None,
    },
};

pub(super) const TWICE: Scenario = Scenario {
    name: "callbacks-twice",
    description: "each callback of a deposit comes two times at once, and the last one again two hours later",
    customer: CUSTOMER,
    steps: &[
        at(0, Action::Deposit(amount("50", "USDTT"))).delivered(Delivery::Twice),
        at(60, Action::Change(1, Change::Confirm)).delivered(Delivery::Twice),
        at(60 + 2 * HOUR, Action::Change(1, Change::Repeat)),
    ],
    expected: Expected {
        callbacks: &[
            deposit(0, 1, NotConfirmed),
            deposit(0, 1, NotConfirmed),
            deposit(60, 1, Confirmed),
            deposit(60, 1, Confirmed),
            deposit(60 + 2 * HOUR, 1, Confirmed),
        ],
        ledger: &[amount("49.500000", "USDTT")],
        payout: None,
    },
};

pub(super) const OUT_OF_ORDER: Scenario = Scenario {
    name: "callbacks-out-of-order",
    description: "`confirmed` of one deposit and `cancelled` of another come before their `not_confirmed`",
    customer: CUSTOMER,
    steps: &[
        at(0, Action::Deposit(amount("50", "USDTT"))).delivered(Delivery::Late(120)),
        at(10, Action::Deposit(amount("60", "USDTT"))).delivered(Delivery::Late(120)),
        at(60, Action::Change(1, Change::Confirm)),
        at(70, Action::Change(2, Change::Cancel("double spend"))),
    ],
    expected: Expected {
        callbacks: &[
            deposit(60, 1, Confirmed),
            deposit(70, 2, Cancelled),
            deposit(120, 1, NotConfirmed),
            deposit(130, 2, NotConfirmed),
        ],
        ledger: &[amount("49.500000", "USDTT")],
        payout: None,
    },
};

pub(super) const LATE: Scenario = Scenario {
    name: "callbacks-late",
    description: "the callbacks of a deposit come six and nine hours late, when a payment has long expired",
    customer: CUSTOMER,
    steps: &[
        at(0, Action::Deposit(amount("50", "USDTT"))).delivered(Delivery::Late(6 * HOUR)),
        at(60, Action::Change(1, Change::Confirm)).delivered(Delivery::Late(9 * HOUR)),
    ],
    expected: Expected {
        callbacks: &[deposit(6 * HOUR, 1, NotConfirmed), deposit(60 + 9 * HOUR, 1, Confirmed)],
        ledger: &[amount("49.500000", "USDTT")],
        payout: None,
    },
};

pub(super) const ESCAPES: Scenario = Scenario {
    name: "php-escapes",
    description: r"every text has a JSON escape such as PHP's `\/` and `\u00fc`; the customer's id needs several",
    customer: "kundin/ü-€-😀-",
    steps: &[
        at(0, Action::Deposit(amount("50", "USDTT"))).delivered(Delivery::Escaped),
        at(30, Action::Deposit(amount("60", "USDTT"))).delivered(Delivery::Escaped),
        at(60, Action::Change(1, Change::Confirm)).delivered(Delivery::Escaped),
        at(90, Action::Change(2, Change::Cancel("double spend: 2/2, «ungültig»"))).delivered(Delivery::Escaped),
    ],
    expected: Expected {
        callbacks: &[
            deposit(0, 1, NotConfirmed),
            deposit(30, 2, NotConfirmed),
            deposit(60, 1, Confirmed),
            deposit(90, 2, Cancelled),
        ],
        ledger: &[amount("49.500000", "USDTT")],
        payout: None,
    },
};
