//! Control of withdrawals.

use super::call::{Answer, Control, Problem, Settle, list, read, show, unknown, waiting};
use crate::http::Request;

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    let now = control.now;
    let state = control.state();
    match (request.method, segments) {
        ("GET", ["withdrawals"]) => list(&state.withdrawals),
        ("GET", ["withdrawals", id]) => show(&state.withdrawals, id, "withdrawal"),
        ("POST", ["withdrawals", id, action @ ("confirm" | "cancel" | "hold" | "decline")]) => {
            let Settle { reason, wait } = read(request)?;
            let reason = reason.as_deref();
            show(&state.withdrawals, id, "withdrawal")?;
            let settled = match *action {
                "confirm" => state.send_withdrawal(id, now),
                "hold" => state.hold_withdrawal(id, reason.unwrap_or("above a limit of the account"), now),
                "decline" => state.decline_withdrawal(id, reason.unwrap_or("declined by the owner"), now),
                _ => state.cancel_withdrawal(id, reason.unwrap_or("rejected by the network"), now),
            };
            if !settled {
                let states = if *action == "hold" { "pending or final" } else { "final" };
                return Err(Problem::conflict(format!("this withdrawal is already {states}")));
            }
            waiting(wait, show(&state.withdrawals, id, "withdrawal"))
        }
        _ => unknown(),
    }
}
