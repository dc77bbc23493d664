//! Bodies whose retention period has ended, and their space.

use serde_json::{Value, json};

use super::{DAY, Scripted, authorized, body, call, data, ids, list, object, store};
use crate::storage::sql::Sql;

/// Returns the pages that an object's database uses.
fn pages(platform: &Scripted) -> i64 {
    let statement = "SELECT page_count - freelist_count AS pages FROM pragma_page_count, pragma_freelist_count";
    platform.database(object(17)).exec(statement, vec![]).unwrap()[0].get("pages").unwrap()
}

#[test]
fn a_dropped_body_frees_its_space() {
    let platform = Scripted::default();
    for id in (0..).filter(|id| object(*id) == object(17)).take(400) {
        let note = "n".repeat(2_000);
        store(&platform, format!(r#"{{"id":{id},"type":"deposit","status":"confirmed","note":"{note}"}}"#).as_bytes());
    }
    platform.alarms_until(DAY);
    let before = pages(&platform);
    platform.alarms_until(DAY * 31);
    let after = pages(&platform);
    assert!(after * 3 < before, "{before} pages, then {after}");
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
