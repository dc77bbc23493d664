//! The meaning of events: whom to credit, and when a person must look.

use serde_json::{Value, json};

use super::{DAY, Scripted, authorized, call, data, ids, list, object, store};
use crate::storage::sql::Sql;

/// A deposit of customer `user-17`: 49.5 USDTT after fees.
fn deposit(id: impl Into<Value>, status: &str, note: u32) -> Value {
    json!({
        "id": id.into(), "type": "deposit", "status": status, "note": note,
        "crypto_address": {"address": "T1", "foreign_id": "user-17"},
        "currency_received": {"currency": "USDTT", "amount": "50", "amount_minus_fee": "49.5"},
    })
}

fn credit() -> Value {
    json!({"customer_id": "user-17", "currency": "USDTT", "amount": "49.5"})
}

fn send(platform: &Scripted, body: &Value) {
    store(platform, body.to_string().as_bytes());
}

/// Type, credit and review of the deliveries since the last call.
fn delivered(platform: &Scripted) -> Vec<(String, Value, Value)> {
    platform.alarms_until(platform.clock());
    let row = |one| {
        let (kind, data) = data(one);
        (kind.trim_start_matches("callback.").to_owned(), data["credit"].clone(), data["review"].clone())
    };
    platform.delivered().iter().map(row).collect()
}

fn row(kind: &str, credit: Value, review: Value) -> (String, Value, Value) {
    (kind.to_owned(), credit, review)
}

#[test]
fn a_confirmed_deposit_says_whom_to_credit_in_deliveries_and_lists() {
    let platform = Scripted::default();
    let body = deposit(17, "confirmed", 1);
    send(&platform, &body);
    platform.alarms_until(platform.clock());
    let facts = json!({
        "callback_id": "17", "status": "confirmed", "superseded": false, "customer_id": "user-17", "is_final": true,
        "is_deposit": true, "credit": credit(), "review": null, "callback": body,
    });
    assert_eq!(data(&platform.delivered()[0]), ("callback.received".to_owned(), facts.clone()));
    let listed = &list(&platform, "")["data"][0];
    for (name, value) in facts.as_object().unwrap() {
        assert_eq!(&listed[name], value, "{name}");
    }
}

#[test]
fn an_event_says_that_a_deposit_came_in_another_currency_than_its_address() {
    let platform = Scripted::default();
    let mut body = deposit(17, "confirmed", 1);
    body["crypto_address"]["currency"] = json!("USDC");
    send(&platform, &body);
    platform.alarms_until(platform.clock());
    let (_, data) = data(&platform.delivered()[0]);
    assert_eq!((&data["is_unexpected_currency"], &data["credit"]), (&json!(true), &credit()));
    assert_eq!(list(&platform, "")["data"][0]["is_unexpected_currency"], true);
    body["id"] = json!(18);
    body["crypto_address"]["currency"] = json!("USDTT");
    send(&platform, &body);
    assert_eq!(list(&platform, "?callback_id=18")["data"][0].get("is_unexpected_currency"), None, "only if true");
}

#[test]
fn a_body_gives_the_credit_or_the_reason_for_a_review() {
    let with = |path: &str, value: Value| {
        let mut body = deposit(17, "confirmed", 1);
        *body.pointer_mut(path).unwrap() = value;
        body
    };
    let received = "/currency_received";
    let cases = [
        (deposit("17", "confirmed", 1), credit(), Value::Null),
        (deposit(17, " Confirmed\n", 1), credit(), Value::Null),
        (with("/type", json!("deposit_exchange")), credit(), Value::Null),
        (with("/crypto_address/foreign_id", json!(9_007_199_254_740_993_u64)), Value::Null, Value::Null),
        (deposit(17, "not_confirmed", 1), Value::Null, Value::Null),
        (deposit(17, "cancelled", 1), Value::Null, Value::Null),
        (with("/type", json!("withdrawal")), Value::Null, Value::Null),
        (with("/type", json!("transfer")), Value::Null, json!("type_unknown")),
        (with(received, json!({"currency": "BTC", "amount": "0.00"})), Value::Null, Value::Null),
        (with(received, json!({"currency": "BTC", "amount": "1,5"})), Value::Null, json!("amount_unreadable")),
        (with(received, Value::Null), Value::Null, json!("amount_unreadable")),
        (with("/crypto_address", json!({"address": "T1"})), Value::Null, json!("customer_missing")),
        (with("/crypto_address/foreign_id", json!("")), Value::Null, json!("customer_missing")),
    ];
    for (number, (body, mut expected, review)) in cases.into_iter().enumerate() {
        let platform = Scripted::default();
        send(&platform, &body);
        if number == 3 {
            expected = credit();
            expected["customer_id"] = "9007199254740993".into();
        }
        assert_eq!(delivered(&platform), [row("received", expected, review)], "{body}");
    }
}

