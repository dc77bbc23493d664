//! Control of withdrawals.

use serde::Serialize;

use super::{Answer, Control, Problem, Settle, read, unknown, waiting};
use crate::{
    clock::rfc3339,
    decimal::Decimal,
    http::{Request, Response},
    ledger::Overdrawn,
    state::State,
    withdrawal::{Status, Withdrawal},
};

#[derive(Serialize)]
struct View<'a> {
    id: &'a str,
    foreign_id: &'a str,
    r#type: &'static str,
    status: Status,
    address: &'a str,
    memo: Option<&'a str>,
    amount: &'a Decimal,
    sender_currency: &'a str,
    sender_amount: &'a Decimal,
    receiver_currency: &'a str,
    receiver_amount: &'a Decimal,
    fee_currency: &'a str,
    fee_amount: &'a Decimal,
    txid: Option<&'a str>,
    error: &'a str,
    created_at: String,
}

fn view(withdrawal: &Withdrawal) -> View<'_> {
    View {
        id: &withdrawal.id.uuid,
        foreign_id: &withdrawal.order.foreign_id,
        r#type: withdrawal.kind(),
        status: withdrawal.status,
        address: &withdrawal.order.address,
        memo: withdrawal.order.memo.as_deref(),
        amount: &withdrawal.order.amount,
        sender_currency: withdrawal.order.debited_coin,
        sender_amount: &withdrawal.order.debited,
        receiver_currency: withdrawal.order.sent_coin,
        receiver_amount: &withdrawal.order.sent,
        fee_currency: withdrawal.order.debited_coin,
        fee_amount: &withdrawal.order.fee,
        txid: withdrawal.txid.as_deref(),
        error: &withdrawal.error,
        created_at: rfc3339(withdrawal.created),
    }
}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    let now = control.now;
    let state = control.state();
    match (request.method, segments) {
        ("GET", ["withdrawals"]) => Ok(Response::data(&state.withdrawals.iter().map(view).collect::<Vec<_>>())),
        ("GET", ["withdrawals", id]) => shown(state, id, false),
        ("POST", ["withdrawals", id, how @ ("confirm" | "cancel")]) => {
            let Settle { reason, wait } = read(request)?;
            known(state, id)?;
            let settled = match *how {
                "confirm" => state.confirm_withdrawal(id, now),
                _ => state.cancel_withdrawal(id, reason.as_deref().unwrap_or("rejected by the network"), now),
            };
            match settled {
                Ok(true) => shown(state, id, wait),
                Ok(false) => Err(Problem::conflict("this withdrawal is final already")),
                Err(Overdrawn) => Err(Problem::conflict("the ledger refused the withdrawal")),
            }
        }
        _ => unknown(),
    }
}

fn known<'a>(state: &'a State, id: &str) -> Result<&'a Withdrawal, Problem> {
    state.withdrawals.get(id).ok_or_else(|| Problem::not_found("withdrawal"))
}

fn shown(state: &State, id: &str, wait: bool) -> Answer {
    waiting(wait, Response::data(&view(known(state, id)?)))
}
