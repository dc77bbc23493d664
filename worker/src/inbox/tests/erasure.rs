//! `DELETE /v1/callbacks?foreign_id=`: erases a customer.

use serde_json::{Value, json};

use super::{Arrival, DAY, Scripted, authorized, call, data, list, object, previous, store};
use crate::storage::sql::Sql;

fn deposit(id: u32, customer: &str, status: &str) -> Vec<u8> {
    let address = json!({"foreign_id": customer, "address": format!("T{id}")});
    json!({"id": id, "type": "deposit", "status": status, "crypto_address": address}).to_string().into_bytes()
}

fn erase(platform: &Scripted, foreign_id: &str) -> u64 {
    let (status, reply, _) = call(platform, authorized("DELETE", &format!("/v1/callbacks?foreign_id={foreign_id}")));
    assert_eq!(status, 200, "{reply}");
    reply["erased"].as_u64().unwrap()
}

/// Returns whether any object, list or delivery still has this text.
fn is_stored(platform: &Scripted, text: &str) -> bool {
    let in_database = platform.databases().into_iter().any(|object| {
        let statement = "SELECT seq FROM events WHERE instr(body, CAST(? AS BLOB))";
        !platform.database(object).exec(statement, vec![text.into()]).unwrap().is_empty()
    });
    let stream = authorized("GET", "/v1/callbacks").with("Accept", "application/x-ndjson");
    let streamed = platform.run(super::app(platform).serve(stream)).0.body;
    in_database || list(platform, "").to_string().contains(text) || streamed.contains(text)
}

#[test]
fn all_bodies_of_a_customer_are_erased_and_those_of_others_stay() {
    let platform = Scripted::default();
    for id in 0..20 {
        store(&platform, &deposit(id, "user-17", "not_confirmed"));
        store(&platform, &deposit(id, "user-17", "confirmed"));
        store(&platform, &deposit(100 + id, "user-18", "confirmed"));
    }
    platform.alarms_until(DAY);
    assert_eq!(erase(&platform, "user-17"), 40);
    assert_eq!((is_stored(&platform, "user-17"), is_stored(&platform, "user-18")), (false, true));
    assert_eq!(erase(&platform, "user-17"), 0);
    let events = list(&platform, "?limit=100");
    let erased = |event: &&Value| event["callback"].is_null() && event["erased_at"].is_string();
    assert_eq!(events["data"].as_array().unwrap().iter().filter(erased).count(), 40);
    assert_eq!(list(&platform, "?foreign_id=user-17")["data"], json!([]));
    assert_eq!(list(&platform, "?foreign_id=user-18")["data"].as_array().unwrap().len(), 20);
}

#[test]
fn erased_bodies_never_reappear() {
    let platform = Scripted::default();
    let bodies = [deposit(17, "user-17", "not_confirmed"), deposit(17, "user-17", "confirmed")];
    bodies.iter().for_each(|body| store(&platform, body));
    platform.merchant_answers(|_| 500);
    platform.alarms_until(platform.clock());
    assert!(!platform.delivered().is_empty());
    assert_eq!(erase(&platform, "user-17"), 2);
    platform.merchant_answers(|_| 200);
    // The gateway repeats its callbacks, the object restarts, and the alarms fire.
    bodies.iter().for_each(|body| store(&platform, body));
    platform.crash();
    platform.alarms_until(DAY * 10);
    let delivered = platform.delivered();
    assert_eq!(delivered.len(), 2);
    for delivery in &delivered {
        assert!(!delivery.body.contains("user-17"));
        assert_eq!(data(delivery).1["callback"], Value::Null);
    }
    assert!(!is_stored(&platform, "user-17"));
    let (status, problem, _) = call(&platform, authorized("POST", "/v1/callbacks/17/redeliver"));
    assert_eq!((status, &problem["code"]), (409, &"callback_erased".into()));
    let (_, deposits, _) = call(&platform, authorized("GET", "/v1/deposits?foreign_id=user-17"));
    assert_eq!(deposits["data"], json!([]));
}

#[test]
fn an_event_of_the_transaction_without_the_foreign_id_is_erased_too() {
    let platform = Scripted::default();
    store(&platform, &deposit(17, "user-17", "not_confirmed"));
    store(&platform, br#"{"id":17,"type":"deposit","status":"cancelled","crypto_address":{"address":"T17"}}"#);
    store(&platform, br#"{"id":18,"type":"withdrawal","status":"confirmed","foreign_id":"user-17"}"#);
    assert_eq!(erase(&platform, "user-17"), 3);
    assert!(!is_stored(&platform, "T17"));
}

#[test]
fn a_customer_with_many_transactions_is_erased_in_several_steps() {
    let platform = Scripted::default();
    drop(platform.inbox(object(17)));
    let key = super::super::customer_key("user-17");
    platform
        .database(object(17))
        .exec(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1201) \
             INSERT INTO events (id, digest, transaction_key, is_final, kind, superseded, received_at, state, attempts, \
             next_at, body, customer_key, transaction_type) SELECT n, n, n, 1, 'callback.received', 0, 0, 'delivered', \
             1, 0, CAST('user-17' AS BLOB), ?, 'deposit' FROM numbers",
            vec![key.as_str().into()],
        )
        .unwrap();
    assert_eq!(erase(&platform, "user-17"), 1_201);
    assert!(!is_stored(&platform, "user-17"));
}

#[test]
fn nothing_is_erased_while_events_of_an_earlier_version_cannot_be_found() {
    let platform = Scripted::default();
    let database = platform.database(object(17));
    previous(&database);
    let body = br#"{"id":17,"type":"withdrawal","status":"confirmed","foreign_id":"user-17"}"#;
    database
        .exec(
            "INSERT INTO events (id, digest, transaction_key, callback_id, status, is_final, kind, superseded, body, \
             received_at, state, attempts, next_at) VALUES ('evt_1', ?, ?, '17', 'confirmed', 1, 'callback.received', \
             0, ?, 5, 'delivered', 1, 5)",
            vec![
                Arrival::of(body).digest.into(),
                citrn::hex::encode(&super::super::event::key_of("17")).into(),
                crate::storage::sql::Value::Blob(body.to_vec()),
            ],
        )
        .unwrap();
    let (status, problem, _) = call(&platform, authorized("DELETE", "/v1/callbacks?foreign_id=user-17"));
    assert_eq!((status, &problem["code"], &problem["retryable"]), (503, &"storage_unavailable".into(), &true.into()));
    platform.alarms_until(DAY);
    assert_eq!(erase(&platform, "user-17"), 1);
    platform.alarms_until(DAY * 2);
    assert!(!is_stored(&platform, "user-17"));
}

#[test]
fn a_request_without_a_customer_is_refused() {
    let platform = Scripted::default();
    store(&platform, &deposit(17, "user-17", "confirmed"));
    for (query, code) in [
        ("", "missing_parameter"),
        ("?foreign_id=", "invalid_parameter"),
        ("?callback_id=17", "unknown_parameter"),
        ("?foreign_id=user-17&foreign_id=user-17", "duplicate_parameter"),
    ] {
        let (status, problem, _) = call(&platform, authorized("DELETE", &format!("/v1/callbacks{query}")));
        assert_eq!((status, &problem["code"]), (422, &code.into()), "{query}");
    }
    assert_eq!(erase(&platform, "nobody"), 0);
    assert!(is_stored(&platform, "user-17"));
}
