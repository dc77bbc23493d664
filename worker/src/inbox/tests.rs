mod backfill;
mod bodies;
mod credits;
mod credits_model;
mod deposit_list;
mod erasure;
mod filters;
mod golden;
mod order;
mod plans;
mod pruning;
mod queries_model;
mod redelivery;
mod statuses;
mod stream;
mod taking;
mod traces;

use core::time::Duration;

use citrn::Platform;
use futures_util::future::join;
use serde_json::{Value, json};

use super::{Arrival, object_of, schema::testing::previous};
use crate::{
    app::App,
    http::Answer,
    storage::{
        object::{DurableObject, Object},
        schema::upgrade,
        sql::Sql,
    },
    testing::{self, Delivered, Scripted, Sent, TOKEN, complete},
};

const DAY: Duration = Duration::from_secs(86_400);

fn app(platform: &Scripted) -> App<Scripted> {
    testing::app(platform, &[("CITRN_SECRET_PREVIOUS", Some("the-secret-before"))])
}

fn call(platform: &Scripted, request: Sent) -> (u16, Value, Answer) {
    let answer = platform.run(app(platform).serve(request)).0;
    (answer.status, serde_json::from_str(&answer.body).unwrap(), answer)
}

fn body(id: u32, status: &str, note: u32) -> Vec<u8> {
    format!(r#"{{"id":{id},"type":"deposit","status":"{status}","note":{note}.50}}"#).into_bytes()
}

fn store(platform: &Scripted, body: &[u8]) {
    let (status, reply, _) = call(platform, Sent::callback(body));
    assert_eq!((status, reply), (200, json!({"code": 0})));
}

fn authorized(method: &'static str, path: &str) -> Sent {
    Sent::get(&format!("https://edge.example{path}")).by(method).with("Authorization", &format!("Bearer {TOKEN}"))
}

fn list(platform: &Scripted, query: &str) -> Value {
    let (status, page, _) = call(platform, authorized("GET", &format!("/v1/callbacks{query}")));
    assert_eq!(status, 200, "{page}");
    page
}

fn ids(delivered: &[Delivered]) -> Vec<String> {
    delivered.iter().map(|one| one.headers.iter().find(|(name, _)| *name == "webhook-id").unwrap().1.clone()).collect()
}

fn data(delivered: &Delivered) -> (String, Value) {
    let payload: Value = serde_json::from_str(&delivered.body).unwrap();
    (payload["type"].as_str().unwrap().to_owned(), payload["data"].clone())
}

fn object(id: u32) -> Object {
    object_of(&id.to_string())
}

#[test]
fn a_callback_is_stored_before_it_is_acknowledged_and_then_delivered() {
    let platform = Scripted::default();
    store(&platform, &body(17, "confirmed", 1));
    assert_eq!(platform.delivered(), []);
    assert_eq!(platform.alarms_until(platform.clock()), 1);
    let delivered = platform.delivered();
    let [one] = &delivered[..] else { panic!("{delivered:?}") };
    assert_eq!(
        one.body,
        r#"{"type":"callback.received","timestamp":"1970-01-01T00:00:00.000Z","data":{"callback_id":"17","status":"confirmed","superseded":false,"customer_id":null,"is_final":true,"is_deposit":true,"credit":null,"review":"amount_unreadable","callback":{"id":17,"type":"deposit","status":"confirmed","note":1.50}}}"#
    );
    let page = list(&platform, "");
    assert_eq!(page["data"][0]["id"], ids(&delivered)[0]);
    assert_eq!(
        page["data"][0]["delivery"],
        json!({"state": "delivered", "attempts": 1, "next_attempt_at": null, "settled_at": "1970-01-01T00:00:00.000Z", "last_failure": null})
    );
    assert_eq!(platform.alarms_until(platform.clock()), 0);
}

#[test]
fn a_callback_with_an_invalid_signature_stores_nothing() {
    let platform = Scripted::default();
    let good = body(17, "confirmed", 1);
    let unsigned = || Sent::callback(&good).with("X-Process-Signature", "");
    for request in [
        unsigned(),
        unsigned().with("X-Process-Signature", &"0".repeat(128)),
        Sent::callback(&good).with("X-Process-Signature", "abc"),
    ] {
        let (status, reply, _) = call(&platform, request);
        assert_eq!((status, reply["code"].as_str()), (401, Some("invalid_signature")));
    }
    for request in [
        Sent::get("https://edge.example/v1/callbacks"),
        authorized("DELETE", "/v1/callbacks/17").with("Authorization", "Bearer x"),
    ] {
        assert_eq!(call(&platform, request).0, 401);
    }
    assert_eq!(platform.databases(), []);
    let large = vec![b' '; 256 * 1024];
    assert_eq!(call(&platform, Sent::callback(&large)).0, 200);
    let too_large = vec![b' '; 256 * 1024 + 1];
    assert_eq!(call(&platform, Sent::callback(&too_large)).0, 413);
}

#[test]
fn the_previous_secret_is_valid_during_a_rotation() {
    let platform = Scripted::default();
    let good = body(17, "confirmed", 1);
    let [_, (name, signature)] = citrn::callback::sign("test-key", &"the-secret-before".into(), &good);
    assert_eq!(call(&platform, Sent::callback(&good).with(name, &signature)).0, 200);
}

#[test]
fn each_distinct_body_is_one_event_and_a_final_status_never_changes() {
    let platform = Scripted::default();
    for (status, note) in [
        ("not_confirmed", 1),
        ("confirmed", 1),
        ("not_confirmed", 1),
        ("confirmed", 1),
        ("not_confirmed", 2),
        ("confirmed", 2),
        ("cancelled", 1),
        ("processing", 1),
    ] {
        store(&platform, &body(17, status, note));
        platform.alarms_until(platform.clock());
    }
    let delivered = platform.delivered();
    let events: Vec<(String, String, bool)> = delivered
        .iter()
        .map(|one| {
            let (kind, data) = data(one);
            (kind, data["status"].as_str().unwrap().to_owned(), data["superseded"].as_bool().unwrap())
        })
        .collect();
    let expected = [
        ("callback.received", "not_confirmed", false),
        ("callback.received", "confirmed", false),
        ("callback.amended", "not_confirmed", true),
        ("callback.amended", "confirmed", false),
        ("callback.conflict", "cancelled", false),
        ("callback.received", "processing", true),
    ]
    .map(|(kind, status, superseded)| (kind.to_owned(), status.to_owned(), superseded));
    assert_eq!(events, expected);
    let mut distinct = ids(&delivered);
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), expected.len());
    for event in list(&platform, "")["data"].as_array().unwrap() {
        assert_eq!(event["current_status"], "confirmed");
    }
}

