//! Control of withdrawals.

use super::call::{Answer, Control, Problem, Settle, list, read, show, unknown, waiting};
use crate::http::Request;

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    let now = control.now;
    let state = control.state();
    match (request.method, segments) {
        ("GET", ["withdrawals"]) => list(&state.withdrawals),
        ("GET", ["withdrawals", id]) => show(&state.withdrawals, id, "withdrawal"),
        ("POST", ["withdrawals", id, action @ ("confirm" | "cancel")]) => {
            let Settle { reason, wait } = read(request)?;
            show(&state.withdrawals, id, "withdrawal")?;
            let settled = match *action {
                "confirm" => state.send_withdrawal(id, now),
                _ => state.cancel_withdrawal(id, reason.as_deref().unwrap_or("rejected by the network"), now),
            };
            if !settled {
                return Err(Problem::conflict("this withdrawal is already final"));
            }
            waiting(wait, show(&state.withdrawals, id, "withdrawal"))
        }
        _ => unknown(),
    }
}
