//! The filters, the orders and the pages of `GET /v1/callbacks`.

use core::time::Duration;

use serde_json::{Value, json};

use super::{DAY, Scripted, authorized, body, call, list, store};

const SECOND: Duration = Duration::from_secs(1);

/// Stores a callback of a deposit or a withdrawal, one second after the previous one.
fn take(platform: &Scripted, id: u32, kind: &str, foreign_id: &str, status: &str) {
    let body = match kind {
        "deposit" => json!({"id": id, "type": kind, "status": status, "crypto_address": {"foreign_id": foreign_id}}),
        _ => json!({"id": id, "type": kind, "status": status, "foreign_id": foreign_id}),
    };
    platform.pass(SECOND);
    store(platform, body.to_string().as_bytes());
}

/// An inbox with four events.
fn filled() -> Scripted {
    let platform = Scripted::default();
    take(&platform, 17, "deposit", "user-17", "not_confirmed");
    take(&platform, 18, "withdrawal", "payout-881", "confirmed");
    take(&platform, 17, "deposit", "user-17", "confirmed");
    take(&platform, 19, "deposit", "user-19", "confirmed");
    platform
}

/// Returns transaction and status of each event of a list.
fn events(page: &Value) -> Vec<String> {
    let events = page["data"].as_array().unwrap().iter();
    events.map(|event| format!("{} {}", event["callback_id"], event["status"]).replace('"', "")).collect()
}

#[test]
fn each_filter_selects_its_events_and_filters_combine() {
    let platform = filled();
    let [first, payout, second, other] = ["17 not_confirmed", "18 confirmed", "17 confirmed", "19 confirmed"];
    for (query, expected) in [
        ("?foreign_id=user-17", &[first, second][..]),
        ("?foreign_id=payout-881", &[payout]),
        ("?foreign_id=payout-881&type=withdrawal", &[payout]),
        ("?foreign_id=payout-881&type=deposit", &[]),
        ("?foreign_id=nobody", &[]),
        ("?type=deposit", &[first, second, other]),
        ("?type=withdrawal_exchange", &[]),
        ("?since=1970-01-01T00:00:02Z", &[payout, second, other]),
        ("?until=1970-01-01T00:00:02Z", &[first]),
        ("?since=1970-01-01T00:00:01.001Z&until=1970-01-01T00:00:03.001Z", &[payout, second]),
        ("?since=1970-01-02", &[]),
        ("?until=1970-01-01", &[]),
        ("?type=deposit&since=1970-01-01T00:00:03Z", &[second, other]),
        ("?foreign_id=user-17&until=1970-01-01T00:00:03Z", &[first]),
        ("?order=receipt&callback_id=17", &[first, second]),
        ("?order=delivery", &[first, payout, second, other]),
    ] {
        assert_eq!(events(&list(&platform, query)), expected, "{query}");
    }
}

#[test]
fn a_redelivered_event_appears_again_after_a_cursor_of_the_order_of_delivery() {
    let platform = filled();
    platform.alarms_until(DAY);
    let next = |page: &Value| page["next"].as_str().unwrap().to_owned();
    let received = next(&list(&platform, ""));
    let queued = next(&list(&platform, "?order=delivery"));
    let after = |order: &str, cursor: &str| list(&platform, &format!("?order={order}&after={cursor}"));
    assert_eq!(events(&after("delivery", &queued)), [""; 0]);
    call(&platform, authorized("POST", "/v1/callbacks/17/redeliver"));
    platform.pass(SECOND);
    take(&platform, 20, "deposit", "user-20", "confirmed");
    let page = after("delivery", &queued);
    assert_eq!(events(&page), ["17 not_confirmed", "17 confirmed", "20 confirmed"]);
    assert_eq!(events(&after("delivery", &next(&page))), [""; 0]);
    assert_eq!(events(&after("receipt", &received)), ["20 confirmed"]);
    for (order, cursor) in [("delivery", &received), ("receipt", &queued)] {
        let request = authorized("GET", &format!("/v1/callbacks?order={order}&after={cursor}"));
        let (status, reply, _) = call(&platform, request);
        assert_eq!((status, reply["field"].as_str()), (422, Some("after")));
    }
}