#[test]
fn an_unreadable_body_is_stored_and_delivered_as_bytes() {
    let platform = Scripted::default();
    store(&platform, b"\xff\x00");
    platform.alarms_until(platform.clock());
    let (kind, data) = data(&platform.delivered()[0]);
    assert_eq!(
        (kind.as_str(), &data["body_base64"], &data["callback"]),
        ("callback.unreadable", &json!("/wA="), &Value::Null)
    );
    assert_eq!(list(&platform, "")["data"][0]["body_base64"], "/wA=");
}

#[test]
fn a_failing_delivery_is_retried_for_three_days_with_growing_waits_and_then_parked() {
    let platform = Scripted::default();
    platform.merchant(&[500; 20]);
    store(&platform, &body(17, "confirmed", 1));
    store(&platform, &body(17, "cancelled", 1));
    platform.alarms_until(DAY * 2);
    assert_eq!(list(&platform, "?state=pending")["data"][0]["delivery"]["last_failure"], "HTTP 500");
    platform.alarms_until(DAY * 3 + DAY / 2);
    let delivered = platform.delivered();
    let first = &ids(&delivered)[0];
    let tries: Vec<Duration> =
        delivered.iter().zip(ids(&delivered)).filter(|(_, id)| id == first).map(|(one, _)| one.at).collect();
    assert_eq!(tries.len(), 16);
    assert!(tries.is_sorted() && *tries.last().unwrap() > DAY * 2 && *tries.last().unwrap() < DAY * 4);
    let page = list(&platform, "?state=parked");
    assert_eq!(
        (page["data"][0]["id"].as_str(), &page["data"][0]["delivery"]["attempts"]),
        (Some(first.as_str()), &json!(16))
    );
    // The next event of the transaction is only sent after that.
    assert!(ids(&delivered).iter().skip(16).all(|id| id != first) && delivered.len() > 16);
}

