//! Control of payments: what the payer does on the page.

use serde::{Deserialize, Serialize};

use super::{Answer, Control, Problem, deposits::see, read, unknown, waiting, yes};
use crate::{
    clock::{Millis, rfc3339},
    decimal::Decimal,
    http::{Request, Response},
    payment::{Outcome, Payment, Problem as Closed, Status},
    state::State,
};

#[derive(Serialize)]
struct View<'a> {
    session_id: &'a str,
    status: Status,
    foreign_id: &'a str,
    coin_name: &'a str,
    address: Option<&'a str>,
    memo: Option<&'a str>,
    return_url: &'a str,
    deposit_id: Option<&'a str>,
    created_at: String,
    expires_at: String,
}

fn view<'a>(state: &'a State, payment: &'a Payment, now: Millis) -> View<'a> {
    let address = state.addresses.of_customer(&payment.foreign_id, payment.coin);
    View {
        session_id: &payment.id.uuid,
        status: payment.status(now),
        foreign_id: &payment.foreign_id,
        coin_name: payment.coin,
        address: address.map(|taken| taken.address.as_str()),
        memo: address.and_then(|taken| taken.memo.as_deref()),
        return_url: &payment.return_url,
        deposit_id: match &payment.outcome {
            Some(Outcome::Paid { deposit }) => Some(deposit),
            Some(Outcome::Cancelled) | None => None,
        },
        created_at: rfc3339(payment.created),
        expires_at: rfc3339(payment.expires),
    }
}

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
            Ok(Response::data(&state.payments.iter().map(|payment| view(state, payment, now)).collect::<Vec<_>>()))
        }
        ("GET", ["payments", id]) => shown(state, id, false, now),
        ("POST", ["payments", id, "pay"]) => {
            let Pay { amount, confirmed, wait } = read(request)?;
            if amount.is_zero() {
                return Err(Problem::bad("`amount` must be above zero"));
            }
            let order = state.payment_order(id, amount, confirmed, now).map_err(closed)?;
            let deposit = see(state, order, now)?;
            state.mark_paid(id, deposit);
            shown(state, id, wait, now)
        }
        ("POST", ["payments", id, "expire"]) => {
            let Nothing {} = read(request)?;
            state.expire_payment(id, now).map_err(closed)?;
            shown(state, id, false, now)
        }
        ("POST", ["payments", id, "cancel"]) => {
            let Nothing {} = read(request)?;
            state.cancel_payment(id, now).map_err(closed)?;
            shown(state, id, false, now)
        }
        _ => unknown(),
    }
}

fn closed(why: Closed) -> Problem {
    match why {
        Closed::Unknown => Problem::not_found("payment"),
        Closed::Over => Problem::conflict("this payment is paid, cancelled or expired already"),
    }
}

fn shown(state: &State, id: &str, wait: bool, now: Millis) -> Answer {
    let payment = state.payments.get(id).ok_or_else(|| Problem::not_found("payment"))?;
    waiting(wait, Response::data(&view(state, payment, now)))
}