#[test]
fn a_list_by_delivery_may_begin_at_a_time_and_includes_what_is_redelivered_later() {
    let platform = filled();
    platform.alarms_until(DAY);
    let after = |time: &str| list(&platform, &format!("?order=delivery&after={time}"));
    assert_eq!(events(&after("1970-01-01T00:00:03Z")), ["17 confirmed", "19 confirmed"]);
    assert_eq!(events(&after("1970-01-01T00:00:03.001Z")), ["19 confirmed"]);
    assert_eq!(events(&after("1970-01-01")).len(), 4);
    platform.pass(SECOND);
    let now = after("now");
    assert_eq!((events(&now), &now["has_more"]), (vec![], &false.into()));
    platform.pass(SECOND);
    call(&platform, authorized("POST", "/v1/callbacks/18/redeliver"));
    assert_eq!(events(&after(now["next"].as_str().unwrap())), ["18 confirmed"]);
    let (status, reply, _) = call(&platform, authorized("GET", "/v1/callbacks?after=now"));
    assert_eq!((status, reply["field"].as_str()), (422, Some("after")));
}

#[test]
fn an_event_is_not_found_by_its_foreign_id_or_type_once_its_body_is_dropped() {
    let platform = filled();
    platform.alarms_until(DAY);
    assert_eq!(call(&platform, authorized("DELETE", "/v1/callbacks/18")).0, 200);
    for query in ["?foreign_id=payout-881", "?type=withdrawal"] {
        assert_eq!(events(&list(&platform, query)), [""; 0]);
    }
    platform.alarms_until(DAY * 31);
    for query in ["?foreign_id=user-17", "?type=deposit"] {
        assert_eq!(events(&list(&platform, query)), [""; 0]);
    }
    assert_eq!(events(&list(&platform, "")).len(), 4);
}

#[test]
fn an_event_is_never_received_before_an_earlier_one() {
    let platform = Scripted::default();
    platform.pass(DAY);
    take(&platform, 17, "deposit", "user-17", "not_confirmed");
    platform.set_clock(SECOND);
    take(&platform, 17, "deposit", "user-17", "confirmed");
    let page = list(&platform, "?since=1970-01-02");
    assert_eq!(events(&page), ["17 not_confirmed", "17 confirmed"]);
    assert_eq!(page["data"][0]["received_at"], page["data"][1]["received_at"]);
}

#[test]
fn invalid_filters_are_refused_with_the_parameter() {
    let platform = Scripted::default();
    for (query, field) in [
        ("type=payout", "type"),
        ("order=newest", "order"),
        ("since=yesterday", "since"),
        ("until=1700000000", "until"),
        ("foreign_id=", "foreign_id"),
    ] {
        let (status, reply, _) = call(&platform, authorized("GET", &format!("/v1/callbacks?{query}")));
        assert_eq!((status, reply["field"].as_str()), (422, Some(field)), "{query}");
    }
}

#[test]
fn pages_contain_each_event_once_and_later_events_follow() {
    let platform = Scripted::default();
    for id in 0..40 {
        platform.pass(Duration::from_millis(1));
        store(&platform, &body(id, "confirmed", 1));
    }
    let mut seen = Vec::new();
    let mut query = "?limit=7".to_owned();
    let last = loop {
        let page = list(&platform, &query);
        seen.extend(
            page["data"].as_array().unwrap().iter().map(|event| event["callback_id"].as_str().unwrap().to_owned()),
        );
        let next = page["next"].as_str().unwrap().to_owned();
        query = format!("?limit=7&after={next}");
        if page["has_more"] == false {
            break next;
        }
    };
    assert_eq!(seen, (0..40).map(|id| id.to_string()).collect::<Vec<_>>());
    store(&platform, &body(40, "confirmed", 1));
    let page = list(&platform, &format!("?after={last}"));
    assert_eq!((page["data"][0]["callback_id"].as_str(), page["data"].as_array().unwrap().len()), (Some("40"), 1));
    assert_eq!(list(&platform, "?callback_id=12")["data"].as_array().unwrap().len(), 1);
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("after=1.2", "after"),
        ("after=x", "after"),
        ("state=lost", "state"),
    ] {
        let (status, reply, _) = call(&platform, authorized("GET", &format!("/v1/callbacks?{query}")));
        assert_eq!((status, reply["field"].as_str()), (422, Some(field)));
    }
}