#[test]
fn amounts_keep_all_their_digits() {
    for (written, read) in [
        ("0.010000000000000000000000000001", "0.010000000000000000000000000001"),
        ("123456789012345678901234567890.10", "123456789012345678901234567890.10"),
        ("1.5e-7", "0.00000015"),
    ] {
        let platform = Scripted::default();
        let body = deposit(17, "confirmed", 1).to_string().replace(r#""49.5""#, written);
        store(&platform, body.as_bytes());
        platform.alarms_until(platform.clock());
        assert_eq!(data(&platform.delivered()[0]).1["credit"]["amount"], read, "{body}");
    }
}

#[test]
fn a_body_that_some_json_readers_refuse_still_has_a_credit() {
    let platform = Scripted::default();
    store(&platform, deposit(17, "confirmed", 1).to_string().replace("\"note\":1", "\"note\":1e999").as_bytes());
    platform.alarms_until(platform.clock());
    let (_, data) = data(&platform.delivered()[0]);
    assert_eq!((&data["callback"], &data["credit"]), (&Value::Null, &credit()));
    assert!(data["body_base64"].is_string());
}

#[test]
fn only_the_first_confirmed_has_a_credit() {
    let null = || Value::Null;
    let [amended, conflict] = ["amended", "conflict"].map(|kind| row(kind, Value::Null, kind.into()));
    let first = || row("received", credit(), Value::Null);
    let other = || row("received", null(), null());
    for (statuses, expected) in [
        (&["confirmed", "confirmed"][..], vec![first(), amended.clone()]),
        (&["confirmed", "cancelled"], vec![first(), conflict.clone()]),
        (&["cancelled", "confirmed"], vec![other(), conflict.clone()]),
        (&["declined", "confirmed", "confirmed"], vec![other(), conflict, amended.clone()]),
        (&["not_confirmed", "confirmed", "not_confirmed"], vec![other(), first(), amended.clone()]),
        (&["not_confirmed", "not_confirmed", "confirmed"], vec![other(), amended, first()]),
        (&["confirmed", "processing"], vec![first(), other()]),
    ] {
        let platform = Scripted::default();
        for (note, status) in (0..).zip(statuses) {
            // The gateway writes the id as a number or as text.
            let id = if note % 2 == 0 { json!(17) } else { json!("17") };
            send(&platform, &deposit(id, status, note));
        }
        assert_eq!(delivered(&platform), expected, "{statuses:?}");
    }
}

#[test]
fn a_payment_request_of_the_same_number_is_another_transaction_without_a_credit() {
    let platform = Scripted::default();
    let mut request = deposit(17, "confirmed", 1);
    let id = request.as_object_mut().unwrap().remove("id").unwrap();
    request["payment_request_id"] = id;
    send(&platform, &request);
    assert_eq!(delivered(&platform), [row("received", Value::Null, json!("payment_request"))]);
    send(&platform, &deposit(17, "confirmed", 1));
    assert_eq!(delivered(&platform), [row("received", credit(), Value::Null)]);
}

#[test]
fn another_attempt_and_another_delivery_have_the_same_credit() {
    let platform = Scripted::default();
    platform.merchant(&[500, 500]);
    send(&platform, &deposit(17, "confirmed", 1));
    platform.alarms_until(DAY);
    send(&platform, &deposit(17, "confirmed", 2));
    platform.alarms_until(DAY * 2);
    let before = platform.delivered();
    assert_eq!(call(&platform, authorized("POST", "/v1/callbacks/17/redeliver")).1, json!({"queued": 2}));
    platform.alarms_until(DAY * 3);
    let again = platform.delivered();
    let [first, second] = [&before[0], &before[3]].map(|one| (ids(std::slice::from_ref(one)), one.body.clone()));
    assert_eq!(data(&before[0]).1["credit"], credit());
    assert!(before[..3].iter().all(|one| one.body == first.1));
    let expected = [first, second];
    assert_eq!([&again[0], &again[1]].map(|one| (ids(std::slice::from_ref(one)), one.body.clone())), expected);
}

#[test]
fn a_dropped_body_has_no_credit_and_still_counts_as_the_first() {
    let platform = Scripted::default();
    platform.merchant(&[500]);
    send(&platform, &deposit(17, "confirmed", 1));
    platform.alarms_until(platform.clock());
    platform.delivered();
    assert_eq!(call(&platform, authorized("DELETE", "/v1/callbacks/17")).1, json!({"erased": 1}));
    platform.alarms_until(DAY);
    let dropped = &list(&platform, "")["data"][0];
    for event in [&data(&platform.delivered()[0]).1, dropped] {
        let fields = ["callback", "credit", "customer_id", "is_deposit", "is_final", "review"].map(|name| &event[name]);
        let expected = [json!(null), json!(null), json!(null), json!(false), json!(true), json!("body_dropped")];
        assert_eq!(fields, expected.each_ref());
    }
    platform.pass(DAY * 3650);
    send(&platform, &deposit(17, "confirmed", 1));
    send(&platform, &deposit(17, "confirmed", 2));
    assert_eq!(delivered(&platform), [row("amended", Value::Null, json!("amended"))]);
}

/// Stores a row as an earlier version did.
fn stored(platform: &Scripted, status: &str, is_final: bool, note: u32) {
    let body = deposit(17, status, note);
    send(platform, &body);
    let statement = "UPDATE events SET kind = 'callback.received', status = ?, is_final = ? WHERE seq = ?";
    let values = vec![status.into(), is_final.into(), i64::from(note).into()];
    platform.database(object(17)).exec(statement, values).unwrap();
}

#[test]
fn two_final_events_that_an_earlier_version_stored_as_received_have_one_credit_at_most() {
    // That version compared the spellings, and took "declined" for a status that is not final. The migration
    // normalised the stored statuses, but not the types of events.
    for (statuses, expected) in [
        (["confirmed", "confirmed"], [credit(), Value::Null, Value::Null, json!("amended")]),
        (["declined", "confirmed"], [Value::Null, Value::Null, Value::Null, json!("conflict")]),
        (["cancelled", "confirmed"], [Value::Null, Value::Null, Value::Null, json!("conflict")]),
        (["not_confirmed", "confirmed"], [Value::Null, credit(), Value::Null, Value::Null]),
    ] {
        let platform = Scripted::default();
        for (note, status) in (1..).zip(statuses) {
            stored(&platform, status, status != "not_confirmed", note);
        }
        let [first, second, first_review, second_review] = expected;
        let expected = [row("received", first, first_review), row("received", second, second_review)];
        assert_eq!(delivered(&platform), expected, "{statuses:?}");
    }
}

#[test]
fn a_body_that_no_longer_reads_as_its_row_says_nothing() {
    for change in ["callback_id = '18'", "status = 'CONFIRMED'", "body = CAST('{' AS BLOB)"] {
        let platform = Scripted::default();
        send(&platform, &deposit(17, "confirmed", 1));
        platform.database(object(17)).exec(&format!("UPDATE events SET {change}"), vec![]).unwrap();
        assert_eq!(delivered(&platform), [row("received", Value::Null, json!("unreadable"))], "{change}");
    }
}