#[test]
fn events_of_a_transaction_are_delivered_in_order_and_other_transactions_do_not_wait() {
    let platform = Scripted::default();
    platform.merchant(&[0, 1, 503]);
    for status in ["not_confirmed", "confirmed"] {
        store(&platform, &body(17, status, 1));
    }
    store(&platform, &body(18, "confirmed", 1));
    assert_eq!(list(&platform, "?state=waiting")["data"].as_array().unwrap().len(), 1);
    platform.alarms_until(Duration::from_secs(3600));
    let delivered = platform.delivered();
    let of_17: Vec<String> = delivered
        .iter()
        .map(data)
        .filter(|(_, data)| data["callback_id"] == "17")
        .map(|(_, data)| data["status"].as_str().unwrap().to_owned())
        .collect();
    let turn = of_17.iter().position(|status| status == "confirmed").unwrap();
    assert!(turn >= 1 && of_17[..turn].iter().all(|status| status == "not_confirmed"), "{of_17:?}");
    assert_eq!(of_17.len(), turn + 1);
    assert!(list(&platform, "?state=delivered")["data"].as_array().unwrap().len() == 3);
}

#[test]
fn at_most_eight_deliveries_run_concurrently_and_a_hanging_one_times_out() {
    let platform = Scripted::default();
    let mine = object(1);
    let same: Vec<u32> = (1..2000).filter(|id| object(*id) == mine).take(20).collect();
    platform.merchant(&[0; 8]);
    for id in &same {
        store(&platform, &body(*id, "confirmed", 1));
    }
    platform.alarms_until(platform.clock());
    let delivered = platform.delivered();
    assert_eq!(delivered.iter().filter(|one| one.at == Duration::ZERO).count(), 8);
    assert_eq!(delivered.iter().filter(|one| one.at == Duration::from_secs(10)).count(), 12);
    platform.alarms_until(Duration::from_secs(60));
    assert_eq!(platform.delivered().len(), 8);
}

#[test]
fn a_stalled_delivery_does_not_delay_others() {
    let platform = Scripted::default();
    let second = (18..).find(|id| object(*id) == object(17)).unwrap();
    platform.merchant(&[0]);
    store(&platform, &body(17, "confirmed", 1));
    let shard = platform.inbox(object(17));
    platform.set_alarm(object(17), shard.alarm_fired());
    let meanwhile = async {
        platform.sleep(Duration::from_secs(1)).await;
        let app = app(&platform);
        assert_eq!(app.serve(Sent::callback(&body(second, "confirmed", 1))).await.0.status, 200);
    };
    platform.run(join(shard.work(), meanwhile));
    let at: Vec<Duration> = platform.delivered().iter().map(|one| one.at).collect();
    assert_eq!(at.len(), 2);
    assert!(at[1] <= Duration::from_millis(1_200), "{at:?}");
}

#[test]
fn a_crash_during_deliveries_loses_no_event() {
    let platform = Scripted::default();
    platform.merchant(&[0]);
    store(&platform, &body(17, "confirmed", 1));
    {
        let shard = platform.inbox(object(17));
        platform.set_alarm(object(17), shard.alarm_fired());
        let mut lost = core::pin::pin!(shard.work());
        let mut context = core::task::Context::from_waker(core::task::Waker::noop());
        for _ in 0..5 {
            assert!(lost.as_mut().poll(&mut context).is_pending());
        }
    }
    assert_eq!(platform.delivered().len(), 1);
    platform.crash();
    platform.alarms_until(Duration::from_secs(20));
    assert_eq!(platform.delivered().len(), 1);
    assert_eq!(list(&platform, "")["data"][0]["delivery"]["state"], "delivered");
}

#[test]
fn without_a_webhook_events_are_only_listed_and_are_delivered_once_one_is_set() {
    let platform = Scripted::default();
    for name in ["MERCHANT_WEBHOOK_URL", "MERCHANT_WEBHOOK_SECRET"] {
        platform.change(name, None);
    }
    store(&platform, &body(17, "confirmed", 1));
    platform.alarms_until(DAY);
    assert_eq!(platform.delivered(), []);
    assert_eq!(list(&platform, "")["data"][0]["delivery"]["state"], "pending");
    for (name, value) in complete(&[]).iter().filter(|(name, _)| name.starts_with("MERCHANT_WEBHOOK")) {
        platform.change(
            if name.ends_with("URL") { "MERCHANT_WEBHOOK_URL" } else { "MERCHANT_WEBHOOK_SECRET" },
            Some(value),
        );
    }
    list(&platform, "");
    platform.alarms_until(DAY);
    assert_eq!(platform.delivered().len(), 1);
}

