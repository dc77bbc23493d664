//! The types of events by the statuses and ids of callbacks.

use serde_json::{Value, json};

use super::{DAY, Scripted, authorized, body, call, data, ids, list, store};
use crate::testing::Random;

const FINAL: [&str; 6] = ["confirmed", "cancelled", "declined", "paid", "failed", "expired"];
const OPEN: [&str; 4] = ["not_confirmed", "processing", "pending", "on_hold"];

fn send(platform: &Scripted, body: &Value) {
    store(platform, body.to_string().as_bytes());
    platform.alarms_until(platform.clock());
}

/// Type, status and `superseded` of the deliveries since the last call.
fn delivered(platform: &Scripted) -> Vec<(String, String, bool)> {
    let row = |one| {
        let (kind, data) = data(one);
        (kind, data["status"].as_str().unwrap().to_owned(), data["superseded"].as_bool().unwrap())
    };
    platform.delivered().iter().map(row).collect()
}

fn row(kind: &str, status: &str, superseded: bool) -> (String, String, bool) {
    (format!("callback.{kind}"), status.to_owned(), superseded)
}

/// A spelling that the CoinsPaid-family API uses or could use.
fn spelled(random: &mut Random, status: &str) -> String {
    let status = if status == "cancelled" { random.pick(&["cancelled", "canceled"]) } else { status };
    let cased: String = status.chars().map(|c| if random.below(3) == 0 { c.to_ascii_uppercase() } else { c }).collect();
    let space = |random: &mut Random| random.pick(&["", " ", "\n", "\r\n\t", "\u{a0}", "\u{feff}"]).to_owned();
    format!("{}{cased}{}", space(random), space(random))
}

#[test]
fn any_two_different_final_statuses_are_a_conflict() {
    for first in FINAL {
        for second in FINAL {
            let platform = Scripted::default();
            for (status, note) in [("pending", 1), (first, 2), (second, 3), ("processing", 4)] {
                send(&platform, &json!({"id": 17, "type": "withdrawal", "status": status, "note": note}));
            }
            let kind = if first == second { "amended" } else { "conflict" };
            let expected = [
                row("received", "pending", false),
                row("received", first, false),
                row(kind, second, false),
                row("received", "processing", true),
            ];
            assert_eq!(delivered(&platform), expected);
            let events = list(&platform, "?callback_id=17");
            assert!(events["data"].as_array().unwrap().iter().all(|event| event["current_status"] == first));
        }
    }
}

#[test]
fn all_spellings_of_a_status_are_one_event() {
    let random = &mut Random(6);
    for turn in 0..60 {
        let platform = Scripted::default();
        let status = random.pick(&[FINAL.as_slice(), &OPEN[..1]].concat()).to_owned();
        let spellings = [spelled(random, &status), spelled(random, &status)];
        for (note, spelling) in spellings.iter().enumerate() {
            send(&platform, &json!({"id": turn, "status": spelling, "note": note}));
        }
        let attempts = platform.delivered();
        let events: Vec<(String, Value)> = attempts.iter().map(data).collect();
        for ((kind, data), (expected, spelling)) in
            events.iter().zip(["callback.received", "callback.amended"].iter().zip(&spellings))
        {
            assert_eq!((kind.as_str(), data["status"].as_str()), (*expected, Some(status.as_str())), "{spellings:?}");
            assert_eq!(data["callback"]["status"], spelling.as_str());
        }
        // The webhook-id is that of the usual spelling.
        let usual = Scripted::default();
        send(&usual, &json!({"id": turn, "status": status}));
        assert_eq!(ids(&attempts)[0], ids(&usual.delivered())[0]);
    }
}

#[test]
fn an_unknown_status_is_kept_as_written() {
    let platform = Scripted::default();
    for (status, note) in [(" On Hold\n", 1), ("On Hold", 2), ("on hold", 3)] {
        send(&platform, &json!({"id": 17, "status": status, "note": note}));
    }
    let expected =
        [row("received", "On Hold", false), row("amended", "On Hold", false), row("received", "on hold", false)];
    assert_eq!(delivered(&platform), expected);
}

#[test]
fn a_payment_request_is_a_separate_transaction_from_the_same_id() {
    let random = &mut Random(12);
    for id in [json!(17), json!("17"), json!("2c9f1f1e-7d0b"), json!(random.below(1_000_000)), json!("a/b c")] {
        let platform = Scripted::default();
        send(&platform, &json!({"id": id, "status": "confirmed"}));
        for status in ["pending", "paid", "processing", "expired"] {
            send(&platform, &json!({"payment_request_id": id, "status": status}));
        }
        let expected = [
            row("received", "confirmed", false),
            row("received", "pending", false),
            row("received", "paid", false),
            row("received", "processing", true),
            row("conflict", "expired", false),
        ];
        assert_eq!(delivered(&platform), expected);
        let plain = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let name = format!("payment_request_id:{plain}");
        let encoded: String =
            percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC).to_string();
        let events = list(&platform, &format!("?callback_id={encoded}"));
        let events = events["data"].as_array().unwrap();
        assert_eq!(events.len(), 4);
        for event in events {
            assert_eq!((&event["callback_id"], &event["current_status"]), (&json!(name), &json!("paid")));
        }
        let again = call(&platform, authorized("POST", &format!("/v1/callbacks/{encoded}/redeliver")));
        assert_eq!((again.0, again.1), (202, json!({"queued": 4})));
        platform.alarms_until(DAY);
        assert_eq!(platform.delivered().len(), 4);
        let erased = call(&platform, authorized("DELETE", &format!("/v1/callbacks/{encoded}")));
        assert_eq!((erased.0, erased.1), (200, json!({"erased": 4})));
        let plain = percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC).to_string();
        assert_eq!(call(&platform, authorized("DELETE", &format!("/v1/callbacks/{plain}"))).1, json!({"erased": 1}));
    }
}

#[test]
fn an_id_takes_precedence_over_a_payment_request_id() {
    let platform = Scripted::default();
    for (body, id) in [
        (json!({"payment_request_id": 5, "id": 17, "status": "confirmed"}), "17"),
        (json!({"id": null, "payment_request_id": 5, "status": "paid"}), "payment_request_id:5"),
        (json!({"id": "", "payment_request_id": "6", "status": "paid"}), "payment_request_id:6"),
    ] {
        send(&platform, &body);
        let (kind, data) = data(&platform.delivered()[0]);
        assert_eq!((kind.as_str(), &data["callback_id"]), ("callback.received", &json!(id)));
    }
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
