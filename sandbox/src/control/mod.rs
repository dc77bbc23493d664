//! Control under `/_sandbox/`: how a test sets the stage. JSON in, JSON out, and no web page gets in.

mod call;
mod callbacks;
mod clock;
mod currencies;
mod deposits;
mod faults;
mod ledger;
mod payments;
mod settings;
mod withdrawals;

use std::collections::BTreeMap;

use call::{Answer, Control, Problem, done, unknown};

use crate::{
    clock::Millis,
    guard,
    http::{Effect, Request, Response},
    request_log::Entry,
    simulation::Simulation,
};

/// The path that all control calls are below.
pub(crate) const PATH: &str = "/_sandbox";

/// The control calls, for the list of them.
const CALLS: &[(&str, &str)] = &[
    ("GET /_sandbox/", "this list"),
    ("POST /_sandbox/reset", "everything as at the start, with the same seed; the clock is the real one again"),
    ("GET /_sandbox/clock", "{now, frozen}"),
    ("POST /_sandbox/clock", "{frozen?, now?}: freezes, sets free, sets ahead"),
    ("POST /_sandbox/clock/advance", "{seconds?, minutes?, hours?, days?}: what is due on the way happens in order"),
    ("GET /_sandbox/requests", "the latest 1000 calls of the API and the pay page"),
    ("DELETE /_sandbox/requests", "forgets them"),
    ("GET /_sandbox/ledger", "accounts, sums (always zero) and the latest 1000 postings"),
    ("POST /_sandbox/balances", "{currency, amount}: credits the merchant out of nowhere"),
    ("GET /_sandbox/deposits", "all deposits; /{id} is one"),
    (
        "POST /_sandbox/deposits",
        "{amount, address+memo? | foreign_id+currency | session_id, confirmations?, confirmed?, automatic?, wait?}",
    ),
    ("POST /_sandbox/deposits/{id}/confirmations", "{count?, wait?}: more confirmations, one by default"),
    ("POST /_sandbox/deposits/{id}/confirm", "{wait?}: all confirmations that it needs"),
    ("POST /_sandbox/deposits/{id}/cancel", "{reason?, wait?}: a double spend"),
    ("GET /_sandbox/withdrawals", "all withdrawals; /{id} is one"),
    ("POST /_sandbox/withdrawals/{id}/confirm", "{wait?}: sent to the blockchain"),
    ("POST /_sandbox/withdrawals/{id}/cancel", "{reason?, wait?}: fails, and the money is given back"),
    ("GET /_sandbox/payments", "all payments; /{session_id} is one"),
    ("POST /_sandbox/payments/{session_id}/pay", "{amount, confirmed?, wait?}: what the payer does on the page"),
    ("POST /_sandbox/payments/{session_id}/expire", "{}: its time is over"),
    ("POST /_sandbox/payments/{session_id}/cancel", "{}: the payer gives up"),
    ("GET /_sandbox/callbacks", "all callbacks with every attempt; /{id} is one"),
    ("POST /_sandbox/callbacks/{id}/resend", "{wait?}: sends it once more"),
    ("GET /_sandbox/faults", "the faults that wait for their calls"),
    (
        "POST /_sandbox/faults",
        "{kind, endpoint?, times?, code?, status?, retry_after?, location?, latency_ms?, executes?}, or {kind: \
         duplicate_callback | callbacks_out_of_order, times?}",
    ),
    ("DELETE /_sandbox/faults", "takes them all back"),
    ("GET /_sandbox/rates", "tickers and rates"),
    ("POST /_sandbox/rates", "{TICKER: rate, ...}: sets rates; null gives a ticker its own one back"),
    ("GET /_sandbox/currencies", "all currencies with their settings; /{code} is one"),
    (
        "POST /_sandbox/currencies/{code}",
        "{minimum_amount?, confirmations?, deposit_fee_percent?, withdrawal_fee_percent?, exchange_fee_percent?, \
         supported?, withdrawals_enabled?}: a fee that is null is not set up",
    ),
    ("GET /_sandbox/networks", "all networks and whether they are available"),
    ("POST /_sandbox/networks/{name}", "{available}"),
    (
        "GET, POST /_sandbox/settings",
        "{callback_url?, callback_generation?: newer | older, withdrawals_enabled?, automatic_withdrawals?, \
         automatic_confirmations?, allowed_origins?: [origin, ...] of web pages, or \"*\"}",
    ),
];

/// Answers a control call.
pub(crate) fn answer(
    simulation: &mut Simulation,
    request: &Request<'_>,
    now: Millis,
    effects: &mut Vec<Effect>,
) -> Response {
    let mut entry = Entry::new(request, now);
    let answer = admit(request, &simulation.settings.origin)
        .and_then(|()| dispatch(&mut Control { simulation, now, effects }, request));
    let response = answer.unwrap_or_else(|Problem { status, error }| {
        let response = Response::json(status, &BTreeMap::from([("error", &error)]));
        entry.code = Some(error);
        response
    });
    if request.method != "GET" || response.status != 200 {
        entry.status = response.status;
        effects.push(Effect::Log { line: entry.line() });
    }
    response
}

fn admit(request: &Request<'_>, origin: &str) -> Result<(), Problem> {
    if let Some(error) = guard::keeps_out(request, origin) {
        return Err(Problem { status: 403, error });
    }
    if request.method != "GET" && request.media_type().as_deref() != Some("application/json") {
        return Err(Problem { status: 415, error: "the Content-Type must be application/json".to_owned() });
    }
    Ok(())
}

fn dispatch(control: &mut Control<'_>, request: &Request<'_>) -> Answer {
    let path = request.path().strip_prefix(PATH).unwrap_or_default();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match (request.method, segments.as_slice()) {
        ("GET", []) => Ok(Response::data(&CALLS)),
        ("POST", ["reset"]) => {
            control.simulation.reset();
            done()
        }
        ("GET", ["requests"]) => Ok(Response::data(&control.simulation.requests)),
        ("DELETE", ["requests"]) => {
            control.simulation.requests.clear();
            done()
        }
        (_, ["clock", ..]) => clock::answer(control, request, &segments),
        (_, ["ledger" | "balances", ..]) => ledger::answer(control, request, &segments),
        (_, ["deposits", ..]) => deposits::answer(control, request, &segments),
        (_, ["withdrawals", ..]) => withdrawals::answer(control, request, &segments),
        (_, ["payments", ..]) => payments::answer(control, request, &segments),
        (_, ["callbacks", ..]) => callbacks::answer(control, request, &segments),
        (_, ["faults", ..]) => faults::answer(control, request, &segments),
        (_, ["rates" | "currencies" | "networks", ..]) => currencies::answer(control, request, &segments),
        (_, ["settings"]) => settings::answer(control, request),
        _ => unknown(),
    }
}