#[test]
fn a_replay_of_a_pruned_or_erased_callback_is_no_new_event() {
    let platform = Scripted::default();
    store(&platform, &body(17, "confirmed", 1));
    store(&platform, &body(18, "confirmed", 1));
    platform.alarms_until(DAY);
    let before = ids(&platform.delivered());
    assert_eq!(call(&platform, authorized("DELETE", "/v1/callbacks/18")).1, json!({"erased": 1}));
    platform.alarms_until(DAY * 31);
    platform.pass(DAY * 3650);
    for event in list(&platform, "")["data"].as_array().unwrap() {
        assert_eq!((&event["callback"], event["status"].as_str()), (&Value::Null, Some("confirmed")));
        assert_eq!(event["erased_at"].is_null(), event["callback_id"] == "17");
    }
    for id in [17, 18] {
        store(&platform, &body(id, "confirmed", 1));
    }
    platform.alarms_until(platform.clock() + DAY);
    assert_eq!(platform.delivered(), []);
    store(&platform, &body(17, "confirmed", 2));
    platform.alarms_until(platform.clock());
    let amended = platform.delivered();
    assert_eq!(data(&amended[0]).0, "callback.amended");
    assert!(!before.contains(&ids(&amended)[0]));
    // An empty inbox derives the same event id.
    let elsewhere = Scripted::default();
    store(&elsewhere, &body(17, "confirmed", 2));
    elsewhere.alarms_until(DAY);
    assert!(before.contains(&ids(&elsewhere.delivered())[0]));
}

#[test]
fn a_pending_event_is_not_pruned() {
    let platform = Scripted::default();
    platform.change("INBOX_RETENTION_DAYS", Some("0.001"));
    platform.merchant(&[500; 5]);
    store(&platform, &body(17, "confirmed", 1));
    let alarms = platform.alarms_until(DAY);
    assert!(alarms < 10, "{alarms} alarms");
    let delivered = platform.delivered();
    assert_eq!(delivered.len(), 6);
    assert_eq!(delivered[5].body, delivered[0].body);
    assert_eq!(list(&platform, "")["data"][0]["callback"], Value::Null);
    assert_eq!(platform.alarms().len(), 0);
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

#[test]
fn a_callback_is_not_acknowledged_if_the_inbox_is_unreachable() {
    let platform = Scripted::default();
    platform.unreachable();
    let (status, reply, _) = call(&platform, Sent::callback(&body(17, "confirmed", 1)));
    assert_eq!(
        (status, reply["code"].as_str(), reply["retryable"].as_bool()),
        (503, Some("storage_unavailable"), Some(true))
    );
}

#[test]
fn a_database_of_the_previous_version_is_migrated_with_all_its_rows() {
    let platform = Scripted::default();
    let arrival = Arrival::of(&body(17, "confirmed", 1));
    let database = platform.database(arrival.object());
    previous(&database);
    database
        .exec(
            "INSERT INTO events (id, digest, transaction_key, callback_id, status, is_final, kind, superseded, body, \
             received_at, state, attempts, next_at) \
             VALUES ('evt_1', ?, ?, '17', 'confirmed', 1, 'callback.received', 0, CAST('{\"id\":17}' AS BLOB), 5, 'pending', 2, 5)",
            vec![arrival.digest.as_str().into(), citrn::hex::encode(&super::event::key_of("17")).into()],
        )
        .unwrap();
    store(&platform, &body(17, "confirmed", 1));
    platform.alarms_until(DAY);
    let delivered = platform.delivered();
    assert_eq!(ids(&delivered), ["evt_1"]);
    let page = list(&platform, "");
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    assert_eq!(page["data"][0]["delivery"]["attempts"], 3);
    platform.crash();
    assert_eq!(list(&platform, "")["data"], page["data"]);
    database.exec("INSERT INTO schema_version (version) VALUES (99)", vec![]).unwrap();
    let newer = upgrade(&database, super::schema::STEPS).unwrap_err();
    assert!(newer.to_string().contains("deploy a newer one"), "{newer}");
}
