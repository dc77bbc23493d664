//! Control of deposits.

use serde::Deserialize;

use super::call::{Answer, Control, Problem, Settle, list, read, show, unknown, waiting, yes};
use crate::{
    clock::Millis, decimal::Decimal, deposit::Order, deposit_address::DepositAddress, http::Request, state::State,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Make {
    amount: Decimal,
    address: Option<String>,
    memo: Option<String>,
    foreign_id: Option<String>,
    currency: Option<String>,
    session_id: Option<String>,
    confirmations: Option<u32>,
    #[serde(default)]
    confirmed: bool,
    automatic: Option<bool>,
    #[serde(default = "yes")]
    wait: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    count: Option<u32>,
    #[serde(default = "yes")]
    wait: bool,
}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    let now = control.now;
    let state = control.state();
    match (request.method, segments) {
        ("GET", ["deposits"]) => list(&state.deposits),
        ("POST", ["deposits"]) => make(state, read(request)?, now),
        ("GET", ["deposits", id]) => show(&state.deposits, id, "deposit"),
        ("POST", ["deposits", id, "confirmations"]) => {
            let Count { count, wait } = read(request)?;
            change(state, id, wait, |state| state.add_confirmations(id, count.unwrap_or(1), now))
        }
        ("POST", ["deposits", id, "confirm"]) => {
            let Settle { wait, .. } = read(request)?;
            change(state, id, wait, |state| state.add_confirmations(id, u32::MAX, now))
        }
        ("POST", ["deposits", id, "cancel"]) => {
            let Settle { reason, wait } = read(request)?;
            let reason = reason.as_deref().unwrap_or("double spend");
            change(state, id, wait, |state| state.cancel_deposit(id, reason, now))
        }
        _ => unknown(),
    }
}

/// Changes a deposit, if it is open.
fn change(state: &mut State, id: &str, wait: bool, apply: impl FnOnce(&mut State) -> bool) -> Answer {
    show(&state.deposits, id, "deposit")?;
    if !apply(state) {
        return Err(Problem::conflict("this deposit is already final"));
    }
    waiting(wait, show(&state.deposits, id, "deposit"))
}

fn make(state: &mut State, make: Make, now: Millis) -> Answer {
    let address = find_address(state, &make)?.clone();
    if make.amount.is_zero() {
        return Err(Problem::bad("`amount` must be above zero"));
    }
    let order = Order {
        address,
        expected_coin: None,
        reports_minimum: false,
        amount: make.amount,
        confirmations: if make.confirmed { None } else { Some(make.confirmations.unwrap_or(0)) },
        automatic: make.automatic.unwrap_or(state.settings.automatic_confirmations),
    };
    let id = state.add_deposit(order, now).map_err(Problem::bad)?;
    waiting(make.wait, show(&state.deposits, &id, "deposit"))
}

fn find_address<'a>(state: &'a State, make: &Make) -> Result<&'a DepositAddress, Problem> {
    let found = match (&make.address, &make.foreign_id, &make.currency, &make.session_id) {
        (Some(address), None, None, None) => state.addresses.find(address, make.memo.as_deref().unwrap_or_default()),
        (None, Some(foreign_id), Some(currency), None) => state.addresses.of_customer(foreign_id, currency),
        (None, None, None, Some(session_id)) => state
            .payments
            .get(session_id)
            .and_then(|payment| state.addresses.of_customer(&payment.foreign_id, payment.coin)),
        _ => {
            let error = "set exactly one destination: `address` (and `memo` if it has one), `foreign_id` and \
                         `currency`, or `session_id`";
            return Err(Problem::bad(error));
        }
    };
    found.ok_or_else(|| Problem::not_found("deposit address; create it with addresses/take"))
}
