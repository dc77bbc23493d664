//! The bodies that `citrn trigger` sends: of every type and status, in every form, readable by the core.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use citrn::callback::{Callback, Review};
use citrn_sandbox::trigger::Order;
use serde_json::{Value, json};

const PROFILES: [&str; 5] = ["documented-new", "documented-old", "family-2020", "family-2026", "random"];

/// Types with the other currency of an exchange, the type in the body, and the statuses.
const TYPES: [(&str, Option<&str>, &str, &[&str]); 5] = [
    ("deposit", None, "deposit", &["not_confirmed", "confirmed", "cancelled"]),
    ("deposit", Some("EUR"), "deposit_exchange", &["not_confirmed", "confirmed", "cancelled"]),
    ("withdrawal", None, "withdrawal", &["processing", "pending", "confirmed", "cancelled", "declined"]),
    ("withdrawal", Some("EUR"), "withdrawal_exchange", &["processing", "confirmed", "cancelled"]),
    ("payment_request", None, "payment_request", &["created", "processing", "paid", "failed", "expired"]),
];

fn order(changes: Value) -> Value {
    let mut order = json!({
        "seed": "seed", "profile": "documented-new", "type": "deposit", "statuses": ["confirmed"],
        "foreign_id": "user/17", "currency": "USDTT", "amount": "50", "convert_to": null, "escapes": "php",
    });
    for (name, value) in changes.as_object().unwrap() {
        order[name] = value.clone();
    }
    order
}

fn written(changes: Value) -> Result<Vec<String>, String> {
    serde_json::from_value::<Order>(order(changes)).unwrap().bodies()
}

