//! The hosted payment page, `/pay/{session}`, on which a tester acts as the payer. Works without JavaScript.

mod html;

use std::collections::BTreeMap;

use citrn::ErrorCode;
use serde::Serialize;

pub(crate) use html::front;

use html::{FormError, View};

use crate::{
    clock::{self, Millis},
    decimal::Decimal,
    guard,
    http::{Request, Response},
    payment::{Payment, Status},
    profile::Form,
    refusal::coded,
    simulation::Simulation,
    state::{State, payments::Problem},
};

/// The path prefix of the page, before the session id.
pub const PATH: &str = "/pay/";

/// Answers a request for the page or for its content as JSON, or a submitted form.
pub(crate) fn answer(simulation: &mut Simulation, request: &Request<'_>, now: Millis) -> Response {
    let session = request.path().strip_prefix(PATH).unwrap_or_default();
    let view = View { now, frozen: simulation.clock.is_frozen() };
    let state = &mut simulation.state;
    let Some(payment) = state.payments.get(session) else {
        return refuse(request, &ErrorCode::PaymentNotFound, "There is no such payment.", None);
    };
    if request.method != "POST" {
        return show(state, &payment.at(now), request, view, None);
    }
    if let Some(reason) = guard::refusal(request, &simulation.settings.origin) {
        return html::forbidden(&reason);
    }
    let payment = payment.at(now);
    let form: BTreeMap<_, _> = form_urlencoded::parse(request.body).collect();
    let field = |name| form.get(name).map_or("", |value| value.as_ref());
    match submit(state, session, field, now) {
        Ok(()) => Response::see_other(&payment.return_url),
        Err(problem) => {
            let error = FormError { problem, amount: field("amount").to_owned() };
            show(state, &payment, request, view, Some(&error))
        }
    }
}

/// Carries out a submitted form.
fn submit<'a>(
    state: &mut State,
    session: &str,
    field: impl Fn(&'static str) -> &'a str,
    now: Millis,
) -> Result<(), &'static str> {
    let done = match field("action") {
        "pay" => {
            let amount = Decimal::parse(field("amount").trim())
                .filter(|amount| !amount.is_zero())
                .ok_or("The amount must be digits with at most one point, above zero, such as 12.5.")?;
            state.pay(session, amount, field("confirmed") == "yes", now)
        }
        "cancel" => state.cancel_payment(session, now),
        "expire" => state.expire_payment(session, now),
        _ => return Err("The form has no valid action."),
    };
    done.map_err(|problem| match problem {
        Problem::Deposit(sentence) => sentence,
        Problem::Unknown | Problem::Closed => "This payment is already paid, cancelled or expired.",
    })
}

fn show(state: &State, payment: &Payment, request: &Request<'_>, view: View, error: Option<&FormError>) -> Response {
    match payment.status {
        Status::Expired => refuse(request, &ErrorCode::PaymentExpired, "This payment has expired.", Some(payment)),
        _ if request.prefers_json() => json(payment),
        Status::Open => {
            let minimum = state.coins.existing(payment.coin).map(|coin| coin.minimum_amount.clone());
            let usual = &minimum.unwrap_or_else(|_| Decimal::zero()) * &Decimal::constant(10, 0);
            html::open(payment, &usual, view, error)
        }
        Status::Paid | Status::Cancelled => {
            let deposit = payment.deposit_id.as_deref().and_then(|id| state.deposits.get(id));
            html::closed(payment, deposit, error.is_some())
        }
    }
}

fn refuse(request: &Request<'_>, code: &ErrorCode, sentence: &str, payment: Option<&Payment>) -> Response {
    let response = coded(code, &Form::DOCUMENTED_NEW);
    if request.prefers_json() { response } else { html::refused(response.status, code.as_str(), sentence, payment) }
}

/// Returns the content of the page as JSON (**invented**, like the page).
fn json(payment: &Payment) -> Response {
    #[derive(Serialize)]
    struct Session<'a> {
        session_id: &'a str,
        status: Status,
        coin_name: &'a str,
        address: &'a str,
        memo: Option<&'a str>,
        foreign_id: &'a str,
        return_url: &'a str,
        #[serde(serialize_with = "clock::serialize")]
        expires_at: Millis,
    }
    Response::data(&Session {
        session_id: &payment.id.uuid,
        status: payment.status,
        coin_name: payment.coin,
        address: &payment.address,
        memo: payment.memo.as_deref(),
        foreign_id: &payment.foreign_id,
        return_url: &payment.return_url,
        expires_at: payment.expires,
    })
}
