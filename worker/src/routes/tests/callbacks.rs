//! The check `callbacks` of `/readyz`, under a simulated clock.

use citrn::Platform as _;

use super::*;
use crate::storage::{
    object::{Namespace, Object},
    sql::Sql,
};

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_secs(60);

/// Runs the tasks that continue after the answers.
fn finish_tasks(platform: &Scripted) {
    platform.run(platform.sleep(Duration::from_millis(1)));
}

fn pay(app: &App<Scripted>) {
    app.platform.then(&[CREATED]);
    assert_eq!(ready(app, Sent::post("/v1/payments", PAYMENT)).status, 201);
    finish_tasks(&app.platform);
}

fn receive(app: &App<Scripted>, id: u32) {
    let body = format!(r#"{{"id":{id},"status":"confirmed"}}"#);
    assert_eq!(ready(app, Sent::callback(body.as_bytes())).status, 200);
}

/// Returns the check, after the cached results have expired. The status is always 200.
fn check(app: &App<Scripted>) -> Value {
    app.platform.pass(Duration::from_secs(10));
    app.platform.then(&[PONG, ACCOUNTS]);
    let reply = ready(app, catalogue("/readyz"));
    assert_eq!((reply.status, &reply.body["checks"][5]["ok"]), (200, &json!(true)), "{}", reply.body);
    reply.body["checks"][5].clone()
}

fn code(app: &App<Scripted>) -> Option<String> {
    check(app)["code"].as_str().map(str::to_owned)
}

/// Returns the first and the latest creation of each hour with a note, in seconds.
fn notes(platform: &Scripted) -> Vec<(i64, i64)> {
    let object = Object { namespace: Namespace::Inbox, shard: 0 };
    drop(platform.object(object));
    let rows = platform.database(object).exec("SELECT first_at, last_at FROM creations ORDER BY hour", vec![]).unwrap();
    rows.iter()
        .map(|row| (row.get::<i64>("first_at").unwrap() / 1000, row.get::<i64>("last_at").unwrap() / 1000))
        .collect()
}

#[test]
fn silence_is_a_warning_if_no_callback_follows_a_creation_in_time() {
    let platform = Scripted::default();
    let app = app(&platform, &[("CALLBACK_SILENCE_HOURS", Some("3")), ("ENVIRONMENT", Some("production"))]);
    platform.pass(1000 * HOUR);
    assert_eq!(check(&app), json!({"name": "callbacks", "ok": true, "invalid_signatures": 0}));
    pay(&app);
    platform.pass(2 * HOUR);
    pay(&app);
    assert_eq!(code(&app), None);
    platform.pass(HOUR);
    let silent = check(&app);
    assert_eq!(silent["code"], "silent");
    let detail = silent["detail"].as_str().unwrap();
    assert!(detail.starts_with("No callback arrived for 3 hours,"), "{detail}");
    assert!(detail.contains("Payers may simply not have paid"), "{detail}");
    receive(&app, 1);
    let at = format!("1970-02-11T19:00:{:02}.002Z", platform.clock().as_secs() % 60);
    assert_eq!(check(&app), json!({"name": "callbacks", "ok": true, "latest_at": at, "invalid_signatures": 0}));
    // Nothing was created since then.
    platform.pass(500 * HOUR);
    assert_eq!(code(&app), None);
    // A creation starts the wait, however old the latest callback is.
    pay(&app);
    assert_eq!(code(&app), None);
    platform.pass(3 * HOUR);
    assert_eq!(code(&app).as_deref(), Some("silent"));
}

#[test]
fn a_creation_in_the_same_hour_as_a_callback_counts_if_it_follows_it() {
    for follows in [true, false] {
        let platform = Scripted::default();
        let app = app(&platform, &[]);
        pay(&app);
        platform.pass(2 * MINUTE);
        receive(&app, 1);
        platform.pass(2 * MINUTE);
        if follows {
            pay(&app);
        }
        platform.pass(24 * HOUR);
        assert_eq!(code(&app).is_some(), follows);
    }
}

#[test]
fn the_latest_callback_is_that_of_all_objects() {
    let platform = Scripted::default();
    let app = app(&platform, &[]);
    for id in 1..=20 {
        platform.pass(MINUTE);
        receive(&app, id);
    }
    assert_eq!(check(&app)["latest_at"], "1970-01-01T00:20:00.000Z");
    // A repetition stores nothing.
    receive(&app, 1);
    assert_eq!(check(&app)["latest_at"], "1970-01-01T00:20:00.000Z");
}

#[test]
fn creations_are_noted_after_the_answer_and_at_most_once_a_minute_per_instance() {
    let platform = Scripted::of(&[CREATED]);
    let app = app(&platform, &[]);
    assert_eq!(ready(&app, Sent::post("/v1/payments", PAYMENT)).status, 201);
    assert_eq!(platform.databases(), [], "the answer does not wait for the note");
    finish_tasks(&platform);
    assert_eq!(notes(&platform), [(0, 0)]);
    for seconds in [30, 59] {
        platform.pass(Duration::from_secs(seconds) - platform.clock());
        pay(&app);
        assert_eq!(notes(&platform), [(0, 0)]);
    }
    platform.pass(MINUTE - platform.clock());
    let another = super::app(&platform, &[]);
    pay(&app);
    pay(&another);
    platform.pass(MINUTE);
    pay(&app);
    assert_eq!(notes(&platform), [(0, 120)]);
    platform.pass(HOUR);
    pay(&app);
    assert_eq!(notes(&platform), [(0, 120), (3720, 3720)]);
    platform.pass(Duration::from_hours(31 * 24));
    pay(&app);
    assert_eq!(notes(&platform).len(), 1, "old notes are deleted");
}

#[test]
fn creations_are_noted_after_the_clock_was_set_back() {
    let platform = Scripted::default();
    let app = app(&platform, &[]);
    platform.pass(5 * HOUR);
    pay(&app);
    platform.set_clock(3 * HOUR);
    pay(&app);
    let hours: Vec<i64> = notes(&platform).iter().map(|(first, _)| first / 3600).collect();
    assert_eq!(hours, [3, 5]);
}

#[test]
fn only_payments_and_addresses_that_were_created_are_noted() {
    let platform = Scripted::default();
    platform.lists(r#"{"data":[]}"#);
    let app = app(&platform, &[]);
    let refused = Turn::Answers(400, r#"{"error":"no","code":"coin_not_supported"}"#);
    let keyed = || Sent::post("/v1/addresses", ADDRESS).with("Idempotency-Key", "k");
    let taken = Turn::Answers(200, r#"{"address":"T1"}"#);
    let is_noted = |request: Sent, turns: &[Turn]| {
        platform.pass(2 * MINUTE);
        platform.then(turns);
        ready(&app, request);
        finish_tasks(&platform);
        notes(&platform).last().is_some_and(|(_, last)| *last == i64::try_from(platform.clock().as_secs()).unwrap())
    };
    assert!(!is_noted(Sent::post("/v1/checkout-links", LINK), &[]));
    assert!(!is_noted(Sent::post("/v1/payments", PAYMENT), &[refused]));
    assert!(is_noted(keyed(), &[taken]));
    assert!(!is_noted(keyed(), &[]), "a replay creates nothing");
}

#[test]
fn invalid_signatures_are_counted_in_memory_since_the_instance_started() {
    let platform = Scripted::default();
    let app = app(&platform, &[]);
    let unsigned = || Sent::callback(b"{}").with("X-Process-Signature", "");
    for request in [unsigned(), Sent::callback(b"{}").with("X-Process-Signature", &"0".repeat(128))] {
        assert_eq!(ready(&app, request).status, 401);
    }
    assert_eq!(platform.databases(), []);
    assert_eq!(check(&app)["invalid_signatures"], 2);
    platform.limit(Limiter::Address, 0);
    let limited = ready(&app, unsigned().with("CF-Connecting-IP", "203.0.113.7"));
    assert_eq!(limited.status, 429);
    assert_eq!(check(&app)["invalid_signatures"], 3);
    receive(&app, 1);
    assert_eq!(check(&app)["invalid_signatures"], 3);
    assert_eq!(check(&super::app(&platform, &[]))["invalid_signatures"], 0);
}

#[test]
fn only_holders_of_a_token_receive_the_check() {
    let platform = Scripted::of(&[PONG, ACCOUNTS]);
    let app = app(&platform, &[]);
    for url in ["https://edge.example/readyz", "http://127.0.0.1:8787/readyz"] {
        assert!(!ready(&app, Sent::get(url)).answer.body.contains("callbacks"));
    }
    assert_eq!(platform.databases(), []);
}

#[test]
fn a_failed_inbox_fails_the_check_of_the_deliveries_only() {
    let platform = Scripted::of(&[PONG, ACCOUNTS]);
    platform.unreachable();
    let reply = ready(&app(&platform, &[]), catalogue("/readyz"));
    assert_eq!((reply.status, &reply.log["failed_checks"]), (503, &json!(["deliveries"])));
    let check = &reply.body["checks"][5];
    assert_eq!((check["ok"].as_bool(), check["code"].as_str()), (Some(true), Some("storage_unavailable")));
}
