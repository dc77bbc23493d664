//! Property test: sequences of attempts with one key behave like a model.

use core::time::Duration;

use proptest::prelude::*;
use serde_json::Value;

use super::REPLAYED;
use crate::testing::{Scripted, Sent, Turn, app, complete};

const DAY: u64 = 86_400_000;
/// The deadline of the test settings and 5 s.
const UNKNOWN_FOR: u64 = 5_500;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Attempt {
    /// The core refuses the parameters.
    Invalid,
    /// A setting of the Durable Object is missing.
    Unconfigured,
    /// The gateway refuses for good.
    Refused,
    /// The gateway refuses for now.
    DownForNow,
    Created,
    /// The gateway fails, so the outcome is unknown.
    Broken,
    /// The Durable Object crashes during the call.
    Crashed,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    attempt: Attempt,
    /// Whether the Worker refuses its `return_url`, before it reads the key.
    has_bad_return_url: bool,
    /// The number of its customer.
    customer: u8,
    /// The milliseconds before it.
    wait: u64,
}

/// The parameters and the state of a key in use.
#[derive(Debug, Clone)]
struct Bound {
    customer: u8,
    forgotten_at: u64,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Kept(u16),
    Unknown { until: u64 },
}

/// Status, code, and whether it is a replay. A crash has no status.
type Expected = (Option<u16>, &'static str, bool);

/// Returns the next state of the key, the answer, and whether the gateway is called.
fn model(key: Option<Bound>, step: Step, now: u64) -> (Option<Bound>, Expected, bool) {
    let key = key.filter(|bound| bound.forgotten_at > now);
    if step.has_bad_return_url {
        return (key, (Some(422), "return_url_not_allowed", false), false);
    }
    // The core refuses the empty coin. Its parameters differ from those of all customers.
    let customer = if step.attempt == Attempt::Invalid { u8::MAX } else { step.customer };
    let earlier = key.is_some();
    match key {
        Some(bound) if bound.customer != customer => {
            return (Some(bound), (Some(422), "idempotency_key_reused", false), false);
        }
        Some(Bound { state: State::Kept(status), .. }) => {
            let code = if status == 201 { "" } else { "coin_not_supported" };
            return (key, (Some(status), code, true), false);
        }
        Some(Bound { state: State::Unknown { until }, .. }) if until > now => {
            return (key, (Some(409), "outcome_unknown", false), false);
        }
        _ => {}
    }
    let bound = |state| Some(Bound { customer, forgotten_at: now + DAY, state });
    let refused = || earlier.then(|| bound(State::Unknown { until: now })).flatten();
    let unknown = || bound(State::Unknown { until: now + UNKNOWN_FOR });
    match step.attempt {
        Attempt::Invalid => (refused(), (Some(422), "invalid_parameter", false), false),
        Attempt::Unconfigured => (refused(), (Some(503), "invalid_configuration", false), false),
        Attempt::DownForNow => (refused(), (Some(503), "network_not_available", false), true),
        Attempt::Refused => (bound(State::Kept(422)), (Some(422), "coin_not_supported", false), true),
        Attempt::Created => (bound(State::Kept(201)), (Some(201), "", false), true),
        Attempt::Broken => (unknown(), (Some(502), "gateway_unavailable", false), true),
        Attempt::Crashed => (unknown(), (None, "", false), true),
    }
}

/// Performs a step and returns the answer.
fn perform(platform: &Scripted, step: Step) -> Option<(u16, String, bool)> {
    let settings = complete(&[]);
    let app = app(platform, &[]);
    let (customer, coin) = if step.attempt == Attempt::Invalid { (0, "") } else { (step.customer, "USDTT") };
    let host = if step.has_bad_return_url { "evil" } else { "shop" };
    let body =
        format!(r#"{{"foreign_id":"user-{customer}","coin_name":"{coin}","return_url":"https://{host}.example/"}}"#);
    let request = Sent::post("/v1/payments", &body).with("Idempotency-Key", "k");
    let secret = (step.attempt != Attempt::Unconfigured).then(|| settings["CITRN_SECRET"].as_str());
    platform.change("CITRN_SECRET", secret);
    if step.attempt == Attempt::Crashed {
        let mut lost = core::pin::pin!(app.serve(request));
        let mut context = core::task::Context::from_waker(core::task::Waker::noop());
        for _ in 0..5 {
            if let core::task::Poll::Ready((answer, _)) = lost.as_mut().poll(&mut context) {
                return Some(read(&answer));
            }
        }
        platform.crash();
        return None;
    }
    Some(read(&platform.run(app.serve(request)).0))
}

fn read(answer: &crate::http::Answer) -> (u16, String, bool) {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let code = body["code"].as_str().unwrap_or_default().to_owned();
    (answer.status, code, answer.header(REPLAYED) == Some("true"))
}

fn turn(attempt: Attempt) -> Option<Turn> {
    match attempt {
        Attempt::Invalid | Attempt::Unconfigured => None,
        Attempt::Refused => Some(Turn::Answers(400, r#"{"error_code":"coin_not_supported"}"#)),
        Attempt::DownForNow => Some(Turn::Answers(400, r#"{"error_code":"network_not_available"}"#)),
        Attempt::Created => Some(Turn::Answers(200, r#"{"session_id":"s","redirect_url":"https://pay.example/s"}"#)),
        Attempt::Broken => Some(Turn::Answers(500, "")),
        Attempt::Crashed => Some(Turn::Stalls),
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let attempt = prop::sample::select(vec![
        Attempt::Invalid,
        Attempt::Unconfigured,
        Attempt::Refused,
        Attempt::DownForNow,
        Attempt::Created,
        Attempt::Broken,
        Attempt::Crashed,
    ]);
    let wait =
        prop_oneof![4 => Just(0), 4 => Just(UNKNOWN_FOR), 2 => 0..2 * UNKNOWN_FOR, 1 => Just(DAY - 1), 1 => Just(DAY)];
    let step = (attempt, prop::bool::weighted(0.1), 0..2u8, wait)
        .prop_map(|(attempt, has_bad_return_url, customer, wait)| Step { attempt, has_bad_return_url, customer, wait });
    prop::collection::vec(step, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn sequences_of_attempts_with_one_key_behave_like_the_model(steps in steps()) {
        let platform = Scripted::default();
        let mut key = None;
        for step in &steps {
            platform.pass(Duration::from_millis(step.wait));
            let now = u64::try_from(platform.clock().as_millis()).unwrap();
            let (next, (status, code, replayed), calls) = model(key, *step, now);
            let before = platform.seen().len();
            if calls {
                platform.then(turn(step.attempt).as_slice());
            }
            let answer = perform(&platform, *step);
            let expected = status.map(|status| (status, code.to_owned(), replayed));
            prop_assert_eq!(answer, expected, "{:?} of {:?}", step, steps);
            prop_assert_eq!(platform.seen().len() - before, usize::from(calls));
            key = next;
        }
    }
}
