//! `POST /v1/callbacks/redeliver`.

use serde_json::{Value, json};

use super::{DAY, Scripted, Sent, app, authorized, body, call, data, ids, list, object, store};
use crate::storage::sql::Sql;

fn redeliver(platform: &Scripted, filter: &Value) -> Value {
    let (status, reply, _) = call(platform, Sent::post("/v1/callbacks/redeliver", &filter.to_string()));
    assert_eq!(status, 202, "{reply}");
    reply
}

/// Returns the counts of queued events, of those that were queued before, and of those without a body.
fn counts(reply: &Value) -> [u64; 3] {
    ["queued", "already_queued", "without_body"].map(|name| reply[name].as_u64().unwrap())
}

/// Delivers all due events. Returns transaction and status of each, by transaction.
fn deliveries(platform: &Scripted) -> Vec<String> {
    platform.alarms_until(platform.clock());
    let delivered = platform.delivered();
    let text = |data: &Value| format!("{} {}", data["callback_id"], data["status"]).replace('"', "");
    let mut texts: Vec<_> = delivered.iter().map(|delivered| text(&data(delivered).1)).collect();
    // The sort is stable: the order within a transaction stays.
    texts.sort_by_key(|text| text.split_once(' ').unwrap().0.to_owned());
    texts
}

/// An inbox with two events of each of some transactions, all delivered.
fn delivered(transactions: u32) -> Scripted {
    let platform = Scripted::default();
    for id in 0..transactions {
        store(&platform, &body(id, "not_confirmed", 1));
        store(&platform, &body(id, "confirmed", 1));
    }
    platform.alarms_until(DAY);
    assert_eq!(platform.delivered().len(), 2 * transactions as usize);
    platform
}

#[test]
fn each_event_is_queued_once_and_delivered_in_the_order_of_its_transaction() {
    let platform = delivered(12);
    let since = json!({"since": "1970-01-01"});
    assert_eq!(counts(&redeliver(&platform, &json!({"since": "1970-01-01", "dry_run": true}))), [24, 0, 0]);
    assert_eq!(deliveries(&platform), [""; 0]);
    assert_eq!(counts(&redeliver(&platform, &since)), [24, 0, 0]);
    let again = redeliver(&platform, &since);
    assert_eq!((counts(&again), &again["has_more"]), ([0, 24, 0], &json!(false)));
    let mut expected: Vec<_> =
        (0..12).flat_map(|id| ["not_confirmed", "confirmed"].map(|status| format!("{id} {status}"))).collect();
    expected.sort_by_key(|text| text.split_once(' ').unwrap().0.to_owned());
    assert_eq!(deliveries(&platform), expected);
    assert_eq!(deliveries(&platform), [""; 0]);
}

