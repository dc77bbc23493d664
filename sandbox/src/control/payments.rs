//! Control of payments: the payer's actions on the page.

use serde::Deserialize;

use super::call::{Answer, Control, Problem, read, unknown, waiting, yes};
use crate::{
    clock::Millis,
    decimal::Decimal,
    http::{Request, Response},
    state::{State, payments},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    amount: Decimal,
    #[serde(default)]
    confirmed: bool,
    #[serde(default = "yes")]
    wait: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    let now = control.now;
    let state = control.state();
    match (request.method, segments) {
        ("GET", ["payments"]) => {
            Ok(Response::data(&state.payments.iter().map(|payment| payment.at(now)).collect::<Vec<_>>()))
        }
        ("GET", ["payments", id]) => shown(state, id, now),
        ("POST", ["payments", id, "pay"]) => {
            let Pay { amount, confirmed, wait } = read(request)?;
            if amount.is_zero() {
                return Err(Problem::bad("`amount` must be above zero"));
            }
            state.pay(id, amount, confirmed, now).map_err(refused)?;
            waiting(wait, shown(state, id, now))
        }
        ("POST", ["payments", id, action @ ("expire" | "cancel")]) => {
            let Nothing {} = read(request)?;
            match *action {
                "expire" => state.expire_payment(id, now),
                _ => state.cancel_payment(id, now),
            }
            .map_err(refused)?;
            shown(state, id, now)
        }
        _ => unknown(),
    }
}

fn refused(problem: payments::Problem) -> Problem {
    match problem {
        payments::Problem::Unknown => Problem::not_found("payment"),
        payments::Problem::Closed => Problem::conflict("this payment is already paid, cancelled or expired"),
        payments::Problem::Deposit(sentence) => Problem::bad(sentence),
    }
}

fn shown(state: &State, id: &str, now: Millis) -> Answer {
    let payment = state.payments.get(id).ok_or_else(|| Problem::not_found("payment"))?;
    Ok(Response::data(&payment.at(now)))
}