fn values(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

#[test]
fn every_type_status_and_profile_is_a_callback_of_one_transaction() {
    for profile in PROFILES {
        for (kind, convert_to, r#type, statuses) in TYPES {
            for escapes in ["php", "all", "none"] {
                let changes = json!({
                    "profile": profile, "type": kind, "convert_to": convert_to, "statuses": statuses,
                    "escapes": escapes,
                });
                let bodies = written(changes).unwrap();
                let callbacks: Vec<_> = bodies.iter().map(|body| Callback::parse(body.as_bytes()).unwrap()).collect();
                for (callback, status) in callbacks.iter().zip(statuses) {
                    assert_eq!(callback.status.as_str(), *status, "{profile} {type}");
                    assert_eq!(callback.r#type.as_ref().unwrap().as_str(), r#type, "{profile} {status}");
                    assert_eq!(callback.id, callbacks.first().unwrap().id, "{profile} {type} {status}");
                }
                assert_eq!(callbacks.len(), statuses.len());
            }
        }
    }
}

#[test]
fn only_a_confirmed_deposit_is_credited() {
    for (kind, convert_to, _, statuses) in TYPES {
        let bodies = written(json!({"type": kind, "convert_to": convert_to, "statuses": statuses})).unwrap();
        for (body, status) in bodies.iter().zip(statuses) {
            let callback = Callback::parse(body.as_bytes()).unwrap();
            let credit = callback.credit_or_review();
            match (kind, *status) {
                ("payment_request", _) => assert_eq!(credit, Err(Review::PaymentRequest)),
                ("deposit", "confirmed") => {
                    let credit = credit.unwrap().unwrap();
                    let expected = if convert_to.is_some() { ("EUR", "45.00") } else { ("USDTT", "49.500000") };
                    assert_eq!((credit.currency, credit.amount), expected);
                    assert_eq!(callback.customer_id(), Some("user/17"));
                }
                _ => assert_eq!(credit, Ok(None), "{kind} {status}"),
            }
        }
    }
}

#[test]
fn the_seed_decides_the_ids() {
    for profile in PROFILES {
        let id = |seed: &str| values(&written(json!({"profile": profile, "seed": seed})).unwrap()[0])["id"].clone();
        assert_eq!(id("a"), id("a"), "{profile}");
        assert_ne!(id("a"), id("b"), "{profile}");
        assert!(id("a").as_u64().is_none_or(|id| id < 1 << 53), "{profile}");
    }
}

#[test]
fn escapes_change_bytes_but_not_values() {
    let body = |escapes: &str| written(json!({"escapes": escapes, "foreign_id": "ü/1"})).unwrap().remove(0);
    let [php, all, none] = ["php", "all", "none"].map(body);
    assert!(php.contains(r#""\u00fc\/1""#) && php.contains(r"block\u0063hain"), "{php}");
    assert!(all.contains(r#""\u0063rypto_address""#), "{all}");
    assert!(none.contains(r#""ü/1""#) && !none.contains('\\'), "{none}");
    assert!(values(&php) == values(&all) && values(&all) == values(&none));
}

#[test]
fn values_are_set_in_every_body_and_other_numbers_keep_their_digits() {
    let set = json!([["currency_received.amount", "1.50"], ["crypto_address.label", "\"a/ü\""], ["id", "17"]]);
    let bodies = written(json!({"statuses": ["not_confirmed", "confirmed"], "set": set})).unwrap();
    for body in bodies {
        assert!(body.starts_with(r#"{"id":17,"#), "{body}");
        assert!(body.contains(r#""amount":1.50,"#) && body.contains(r#""label":"a\/\u00fc""#), "{body}");
    }
}

#[test]
fn confirmations_txids_and_reasons_fit_the_status() {
    for (kind, status, confirmations, has_txid, error) in [
        ("deposit", "not_confirmed", 0, true, ""),
        ("deposit", "confirmed", 19, true, ""),
        ("deposit", "cancelled", 0, true, "double spend"),
        ("withdrawal", "processing", 0, false, ""),
        ("withdrawal", "pending", 0, false, "Above the limit of the account"),
        ("withdrawal", "confirmed", 0, true, ""),
        ("withdrawal", "cancelled", 0, false, "rejected by the network"),
        ("withdrawal", "declined", 0, false, "Declined by the owner"),
    ] {
        let body = values(&written(json!({"type": kind, "statuses": [status]})).unwrap()[0]);
        let transaction = &body["transactions"][0];
        assert_eq!(body["error"], error, "{kind} {status}");
        assert_eq!(transaction["txid"].as_str().map(str::len), has_txid.then_some(64), "{kind} {status}");
        if kind == "deposit" {
            assert_eq!(transaction["confirmation"], confirmations, "{status}");
        }
    }
}

#[test]
fn an_order_at_a_limit_is_written() {
    for (changes, path, expected) in [
        (json!({"foreign_id": "ü".repeat(255)}), "/crypto_address/foreign_id", "ü".repeat(255)),
        // Deposits below the minimum happen.
        (json!({"amount": "0.000001"}), "/currency_sent/amount", "0.00000100".to_owned()),
    ] {
        let body = values(&written(changes).unwrap()[0]);
        assert_eq!(body.pointer(path).unwrap(), &json!(expected), "{body}");
    }
}

#[test]
fn a_withdrawal_with_exchange_goes_to_an_address_of_the_coin_that_is_sent() {
    let body = values(&written(json!({"type": "withdrawal", "convert_to": "BTC"})).unwrap()[0]);
    assert!(body["crypto_address"]["address"].as_str().unwrap().starts_with("tb1"), "{body}");
}

#[test]
fn an_invalid_order_names_the_field() {
    for (changes, problem) in [
        (json!({"amount": "0"}), "amount: must be decimal text above zero"),
        (json!({"amount": "1e3"}), "amount: must be decimal text above zero"),
        (json!({"amount": "1.1234567"}), "amount: USDTT has 6 decimals"),
        (json!({"currency": "NOPE"}), "currency: `NOPE` is not one of BTC, BCH, "),
        (json!({"currency": "EUR"}), "currency: EUR has no addresses"),
        (json!({"convert_to": "USD"}), "convert_to: `USD` is not one of "),
        (json!({"convert_to": "USDTT"}), "convert_to: USDTT and USDTT are no pair"),
        (json!({"foreign_id": "ü".repeat(256)}), "foreign_id: must have from 1 to 255 characters"),
        (json!({"foreign_id": ""}), "foreign_id: must have from 1 to 255 characters"),
        (json!({"type": "withdrawal", "amount": "0.5"}), "amount: must be at least 2"),
        (json!({"set": [["a..b", "1"]]}), "set: `a..b` is not a path"),
    ] {
        let refused = written(changes.clone()).unwrap_err();
        assert!(refused.starts_with(problem), "{changes}: {refused}");
    }
}
