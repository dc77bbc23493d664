//! The control calls under `/_sandbox/`, with which tests set up the sandbox. They take and return JSON, and refuse web
//! pages of other sites.

mod call;
mod callbacks;
mod clock;
mod currencies;
mod deposits;
mod faults;
mod ledger;
mod payments;
mod scenarios;
mod settings;
mod withdrawals;

use std::collections::BTreeMap;

use call::{Answer, Control, Problem, done, unknown};

use crate::{
    clock::Millis,
    guard,
    http::{Effect, Request, Response},
    profile::Profile,
    request_log::ReceivedRequest,
    simulation::Simulation,
};

/// The path prefix of the control calls.
pub(crate) const PATH: &str = "/_sandbox";

/// The control calls, as listed by `GET /_sandbox/`.
const CALLS: &[(&str, &str)] = &[
    ("GET /_sandbox/", "this list"),
    // Answered by the server around the engine.
    ("GET /_sandbox/openapi.json", "the OpenAPI description of the API, with the evidence of each field"),
    ("POST /_sandbox/reset", "restores the initial state, with the same seed and the real time"),
    ("GET /_sandbox/clock", "{now, frozen}"),
    ("POST /_sandbox/clock", "{frozen?, now?}: freezes the clock, lets it run, sets it ahead"),
    ("POST /_sandbox/clock/advance", "{seconds?, minutes?, hours?, days?}: carries out the events on the way in order"),
    ("GET /_sandbox/requests", "the latest 1000 calls of the API and the pay page"),
    ("DELETE /_sandbox/requests", "clears the list of requests"),
    ("GET /_sandbox/ledger", "accounts, sums (always zero) and the latest 1000 postings"),
    ("POST /_sandbox/balances", "{currency, amount}: credits the merchant"),
    ("GET /_sandbox/deposits", "all deposits; /{id} is one"),
    (
        "POST /_sandbox/deposits",
        "{amount, address+memo? | foreign_id+currency | session_id, confirmations?, confirmed?, automatic?, wait?}",
    ),
    ("POST /_sandbox/deposits/{id}/confirmations", "{count?, wait?}: adds confirmations, one by default"),
    ("POST /_sandbox/deposits/{id}/confirm", "{wait?}: adds all missing confirmations"),
    ("POST /_sandbox/deposits/{id}/cancel", "{reason?, wait?}: cancels it, as after a double spend"),
    ("GET /_sandbox/withdrawals", "all withdrawals; /{id} is one"),
    ("POST /_sandbox/withdrawals/{id}/confirm", "{wait?}: sends it to the blockchain"),
    ("POST /_sandbox/withdrawals/{id}/hold", "{reason?, wait?}: makes it pending, until it is confirmed or declined"),
    ("POST /_sandbox/withdrawals/{id}/decline", "{reason?, wait?}: declines it and returns the money"),
    ("POST /_sandbox/withdrawals/{id}/cancel", "{reason?, wait?}: cancels it and returns the money"),
    ("GET /_sandbox/payments", "all payments; /{session_id} is one"),
    ("POST /_sandbox/payments/{session_id}/pay", "{amount, confirmed?, wait?}: pays, as the payer does on the page"),
    ("POST /_sandbox/payments/{session_id}/expire", "{}: lets it expire"),
    ("POST /_sandbox/payments/{session_id}/cancel", "{}: cancels it, as the payer does on the page"),
    ("GET /_sandbox/callbacks", "all callbacks with every attempt; /{id} is one"),
    ("POST /_sandbox/callbacks/{id}/resend", "{wait?}: sends it again"),
    ("GET /_sandbox/scenarios", "all scenarios, each with its expected callbacks and ledger"),
    (
        "POST /_sandbox/scenarios/{name}",
        "{customer_id?, payout_id?, wait?}: runs it, and advances the clock to its end",
    ),
    ("GET /_sandbox/scenarios/{name}/runs/{id}", "a run with its callbacks and every attempt"),
    ("GET /_sandbox/faults", "the pending faults"),
    (
        "POST /_sandbox/faults",
        "{kind, endpoint?, times?, code?, status?, retry_after?, location?, latency_ms?, executes?}, or {kind: \
         duplicate_callback | callbacks_out_of_order, times?}",
    ),
    ("DELETE /_sandbox/faults", "removes all pending faults"),
    ("GET /_sandbox/rates", "tickers and rates"),
    ("POST /_sandbox/rates", "{TICKER: rate, ...}: sets rates; null restores the default"),
    ("GET /_sandbox/currencies", "all currencies with their settings; /{code} is one"),
    (
        "POST /_sandbox/currencies/{code}",
        "{minimum_amount?, confirmations?, deposit_fee_percent?, withdrawal_fee_percent?, exchange_fee_percent?, \
         supported?, withdrawals_enabled?}: null removes a fee",
    ),
    ("GET /_sandbox/networks", "all networks and whether they are available"),
    ("POST /_sandbox/networks/{name}", "{available}"),
    ("GET /_sandbox/profiles", "the reply profiles by name, with their switches; the seed decides those of `random`"),
    (
        "GET, POST /_sandbox/settings",
        "{callback_url?, profile?, callback_generation?: newer | older, withdrawals_enabled?, automatic_withdrawals?, \
         automatic_confirmations?, required_fields?: [name, ...] of calls with a foreign_id, allowed_origins?: \
         [origin, ...] of web pages, or \"*\"}",
    ),
];

/// Answers a control call.
pub(crate) fn answer(
    simulation: &mut Simulation,
    request: &Request<'_>,
    now: Millis,
    effects: &mut Vec<Effect>,
) -> Response {
    let mut entry = ReceivedRequest::new(request, now);
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
    if let Some(error) = guard::refusal(request, origin) {
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
        (_, ["scenarios", ..]) => scenarios::answer(control, request, &segments),
        (_, ["faults", ..]) => faults::answer(control, request, &segments),
        (_, ["rates" | "currencies" | "networks", ..]) => currencies::answer(control, request, &segments),
        ("GET", ["profiles"]) => Ok(Response::data(&Profile::forms(&control.state().identity))),
        (_, ["settings"]) => settings::answer(control, request),
        _ => unknown(),
    }
}
