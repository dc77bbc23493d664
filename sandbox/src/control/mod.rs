//! Control under `/_sandbox/`: how a test sets the stage. JSON in, JSON out, and no web page gets in.

mod callbacks;
mod clock;
mod currencies;
mod deposits;
mod faults;
mod ledger;
mod payments;
pub(crate) mod settings;
mod withdrawals;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    clock::{Millis, rfc3339},
    engine::Engine,
    guard,
    http::{Effect, Request, Response},
    state::State,
};

/// The path that all control calls stand below.
pub(crate) const PATH: &str = "/_sandbox";

/// What a control call does, for the list of them.
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

/// Why a control call is refused.
#[derive(Debug)]
struct Problem {
    status: u16,
    error: String,
}

impl Problem {
    fn bad(error: impl Into<String>) -> Self {
        Self { status: 400, error: error.into() }
    }

    fn not_found(what: &str) -> Self {
        Self { status: 404, error: format!("there is no such {what}") }
    }

    fn conflict(error: impl Into<String>) -> Self {
        Self { status: 409, error: error.into() }
    }
}

type Answer = Result<Response, Problem>;

/// What the calls work on.
struct Control<'a> {
    engine: &'a mut Engine,
    now: Millis,
    effects: &'a mut Vec<Effect>,
}

impl Control<'_> {
    fn state(&mut self) -> &mut State {
        &mut self.engine.state
    }
}

/// Answers a control call.
pub(crate) fn answer(
    engine: &mut Engine,
    request: &Request<'_>,
    real_now: Millis,
    effects: &mut Vec<Effect>,
) -> Response {
    let now = engine.now(real_now);
    let answer = match admit(request, &engine.settings.origin) {
        Ok(()) => dispatch(&mut Control { engine, now, effects }, request),
        Err(problem) => Err(problem),
    };
    let (response, reason) = match answer {
        Ok(response) => (response, String::new()),
        Err(Problem { status, error }) => {
            #[derive(Serialize)]
            struct Body<'a> {
                error: &'a str,
            }
            (Response::json(status, &Body { error: &error }), format!("  {error}"))
        }
    };
    if request.method != "GET" || response.status != 200 {
        let path: String = request.path().chars().flat_map(char::escape_debug).take(200).collect();
        let method = request.method.escape_debug();
        let line = format!("{}  {method:<4} {path}  {}{reason}", rfc3339(now), response.status);
        effects.push(Effect::Log { line });
    }
    response
}

fn admit(request: &Request<'_>, origin: &str) -> Result<(), Problem> {
    if let Some(reason) = guard::keeps_out(request, origin) {
        return Err(Problem { status: 403, error: reason });
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
            control.engine.reset();
            done()
        }
        ("GET", ["requests"]) => Ok(Response::data(control.engine.requests.entries())),
        ("DELETE", ["requests"]) => {
            control.engine.requests.clear();
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

fn unknown() -> Answer {
    Err(Problem { status: 404, error: "there is no such control call: GET /_sandbox/ lists them".to_owned() })
}

fn done() -> Answer {
    Ok(Response::data(&serde_json::Map::new()))
}

/// Reads the body of a control call; an empty one counts as `{}`.
fn read<T: DeserializeOwned>(request: &Request<'_>) -> Result<T, Problem> {
    let body: &[u8] = if request.body.is_empty() { b"{}" } else { request.body };
    serde_json::from_slice(body).map_err(|error| Problem::bad(format!("the body is not what this call takes: {error}")))
}

/// The answer, given when nothing is in flight any more, if the caller wants to wait for that.
fn waiting(wait: bool, mut response: Response) -> Answer {
    response.settle = wait;
    Ok(response)
}

/// How a transaction is settled by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settle {
    /// Why it is cancelled.
    reason: Option<String>,
    /// Whether to answer only when nothing is in flight any more.
    #[serde(default = "yes")]
    wait: bool,
}

/// Waiting is the default.
fn yes() -> bool {
    true
}