#[test]
fn filters_select_events_by_state_time_and_customer() {
    let platform = Scripted::default();
    platform.merchant_answers(|body| if body.contains("payout") { 500 } else { 200 });
    for (id, foreign_id) in [(1, "payout-1"), (2, "payout-2"), (3, "user-3")] {
        platform.pass(DAY);
        store(&platform, format!(r#"{{"id":{id},"status":"confirmed","foreign_id":"{foreign_id}"}}"#).as_bytes());
    }
    platform.alarms_until(DAY * 20);
    for (filter, expected) in [
        (json!({"state": "parked"}), 2),
        (json!({"state": "delivered"}), 1),
        (json!({"foreign_id": "payout-2"}), 1),
        (json!({"foreign_id": "payout-2", "state": "delivered"}), 0),
        (json!({"since": "1970-01-03"}), 2),
        (json!({"until": "1970-01-03T00:00:00Z", "since": "1970-01-02"}), 1),
        (json!({"since": "1971-01-01"}), 0),
    ] {
        let mut dry = filter.clone();
        dry["dry_run"] = true.into();
        assert_eq!(counts(&redeliver(&platform, &dry)), [expected, 0, 0], "{filter}");
    }
    platform.delivered();
    platform.merchant_answers(|_| 200);
    assert_eq!(counts(&redeliver(&platform, &json!({"state": "parked", "dry_run": false}))), [2, 0, 0]);
    assert_eq!(deliveries(&platform), ["1 confirmed", "2 confirmed"]);
}

#[test]
fn events_without_a_body_are_counted_apart_and_stay_as_they_are() {
    let platform = delivered(3);
    assert_eq!(call(&platform, authorized("DELETE", "/v1/callbacks/1")).0, 200);
    let before = list(&platform, "?callback_id=1");
    assert_eq!(counts(&redeliver(&platform, &json!({"state": "delivered"}))), [4, 0, 2]);
    assert_eq!(list(&platform, "?callback_id=1"), before);
    assert_eq!(deliveries(&platform).len(), 4);
}

#[test]
fn an_older_event_is_delivered_before_a_younger_one_that_is_pending() {
    let platform = Scripted::default();
    store(&platform, &body(17, "not_confirmed", 1));
    platform.alarms_until(DAY);
    platform.merchant_answers(|_| 500);
    platform.pass(DAY);
    store(&platform, &body(17, "confirmed", 1));
    platform.alarms_until(platform.clock());
    platform.delivered();
    platform.merchant_answers(|_| 200);
    assert_eq!(counts(&redeliver(&platform, &json!({"until": "2000-01-01"}))), [1, 1, 0]);
    platform.pass(DAY);
    assert_eq!(deliveries(&platform), ["17 not_confirmed", "17 confirmed"]);
}

#[test]
fn a_request_redelivers_a_thousand_events_and_its_cursor_the_others() {
    let platform = Scripted::default();
    let stored = 1_200;
    for id in 0..stored {
        store(&platform, &body(id, "confirmed", 1));
    }
    platform.alarms_until(DAY);
    platform.delivered();
    let first = redeliver(&platform, &json!({"state": "delivered"}));
    assert_eq!((counts(&first), &first["has_more"]), ([1_000, 0, 0], &json!(true)));
    // Delivered events match again, but the cursor is behind them.
    assert_eq!(deliveries(&platform).len(), 1_000);
    let second = redeliver(&platform, &json!({"state": "delivered", "after": first["next"]}));
    assert_eq!((counts(&second), &second["has_more"]), ([200, 0, 0], &json!(false)));
    assert_eq!(deliveries(&platform).len(), 200);
    let third = redeliver(&platform, &json!({"state": "delivered", "after": second["next"]}));
    assert_eq!((counts(&third), &third["next"]), ([0, 0, 0], &second["next"]));
}

#[test]
fn a_cursor_of_other_filters_or_of_a_dry_run_is_refused() {
    let platform = delivered(2);
    let dry = redeliver(&platform, &json!({"state": "delivered", "dry_run": true}));
    let real = redeliver(&platform, &json!({"state": "delivered", "since": "1970-01-01"}));
    for mut filter in [
        json!({"state": "delivered", "after": dry["next"]}),
        json!({"since": "1970-01-01", "after": real["next"]}),
        json!({"state": "parked", "since": "1970-01-01", "after": real["next"]}),
        json!({"state": "delivered", "since": "1970-01-02", "after": real["next"]}),
        json!({"state": "delivered", "since": "1970-01-01", "dry_run": true, "after": real["next"]}),
    ] {
        let (status, problem, _) = call(&platform, Sent::post("/v1/callbacks/redeliver", &filter.to_string()));
        assert_eq!((status, &problem["field"]), (422, &json!("after")), "{filter}");
        filter.as_object_mut().unwrap().remove("after");
        redeliver(&platform, &filter);
    }
    redeliver(&platform, &json!({"dry_run": true, "state": "delivered", "after": dry["next"]}));
}

#[test]
fn a_failing_object_is_left_to_the_next_request() {
    let platform = delivered(40);
    let (first, failing) = (object(1), 5);
    assert_ne!(first.shard, failing);
    let database = platform.database(crate::storage::object::Object { shard: failing, ..first });
    database.exec("DROP INDEX events_of_state", vec![]).unwrap();
    let reply = redeliver(&platform, &json!({"state": "delivered"}));
    assert_eq!(reply["has_more"], true);
    assert!((1..80).contains(&counts(&reply)[0]));
    let rest = json!({"state": "delivered", "after": reply["next"]}).to_string();
    let (status, problem, _) = call(&platform, Sent::post("/v1/callbacks/redeliver", &rest));
    assert_eq!((status, &problem["code"], &problem["retryable"]), (503, &"storage_unavailable".into(), &true.into()));
    database.exec("CREATE INDEX events_of_state ON events (state)", vec![]).unwrap();
    let (_, last, _) = call(&platform, Sent::post("/v1/callbacks/redeliver", &rest));
    assert_eq!((counts(&reply)[0] + counts(&last)[0], &last["has_more"]), (80, &json!(false)));
}

#[test]
fn a_request_without_a_filter_and_invalid_ones_are_refused_with_the_parameter() {
    let platform = delivered(1);
    for (filter, code, field) in [
        ("{}", "missing_parameter", None),
        (r#"{"dry_run":true}"#, "missing_parameter", None),
        (r#"{"state":"late"}"#, "invalid_parameter", Some("state")),
        (r#"{"since":17}"#, "invalid_parameter", Some("since")),
        (r#"{"until":"yesterday"}"#, "invalid_parameter", Some("until")),
        (r#"{"foreign_id":""}"#, "invalid_parameter", Some("foreign_id")),
        (r#"{"state":"parked","dry_run":"true"}"#, "invalid_parameter", Some("dry_run")),
        (r#"{"state":"parked","after":"1.2.3.4.5.6.7.8"}"#, "invalid_parameter", Some("after")),
        (r#"{"callback_id":"17"}"#, "unknown_parameter", Some("callback_id")),
    ] {
        let (status, problem, _) = call(&platform, Sent::post("/v1/callbacks/redeliver", filter));
        assert_eq!((status, &problem["code"], problem["field"].as_str()), (422, &code.into(), field), "{filter}");
    }
    let filter = Sent::post("/v1/callbacks/redeliver", r#"{"state":"parked"}"#);
    let without = crate::testing::app(&platform, &[("MERCHANT_WEBHOOK_URL", None)]);
    assert_eq!(platform.run(without.serve(filter)).0.status, 503);
    assert_eq!(platform.run(app(&platform).serve(authorized("GET", "/v1/callbacks/redeliver"))).0.status, 405);
    assert_eq!(deliveries(&platform), [""; 0]);
}

#[test]
fn events_are_redelivered_by_event_id_or_transaction_id() {
    let platform = Scripted::default();
    for (status, note) in [("not_confirmed", 1), ("confirmed", 1)] {
        store(&platform, &body(17, status, note));
    }
    platform.alarms_until(DAY);
    let first = ids(&platform.delivered());
    let again = |name: &str| call(&platform, authorized("POST", &format!("/v1/callbacks/{name}/redeliver")));
    assert_eq!(again(&first[1]).1, json!({"queued": 1}));
    platform.alarms_until(DAY);
    assert_eq!(ids(&platform.delivered()), first[1..]);
    assert_eq!((again("17").0, again("17").1), (202, json!({"queued": 2})));
    platform.alarms_until(DAY);
    assert_eq!(ids(&platform.delivered()), first);
    assert_eq!(again("18").1["code"], "callback_not_found");
    assert_eq!(call(&platform, authorized("DELETE", &format!("/v1/callbacks/{}", first[0]))).1, json!({"erased": 1}));
    assert_eq!(call(&platform, authorized("DELETE", "/v1/callbacks/17")).1, json!({"erased": 1}));
    assert_eq!((again("17").0, again("17").1["code"].as_str()), (409, Some("callback_erased")));
    assert_eq!(call(&platform, authorized("DELETE", "/v1/callbacks/99")).0, 404);
}
