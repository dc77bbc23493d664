//! `GET /v1/deposits`.

use core::time::Duration;

use serde_json::{Value, json};

use super::{DAY, Scripted, authorized, call, store};

const SECOND: Duration = Duration::from_secs(1);

/// Stores a callback of a deposit, one second after the previous one.
fn take(platform: &Scripted, id: u32, status: &str, fields: Value) {
    let mut body = json!({
        "id": id, "type": "deposit", "status": status,
        "crypto_address": {"foreign_id": "user-17", "address": "rXYZ", "tag": 7},
    });
    body.as_object_mut().unwrap().append(&mut fields.as_object().unwrap().clone());
    platform.pass(SECOND);
    store(platform, body.to_string().as_bytes());
}

fn amounts(after_fees: Option<&str>) -> Value {
    json!({
        "currency_sent": {"currency": "BTC", "amount": "0.50"},
        "currency_received": {"currency": "EUR", "amount": "100", "amount_minus_fee": after_fees},
        "transactions": [{"transaction_type": "exchange"}, {"transaction_type": "blockchain", "txid": "0xabc"}],
        "fees": after_fees.map(|_| json!([{"type": "deposit", "currency": "EUR", "amount": "0.5"}])),
    })
}

fn page(platform: &Scripted, query: &str) -> Value {
    let (status, page, _) = call(platform, authorized("GET", &format!("/v1/deposits{query}")));
    assert_eq!(status, 200, "{page}");
    page
}

/// Returns id and state of each deposit.
fn deposits(page: &Value) -> Vec<String> {
    let deposits = page["data"].as_array().unwrap().iter();
    deposits.map(|deposit| format!("{} {}", deposit["id"], deposit["state"]).replace('"', "")).collect()
}

#[test]
fn a_deposit_has_the_amounts_and_times_of_its_first_final_callback() {
    let platform = Scripted::default();
    take(&platform, 17, "not_confirmed", amounts(None));
    let seen = json!({
        "id": "17", "state": "seen", "currency": "EUR", "amount_received": "100", "amount_after_fees": "100",
        "currency_sent": "BTC", "amount_sent": "0.50", "txid": "0xabc",
        "seen_at": "1970-01-01T00:00:01.000Z", "settled_at": null,
    });
    assert_eq!(page(&platform, "?foreign_id=user-17")["data"], json!([seen]));
    take(&platform, 17, "confirmed", amounts(Some("99.5")));
    take(&platform, 17, "confirmed", amounts(Some("1")));
    take(&platform, 17, "held", json!({}));
    let mut settled = seen;
    settled["state"] = "confirmed".into();
    settled["amount_after_fees"] = "99.5".into();
    settled["settled_at"] = "1970-01-01T00:00:02.000Z".into();
    for query in ["?foreign_id=user-17", "?address=rXYZ&memo=7", "?address=RXYZ&memo=7&state=confirmed"] {
        assert_eq!(page(&platform, query)["data"], json!([settled]), "{query}");
    }
    for query in ["?foreign_id=user-18", "?address=rXYZ", "?foreign_id=user-17&state=seen"] {
        assert_eq!(page(&platform, query)["data"], json!([]), "{query}");
    }
}

#[test]
fn a_cancelled_deposit_has_only_the_amount_sent_and_a_second_final_status_is_a_conflict() {
    let platform = Scripted::default();
    take(&platform, 17, "not_confirmed", amounts(None));
    take(&platform, 17, "cancelled", json!({}));
    let cancelled = &page(&platform, "?foreign_id=user-17")["data"][0];
    assert_eq!([&cancelled["state"], &cancelled["amount_sent"]], ["cancelled", "0.50"]);
    assert_eq!([&cancelled["amount_received"], &cancelled["amount_after_fees"]], [&Value::Null; 2]);
    take(&platform, 17, "confirmed", amounts(Some("99.5")));
    assert_eq!(deposits(&page(&platform, "?foreign_id=user-17")), ["17 conflict"]);
}

