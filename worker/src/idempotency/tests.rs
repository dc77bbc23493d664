mod golden;
mod release;

use core::time::Duration;

use futures_util::future::{join, join_all};
use serde_json::Value;

use super::REPLAYED;
use crate::{
    app::App,
    http::Answer,
    storage::{object::Namespace, sql::Sql},
    testing::{self, Scripted, Sent, TOKEN, Turn, complete},
};

const PAYMENT: &str = r#"{"foreign_id":"user-17","coin_name":"USDTT","return_url":"https://shop.example/thanks"}"#;
const ADDRESS: &str = r#"{"foreign_id":"user-17","currency":"USDTT"}"#;
const CREATED: Turn = Turn::Answers(200, r#"{"data":{"session_id":"s-1","redirect_url":"https://pay.example/s-1"}}"#);
const CREATED_AGAIN: Turn =
    Turn::Answers(200, r#"{"data":{"session_id":"s-2","redirect_url":"https://pay.example/s-2"}}"#);
const TAKEN: Turn = Turn::Answers(200, r#"{"address":"T1"}"#);
const REFUSED: Turn = Turn::Answers(400, r#"{"error_code":"coin_not_supported"}"#);
const DOWN_FOR_NOW: Turn = Turn::Answers(400, r#"{"error_code":"network_not_available"}"#);
const BROKEN: Turn = Turn::Answers(500, "");

/// The deadline of the test settings and 5 s.
const UNKNOWN_FOR: Duration = Duration::from_millis(5_500);

fn app(platform: &Scripted) -> App<Scripted> {
    testing::app(platform, &[])
}

fn payment(key: &str) -> Sent {
    Sent::post("/v1/payments", PAYMENT).with("Idempotency-Key", key)
}

fn send(platform: &Scripted, request: Sent) -> Answer {
    platform.run(app(platform).serve(request)).0
}

fn code(answer: &Answer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    body["code"].as_str().unwrap_or_default().to_owned()
}

fn is_replay(answer: &Answer) -> bool {
    answer.header(REPLAYED) == Some("true")
}

#[test]
fn a_repeated_request_receives_the_same_answer() {
    let platform = Scripted::of(&[CREATED]);
    let first = send(&platform, payment("k"));
    let second = send(&platform, payment("k").with("X-Request-Id", "second"));
    assert_eq!((first.status, is_replay(&first)), (201, false));
    assert_eq!((second.status, is_replay(&second), &second.body), (201, true, &first.body));
    assert_eq!(second.header("x-request-id"), Some("second"));
    assert_eq!(platform.seen().len(), 1);
}

#[test]
fn concurrent_requests_make_one_call_and_receive_one_answer() {
    let platform = Scripted::of(&[CREATED]);
    let app = app(&platform);
    let answers = platform.run(join_all((0..200).map(|_| app.serve(payment("k")))));
    assert_eq!(platform.seen().len(), 1);
    assert_eq!(answers.iter().filter(|(answer, _)| is_replay(answer)).count(), 199);
    for (answer, line) in &answers {
        assert_eq!((answer.status, &answer.body), (201, &answers[0].0.body));
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["replayed"].as_bool().unwrap_or_default(), is_replay(answer));
        assert_eq!(line["upstream_ms"].is_null(), is_replay(answer));
    }
}

#[test]
fn equal_parameters_in_another_notation_are_the_same_request() {
    let platform = Scripted::of(&[CREATED]);
    assert_eq!(send(&platform, payment("k")).status, 201);
    let written =
        r#" {"return_url":"HTTPS://shop.example:443/thanks","coin_name":"\u0055SDTT","foreign_id":"user-17"}"#;
    let again = send(&platform, Sent::post("/v1/payments", written).with("Idempotency-Key", "k"));
    assert!(again.status == 201 && is_replay(&again), "{}", again.body);
}

#[test]
fn other_parameters_with_the_key_are_refused_during_and_after_the_call() {
    let platform = Scripted::of(&[CREATED]);
    let app = app(&platform);
    let other = || Sent::post("/v1/payments", &PAYMENT.replace("17", "18")).with("Idempotency-Key", "k");
    let ((first, _), (meanwhile, _)) = platform.run(join(app.serve(payment("k")), app.serve(other())));
    assert_eq!((first.status, meanwhile.status, code(&meanwhile).as_str()), (201, 422, "idempotency_key_reused"));
    let after = send(&platform, other());
    assert_eq!((after.status, code(&after).as_str()), (422, "idempotency_key_reused"));
    assert_eq!(platform.seen().len(), 1);
}

#[test]
fn a_key_belongs_to_its_token_and_route() {
    let platform = Scripted::of(&[CREATED, TAKEN, TAKEN]);
    let address = || Sent::post("/v1/addresses", ADDRESS).with("Idempotency-Key", "k");
    assert_eq!(send(&platform, payment("k")).status, 201);
    assert_eq!(send(&platform, address()).status, 200);
    let desk = address().with("Authorization", &format!("Bearer {TOKEN}-2"));
    assert!(!is_replay(&send(&platform, desk)));
    assert!(is_replay(&send(&platform, address())));
    assert_eq!(platform.seen().len(), 3);
}

#[test]
fn a_permanent_refusal_is_replayed_and_a_temporary_one_is_not() {
    let platform = Scripted::of(&[REFUSED, DOWN_FOR_NOW, CREATED]);
    for replayed in [false, true] {
        let answer = send(&platform, payment("refused"));
        assert_eq!((answer.status, code(&answer).as_str()), (422, "coin_not_supported"));
        assert_eq!(is_replay(&answer), replayed);
    }
    assert_eq!(code(&send(&platform, payment("down"))), "network_not_available");
    assert_eq!(send(&platform, payment("down")).status, 201);
    assert_eq!(platform.seen().len(), 3);
}

#[test]
fn an_outcome_stays_unknown_until_five_seconds_after_the_deadline() {
    let platform = Scripted::of(&[BROKEN, CREATED]);
    let first = send(&platform, payment("k"));
    assert_eq!(
        (first.status, code(&first).as_str(), first.header("retry-after")),
        (502, "gateway_unavailable", Some("6"))
    );
    platform.pass(UNKNOWN_FOR - Duration::from_millis(1));
    let second = send(&platform, payment("k"));
    let body: Value = serde_json::from_str(&second.body).unwrap();
    assert_eq!((second.status, body["code"].as_str()), (409, Some("outcome_unknown")));
    assert_eq!((body["executed"].as_str(), body["foreign_id"].as_str()), (Some("unknown"), Some("user-17")));
    assert_eq!(second.header("retry-after"), Some("1"));
    platform.pass(Duration::from_millis(1));
    assert_eq!(send(&platform, payment("k")).status, 201);
    assert_eq!(platform.seen().len(), 2);
}

#[test]
fn a_crash_during_the_call_leaves_its_outcome_unknown() {
    let platform = Scripted::of(&[Turn::Stalls, CREATED_AGAIN]);
    {
        let app = app(&platform);
        let mut lost = core::pin::pin!(app.serve(payment("k")));
        let mut context = core::task::Context::from_waker(core::task::Waker::noop());
        for _ in 0..5 {
            assert!(lost.as_mut().poll(&mut context).is_pending());
        }
        assert_eq!(platform.seen().len(), 1);
    }
    platform.crash();
    let meanwhile = send(&platform, payment("k"));
    assert_eq!((meanwhile.status, code(&meanwhile).as_str()), (409, "outcome_unknown"));
    platform.pass(UNKNOWN_FOR);
    let later = send(&platform, payment("k"));
    assert!(later.status == 201 && !is_replay(&later), "{}", later.body);
    assert!(is_replay(&send(&platform, payment("k"))));
}

#[test]
fn a_stored_outcome_survives_a_crash_and_expires_after_a_day() {
    let platform = Scripted::of(&[CREATED, CREATED_AGAIN]);
    let first = send(&platform, payment("k"));
    platform.crash();
    platform.pass(Duration::from_secs(24 * 3600 - 1));
    assert_eq!(send(&platform, payment("k")).body, first.body);
    platform.pass(Duration::from_secs(1));
    let next_day = send(&platform, payment("k"));
    assert!(!is_replay(&next_day) && next_day.body != first.body);
}

#[test]
fn alarms_delete_each_key_after_a_day() {
    // One more than the number of objects, so that at least two keys share one.
    let keys = 17;
    let platform = Scripted::of(&vec![CREATED; keys]);
    for key in 0..keys {
        send(&platform, payment(&format!("k{key}")));
        platform.pass(Duration::from_secs(1));
    }
    let rows = || {
        let databases = platform.databases();
        databases
            .iter()
            .filter(|at| at.namespace == Namespace::Idempotency)
            .map(|at| platform.database(*at).exec("SELECT scope FROM keys", vec![]).unwrap().len())
            .sum::<usize>()
    };
    let day = Duration::from_secs(24 * 3600);
    for deleted in 0..keys {
        platform.alarms_until(day + Duration::from_secs(deleted as u64) - Duration::from_millis(1));
        assert_eq!(rows(), keys - deleted);
    }
    platform.alarms_until(day * 2);
    assert_eq!((rows(), platform.alarms().len()), (0, 0));
}

#[test]
fn an_unreachable_object_leaves_the_outcome_unknown() {
    let platform = Scripted::default();
    platform.unreachable();
    let answer = send(&platform, payment("k"));
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((answer.status, body["code"].as_str()), (503, Some("storage_unavailable")));
    assert_eq!((body["executed"].as_str(), body["retryable"].as_bool()), (Some("unknown"), Some(true)));
    assert_eq!(body["foreign_id"], "user-17");
}

#[test]
fn an_invalid_key_is_refused_before_any_object_is_called() {
    let platform = Scripted::default();
    for key in ["", "naïve", "a\u{7f}", "a b", " ", "\t", "K1, K2", "K1, K1", ", ", &"x".repeat(129)] {
        let answer = send(&platform, payment(key));
        assert_eq!((answer.status, code(&answer).as_str()), (422, "invalid_parameter"), "{key:?}");
        assert!(answer.body.contains(r#""field":"Idempotency-Key""#));
    }
    let stranger = payment("k").with("Authorization", "Bearer unknown");
    assert_eq!(send(&platform, stranger).status, 401);
    let wrong = Sent::post("/v1/payments", "{}").with("Idempotency-Key", "k");
    assert_eq!(send(&platform, wrong).status, 422);
    assert_eq!(platform.databases(), []);
}

#[test]
fn a_key_may_contain_every_visible_ascii_character() {
    let platform = Scripted::of(&[CREATED, CREATED]);
    let visible: String = ('!'..='~').collect();
    for key in [visible.as_str(), &"~".repeat(128)] {
        assert_eq!(send(&platform, payment(key)).status, 201, "{key}");
    }
}
