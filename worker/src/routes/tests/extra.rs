//! Extra fields of payments, addresses and checkout links.

use super::*;
use crate::{
    settings::Settings,
    storage::{
        object::{Namespace, Object},
        sql::Sql,
    },
};

const FIELDS: (&str, Option<&str>) = ("CITRN_EXTRA_FIELDS", Some(" end_user_reference, sender_data ,sender_type"));
const CONSTANTS: (&str, Option<&str>) =
    ("CITRN_EXTRA", Some("\u{feff}{ \"sender_type\": \"natural\", \"shop\" : { \"n\" : 1.50 } }"));
const TAKEN: Turn = Turn::Answers(200, r#"{"address":"T1"}"#);

/// Values that no log line and no problem may contain.
const PRIVATE: [&str; 3] = ["Ada", "1815", "natural"];

/// Adds the parameter `extra` to a body.
fn with(body: &str, extra: &str) -> String {
    format!(r#"{},"extra":{extra}}}"#, body.strip_suffix('}').unwrap())
}

fn address(extra: &str) -> Sent {
    Sent::post("/v1/addresses", &with(ADDRESS, extra))
}

/// Sends a request to a Worker with both settings, and checks that nothing discloses a value.
fn send(platform: &Scripted, request: Sent) -> Reply {
    let app = app(platform, &[FIELDS, CONSTANTS]);
    platform.change(FIELDS.0, FIELDS.1);
    platform.change(CONSTANTS.0, CONSTANTS.1);
    let reply = ready(&app, request);
    for value in PRIVATE {
        assert!(!reply.log.to_string().contains(value) && !reply.answer.body.contains(value), "{}", reply.answer.body);
    }
    reply
}

/// Returns the bodies that the gateway received.
fn bodies(platform: &Scripted) -> Vec<String> {
    platform.seen().into_iter().map(|request| String::from_utf8(request.body.unwrap_or_default()).unwrap()).collect()
}

#[test]
fn extra_fields_follow_the_parameters_and_replace_constants() {
    for (extra, expected) in [
        ("{}", r#""sender_type":"natural","shop":{ "n" : 1.50 }}"#),
        (
            r#"{"sender_data": {"visits": 12345678901234567890.10, "first_name" : "Ada"}, "end_user_reference":"u"}"#,
            r#""sender_type":"natural","shop":{ "n" : 1.50 },"end_user_reference":"u","sender_data":{"first_name":"Ada","visits":12345678901234567890.10}}"#,
        ),
        (r#"{"sender_type":null}"#, r#""shop":{ "n" : 1.50 },"sender_type":null}"#),
    ] {
        for (route, body, turn) in [("/v1/payments", PAYMENT, CREATED), ("/v1/addresses", ADDRESS, TAKEN)] {
            let platform = Scripted::of(&[turn.clone(), turn]);
            assert!(send(&platform, Sent::post(route, &with(body, extra))).status < 300);
            let keyed = Sent::post(route, &with(body, extra)).with("Idempotency-Key", "k");
            assert!(send(&platform, keyed).status < 300);
            let sent = format!("{},{expected}", body.strip_suffix('}').unwrap());
            assert_eq!(bodies(&platform), [sent.clone(), sent]);
        }
    }
}

#[test]
fn a_refused_extra_field_is_named_and_nothing_is_sent() {
    let deep = format!(r#"{{"sender_data":{}{}}}"#, "[".repeat(17), "]".repeat(17));
    let secret = format!(r#"{{"sender_data":"{SECRET}"}}"#);
    let secret_name = format!(r#"{{"{SECRET}":"Ada"}}"#);
    for (extra, field) in [
        (r#"{"receiver_data":"Ada"}"#, "extra.receiver_data"),
        (r#"{"foreign_id":"Ada"}"#, "extra.foreign_id"),
        (r#"{"shop":"Ada"}"#, "extra.shop"),
        (r#"{"sender_data":{"a":"Ada","a":1815}}"#, "extra.sender_data.a"),
        (r#"{"sender_type":1815,"sender_type":1815}"#, "extra.sender_type"),
        (r#"{"sender_data":"\ud800 Ada"}"#, "extra.sender_data"),
        (deep.as_str(), "extra.sender_data"),
        (secret.as_str(), "extra.sender_data"),
        (secret_name.as_str(), "extra"),
        (r#"["Ada"]"#, "extra"),
        ("\"Ada\"", "extra"),
        ("null", "extra"),
    ] {
        for (route, body) in [("/v1/payments", PAYMENT), ("/v1/addresses", ADDRESS), ("/v1/checkout-links", LINK)] {
            for key in ["", "k"] {
                let mut request = Sent::post(route, &with(body, extra));
                if !key.is_empty() {
                    request = request.with("Idempotency-Key", key);
                }
                let platform = Scripted::default();
                let reply = send(&platform, request);
                assert_eq!(
                    (reply.status, reply.body["code"].as_str(), reply.body["field"].as_str()),
                    (422, Some("invalid_parameter"), Some(field)),
                    "{route} {extra}: {}",
                    reply.body
                );
                assert!(!reply.answer.body.contains(SECRET), "{}", reply.body);
                assert_eq!(platform.databases(), []);
            }
        }
    }
}

#[test]
fn without_the_setting_every_name_is_refused() {
    let platform = Scripted::default();
    let reply = ready(&app(&platform, &[]), address(r#"{"end_user_reference":"u"}"#));
    assert_eq!((reply.status, reply.body["field"].as_str()), (422, Some("extra.end_user_reference")));
    assert_eq!(reply.body["detail"], "extra.end_user_reference is not listed in the setting CITRN_EXTRA_FIELDS");
}

#[test]
fn the_order_of_members_does_not_make_another_request() {
    let keyed = |extra: &str| address(extra).with("Idempotency-Key", "k");
    let original = r#"{"end_user_reference":"u","sender_data":{"a":[{"x":1,"y":{}},[]],"b":"Ada"}}"#;
    for (extra, is_same) in [
        (r#" { "sender_data": {"b":"Ada", "a" : [ {"y":{ },"x":1},[ ]]},"end_user_reference":"u"}"#, true),
        (r#"{"\u0065nd_user_reference":"u","sender_data":{"b":"Ada","a":[{"y":{},"x":1},[]]}}"#, true),
        (r#"{"end_user_reference":"u","sender_data":{"a":[[],{"x":1,"y":{}}],"b":"Ada"}}"#, false),
        (r#"{"end_user_reference":"u","sender_data":{"a":[{"x":1.0,"y":{}},[]],"b":"Ada"}}"#, false),
        (r#"{"end_user_reference":"u","sender_data":{"a":[{"x":1,"y":[]},[]],"b":"Ada"}}"#, false),
        (r#"{"end_user_reference":"u"}"#, false),
        ("{}", false),
    ] {
        let platform = Scripted::of(&[TAKEN]);
        assert_eq!(send(&platform, keyed(original)).status, 200);
        let reply = send(&platform, keyed(extra));
        let code = reply.body["code"].as_str().unwrap_or("replayed");
        assert_eq!(code, if is_same { "replayed" } else { "idempotency_key_reused" }, "{extra}");
    }
}

#[test]
fn three_members_in_any_order_are_the_same_request() {
    let platform = Scripted::of(&[TAKEN]);
    for order in ["abc", "acb", "bac", "bca", "cab", "cba"] {
        let members: Vec<String> = order.chars().map(|name| format!("\"{name}\":\"{name}\"")).collect();
        let extra = format!(r#"{{"sender_data":{{{}}}}}"#, members.join(","));
        assert_eq!(send(&platform, address(&extra).with("Idempotency-Key", "k")).status, 200, "{order}");
    }
    assert_eq!(platform.seen().len(), 1);
}

#[test]
fn the_size_limit_includes_the_constants() {
    let constants = format!(r#"{{"shop":"{}"}}"#, "x".repeat(8000));
    let changes = [FIELDS, ("CITRN_EXTRA", Some(constants.as_str()))];
    let extra = format!(r#"{{"sender_data":"{}"}}"#, "x".repeat(8500));
    // A link that is stored with too many would fail at each visit.
    for (route, body) in [("/v1/payments", PAYMENT), ("/v1/addresses", ADDRESS), ("/v1/checkout-links", LINK)] {
        let platform = Scripted::default();
        let reply = ready(&app(&platform, &changes), Sent::post(route, &with(body, &extra)));
        assert_eq!((reply.status, reply.body["field"].as_str()), (422, Some("extra")), "{route}: {}", reply.body);
        assert_eq!(platform.databases(), []);
    }
}

#[test]
fn an_empty_object_and_the_constants_are_not_part_of_the_request() {
    let keyed = |body: &str| Sent::post("/v1/addresses", body).with("Idempotency-Key", "k");
    let platform = Scripted::of(&[TAKEN]);
    assert_eq!(ready(&app(&platform, &[]), keyed(ADDRESS)).status, 200);
    // The constants were added to the settings after the first request.
    let replay = send(&platform, keyed(&with(ADDRESS, "{}")));
    assert_eq!((replay.status, replay.answer.header("idempotency-replayed")), (200, Some("true")));
}

#[test]
fn no_stored_row_has_an_extra_value() {
    let platform = Scripted::of(&[TAKEN, Turn::Answers(400, r#"{"error":"Ada is unknown","code":"no_address"}"#)]);
    for key in ["a", "b"] {
        let request = address(r#"{"sender_data":{"first_name":"Ada","year":1815}}"#).with("Idempotency-Key", key);
        assert_ne!(send(&platform, request).status, 503);
    }
    for shard in 0..Namespace::Idempotency.shards() {
        let object = Object { namespace: Namespace::Idempotency, shard };
        drop(platform.object(object));
        for row in platform.database(object).exec("SELECT ifnull(outcome, '') AS outcome FROM keys", vec![]).unwrap() {
            let outcome: &str = row.get("outcome").unwrap();
            assert!(PRIVATE.iter().all(|value| !outcome.contains(value)), "{outcome}");
        }
    }
}

#[test]
fn a_fault_of_the_settings_stops_creations_only() {
    let changes = [("CITRN_EXTRA", Some(r#"{"foreign_id":"Ada"}"#))];
    let platform = Scripted::of(&[CURRENCIES]);
    let app = app(&platform, &changes);
    for (route, body) in [("/v1/payments", PAYMENT), ("/v1/addresses", ADDRESS), ("/v1/checkout-links", LINK)] {
        let reply = ready(&app, Sent::post(route, body));
        assert_eq!((reply.status, reply.body["field"].as_str()), (503, Some("CITRN_EXTRA")), "{}", reply.body);
        assert!(!reply.answer.body.contains("Ada"), "{}", reply.body);
    }
    assert_eq!(ready(&app, catalogue("/v1/currencies")).status, 200);
    let checked = ready(&super::app(&Scripted::of(&[PONG, ACCOUNTS]), &changes), catalogue("/readyz"));
    let detail = checked.body["checks"][0]["detail"].as_str().unwrap();
    assert!(detail.starts_with("CITRN_EXTRA is invalid: extra.foreign_id"), "{detail}");
    assert!(!detail.contains("Ada"), "{detail}");
}

#[test]
fn debug_output_has_no_extra_value() {
    let settings = testing::complete(&[FIELDS, CONSTANTS]);
    let settings = Settings::read(&|name| settings.get(name).cloned(), Scripted::default(), Route::SPECS);
    let extra = settings.admit_extra(Some(r#"{"sender_data":"Ada"}"#)).unwrap().unwrap();
    let shown = format!("{extra:?} {:?}", settings.extra().unwrap());
    assert!(PRIVATE.iter().all(|value| !shown.contains(value)), "{shown}");
}