#[test]
fn deposits_of_all_objects_are_paged_by_the_time_when_they_were_seen_first() {
    let platform = Scripted::default();
    for id in 1..=9 {
        take(&platform, id, "not_confirmed", json!({}));
    }
    for id in [5, 1, 9] {
        take(&platform, id, "confirmed", amounts(Some("1")));
    }
    // Neither a withdrawal nor the deposit of another customer.
    store(&platform, br#"{"id":30,"type":"withdrawal","status":"confirmed","foreign_id":"user-17"}"#);
    take(&platform, 31, "confirmed", json!({"crypto_address": {"foreign_id": "user-18"}}));
    let (mut found, mut after) = (Vec::new(), String::new());
    for has_more in [true, true, false] {
        let page = page(&platform, &format!("?foreign_id=user-17&limit=4{after}"));
        found.extend(deposits(&page));
        after = format!("&after={}", page["next"].as_str().unwrap());
        assert_eq!(page["has_more"], has_more);
    }
    let state = |id| if [1, 5, 9].contains(&id) { "confirmed" } else { "seen" };
    assert_eq!(found, (1..=9).map(|id| format!("{id} {}", state(id))).collect::<Vec<_>>());
    let since = "?foreign_id=user-17&since=1970-01-01T00:00:08Z";
    assert_eq!(deposits(&page(&platform, since)), ["8 seen", "9 confirmed"]);
    take(&platform, 32, "confirmed", json!({}));
    assert_eq!(deposits(&page(&platform, &format!("?foreign_id=user-17{after}"))), ["32 confirmed"]);
}

#[test]
fn deposits_are_available_for_the_retention_period() {
    let platform = Scripted::default();
    platform.pass(DAY * 40);
    take(&platform, 17, "confirmed", json!({}));
    take(&platform, 18, "confirmed", json!({}));
    platform.alarms_until(platform.clock());
    assert_eq!(page(&platform, "?foreign_id=user-17")["available_since"], "1970-01-11T00:00:02.000Z");
    call(&platform, authorized("DELETE", "/v1/callbacks/18"));
    assert_eq!(deposits(&page(&platform, "?foreign_id=user-17")), ["17 confirmed"]);
    platform.alarms_until(DAY * 71);
    assert_eq!(deposits(&page(&platform, "?foreign_id=user-17")), [""; 0]);
}

#[test]
fn the_time_when_a_deposit_was_seen_first_stays_if_only_its_first_body_is_dropped() {
    let platform = Scripted::default();
    take(&platform, 17, "not_confirmed", json!({}));
    platform.pass(DAY);
    take(&platform, 17, "confirmed", amounts(Some("1")));
    platform.alarms_until(DAY * 30 + SECOND * 10);
    let deposit = &page(&platform, "?foreign_id=user-17")["data"][0];
    assert_eq!([&deposit["state"], &deposit["seen_at"]], ["confirmed", "1970-01-01T00:00:01.000Z"]);
}

#[test]
fn a_query_without_a_customer_or_an_address_is_refused() {
    let platform = Scripted::default();
    for (query, code, field) in [
        ("", "missing_parameter", "foreign_id"),
        ("memo=7", "invalid_parameter", "memo"),
        ("foreign_id=user-17&memo=7", "invalid_parameter", "memo"),
        ("foreign_id=user-17&address=rXYZ", "invalid_parameter", "address"),
        ("foreign_id=", "invalid_parameter", "foreign_id"),
        ("address=", "invalid_parameter", "address"),
        ("address=rXYZ&state=pending", "invalid_parameter", "state"),
        ("address=rXYZ&after=0.0.0.0.0.0.0.0", "invalid_parameter", "after"),
        ("address=rXYZ&limit=0", "invalid_parameter", "limit"),
    ] {
        let (status, reply, _) = call(&platform, authorized("GET", &format!("/v1/deposits?{query}")));
        assert_eq!(
            (status, reply["code"].as_str(), reply["field"].as_str()),
            (422, Some(code), Some(field)),
            "{query}"
        );
    }
}
