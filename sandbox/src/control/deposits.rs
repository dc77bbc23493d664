//! Control of deposits.

use serde::{Deserialize, Serialize};

use super::{Answer, Control, Problem, Settle, read, unknown, waiting, yes};
use crate::{
    clock::{Millis, rfc3339},
    decimal::Decimal,
    deposit::{Deposit, Exchange, Order, Status},
    deposit_address::DepositAddress,
    http::{Request, Response},
    state::State,
};

#[derive(Serialize)]
struct View<'a> {
    id: &'a str,
    r#type: &'static str,
    status: Status,
    foreign_id: &'a str,
    currency: &'a str,
    address: &'a str,
    memo: Option<&'a str>,
    amount: &'a Decimal,
    received_currency: &'a str,
    received_amount: &'a Decimal,
    received_amount_minus_fee: &'a Decimal,
    exchange: Option<&'a Exchange>,
    confirmations: u32,
    required_confirmations: u32,
    txid: &'a str,
    error: &'a str,
    seen_at: String,
}

fn view(deposit: &Deposit) -> View<'_> {
    View {
        id: &deposit.id.uuid,
        r#type: deposit.kind(),
        status: deposit.status,
        foreign_id: &deposit.address.foreign_id,
        currency: deposit.address.coin,
        address: &deposit.address.address,
        memo: deposit.address.memo.as_deref(),
        amount: &deposit.amount,
        received_currency: deposit.received_coin,
        received_amount: &deposit.received,
        received_amount_minus_fee: &deposit.received_after_fee,
        exchange: deposit.exchange.as_ref(),
        confirmations: deposit.confirmations,
        required_confirmations: deposit.required,
        txid: &deposit.txid,
        error: &deposit.error,
        seen_at: rfc3339(deposit.seen),
    }
}

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
        ("GET", ["deposits"]) => Ok(Response::data(&state.deposits.iter().map(view).collect::<Vec<_>>())),
        ("POST", ["deposits"]) => make(state, read(request)?, now),
        ("GET", ["deposits", id]) => shown(state, id, false),
        ("POST", ["deposits", id, "confirmations"]) => {
            let Count { count, wait } = read(request)?;
            confirm(state, id, count.unwrap_or(1), wait, now)
        }
        ("POST", ["deposits", id, "confirm"]) => {
            let Settle { wait, .. } = read(request)?;
            confirm(state, id, u32::MAX, wait, now)
        }
        ("POST", ["deposits", id, "cancel"]) => {
            let Settle { reason, wait } = read(request)?;
            known(state, id)?;
            if !state.cancel_deposit(id, reason.as_deref().unwrap_or("double spend"), now) {
                return Err(final_already());
            }
            shown(state, id, wait)
        }
        _ => unknown(),
    }
}

fn make(state: &mut State, make: Make, now: Millis) -> Answer {
    let address = find_address(state, &make)?.clone();
    if make.amount.is_zero() {
        return Err(Problem::bad("`amount` must be above zero"));
    }
    let order = Order {
        address,
        amount: make.amount,
        confirmations: if make.confirmed { None } else { Some(make.confirmations.unwrap_or(0)) },
        automatic: make.automatic.unwrap_or(state.settings.automatic_confirmations),
    };
    let id = see(state, order, now)?;
    shown(state, &id, make.wait)
}

/// A deposit is seen; also what a payment on the page comes to.
pub(super) fn see(state: &mut State, order: Order, now: Millis) -> Result<String, Problem> {
    state.see_deposit(order, now).map_err(|problem| Problem::bad(problem.sentence()))
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
            let error = "exactly one of `address` (with `memo` where it has one), `foreign_id` with `currency`, and \
                         `session_id` must say where the deposit goes";
            return Err(Problem::bad(error));
        }
    };
    found.ok_or_else(|| Problem::not_found("deposit address: take it first"))
}

fn confirm(state: &mut State, id: &str, count: u32, wait: bool, now: Millis) -> Answer {
    known(state, id)?;
    match state.add_confirmations(id, count, now) {
        Ok(true) => shown(state, id, wait),
        Ok(false) => Err(final_already()),
        Err(_) => Err(Problem::conflict("the ledger refused the deposit")),
    }
}

fn known<'a>(state: &'a State, id: &str) -> Result<&'a Deposit, Problem> {
    state.deposits.get(id).ok_or_else(|| Problem::not_found("deposit"))
}

fn final_already() -> Problem {
    Problem::conflict("this deposit is final already")
}

/// The answer with one deposit.
pub(super) fn shown(state: &State, id: &str, wait: bool) -> Answer {
    waiting(wait, Response::data(&view(known(state, id)?)))
}
