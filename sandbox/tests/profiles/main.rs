//! The core's client against every reply profile: it reads the same replies, refusals and callbacks as under the default
//! profile, whatever their form.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod merchant;

use std::{env, fs, path::Path};

use citrn::{
    ErrorCode,
    callback::{Callback, Review},
};
use citrn_sandbox::engine::Profile;
use merchant::{Merchant, Parameters};
use serde_json::{Value, json};

const NAMES: [&str; 5] = ["documented-old", "documented-new", "family-2020", "family-2026", "random"];

fn profile(name: &str) -> Profile {
    serde_json::from_value(json!(name)).unwrap()
}

/// Every profile, and `random` with several seeds.
fn profiles() -> Vec<(Profile, String)> {
    let random = (0..20).map(|seed| (profile("random"), seed.to_string()));
    NAMES.iter().map(|name| (profile(name), "seed".to_owned())).chain(random).collect()
}

/// Asserts that each field of `expected` has the same value in `read`: ids in any form, decimals without regard to zeros
/// at their end.
fn assert_same(path: &str, expected: &Value, read: &Value) {
    match expected {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = format!("{path}.{name}");
                match name.as_str() {
                    // Some profiles have no list of fees, and some have this id too.
                    "fees" | "internal_id" => {}
                    "id" | "session_id" | "quote_id" => assert!(read[name].is_string(), "{path}"),
                    _ => assert_same(&path, value, &read[name]),
                }
            }
        }
        Value::Array(items) => {
            assert_eq!(read.as_array().map(Vec::len), Some(items.len()), "{path}");
            for (index, item) in items.iter().enumerate() {
                assert_same(&format!("{path}[{index}]"), item, &read[index]);
            }
        }
        _ => assert_eq!(shortest(read), shortest(expected), "{path}"),
    }
}

/// Returns a value with decimals in their shortest form.
fn shortest(value: &Value) -> Value {
    let is_decimal = |text: &&str| text.contains('.') && text.bytes().all(|byte| matches!(byte, b'.' | b'0'..=b'9'));
    match value.as_str().filter(is_decimal) {
        Some(decimal) => decimal.trim_end_matches('0').trim_end_matches('.').into(),
        None => value.clone(),
    }
}

/// After an intended change, `npm run generate` updates the files.
#[test]
fn the_bytes_of_every_profile_are_committed() {
    for name in NAMES {
        let merchant = Merchant::new(profile(name), "seed");
        merchant.read_every_reply();
        merchant.read_every_callback();
        merchant.call("addresses.take", &[("foreign_id", "user-17"), ("currency", "XMR")]).unwrap_err();
        merchant.sandbox.control("settings", &json!({"required_fields": ["end_user_reference"]}));
        merchant.call("addresses.take", &[("foreign_id", "user-17"), ("currency", "BTC")]).unwrap_err();
        let replies = merchant.sandbox.replies.borrow();
        let callbacks = merchant.sandbox.callbacks.borrow();
        let is_short = |path: &str| !["/currencies/", "/rates", "/accounts/"].iter().any(|part| path.contains(part));
        let mut bytes = String::new();
        for (path, status, body) in replies.iter().filter(|(path, _, _)| is_short(path)) {
            bytes.push_str(&format!("{path} {status} {body}\n"));
        }
        for (_, body) in callbacks.iter() {
            bytes.push_str(&format!("callback {body}\n"));
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/profiles").join(name).with_extension("txt");
        if env::var_os("UPDATE_GENERATED").is_some() {
            fs::write(&file, &bytes).unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap_or_default(), bytes, "{}", file.display());
    }
}

#[test]
fn every_reply_is_read_the_same_under_every_profile() {
    for (profile, seed) in profiles() {
        let expected = Merchant::new(Profile::default(), &seed).read_every_reply();
        let read = Merchant::new(profile, &seed).read_every_reply();
        assert_eq!(read.len(), expected.len());
        for ((name, expected), (_, read)) in expected.iter().zip(&read) {
            assert_same(&format!("{profile:?} {seed} {name}"), expected, read);
        }
    }
}

#[test]
fn every_callback_is_read_the_same_under_every_profile() {
    for (profile, seed) in profiles() {
        let [expected, read] = [Profile::default(), profile].map(|profile| {
            let merchant = Merchant::new(profile, &seed);
            merchant.read_every_reply();
            merchant.read_every_callback()
        });
        let case = format!("{profile:?} {seed}");
        let types = ["deposit", "deposit_exchange", "withdrawal", "withdrawal_exchange"];
        for kind in types {
            assert!(expected.iter().any(|(callback, _)| callback.r#type.as_ref().unwrap().as_str() == kind), "{kind}");
        }
        assert_eq!(read.len(), expected.len(), "{case}");
        for ((expected, expected_json), (read, read_json)) in expected.iter().zip(&read) {
            assert_same(&case, expected_json, read_json);
            assert_eq!(read.customer_id(), expected.customer_id(), "{case}");
            assert_eq!(credit(read), credit(expected), "{case}");
        }
        // A deposit and its two callbacks have one id.
        assert_eq!(read[0].0.id, read[2].0.id, "{case}");
    }
}

fn credit(callback: &Callback) -> Result<Option<(String, Value)>, Review> {
    let credit = callback.credit_or_review()?;
    Ok(credit.map(|credit| (credit.currency.to_owned(), shortest(&json!(credit.amount)))))
}

#[test]
fn every_refusal_is_understood_the_same_under_every_profile() {
    let calls: [(&str, &str, Parameters<'_>); 4] = [
        ("currencies.list", "currencies/list", &[]),
        ("addresses.take", "addresses/take", &[("foreign_id", "user-17"), ("currency", "BTC")]),
        (
            "payments.create",
            "payments/create-payment",
            &[("foreign_id", "user-17"), ("coin_name", "BTC"), ("return_url", "https://shop.example/")],
        ),
        ("exchange.makeExchange", "exchange/make-exchange", &[("quote_id", "q")]),
    ];
    let refusals = |profile, seed: &str| {
        let merchant = Merchant::new(profile, seed);
        let mut errors = Vec::new();
        for (name, path, parameters) in calls {
            // Only the hosted page says that a payment expired.
            for code in ErrorCode::ALL.iter().filter(|code| **code != ErrorCode::PaymentExpired) {
                merchant
                    .sandbox
                    .control("faults", &json!({"kind": "error_code", "code": code.as_str(), "endpoint": path}));
                let error = merchant.call(name, parameters).unwrap_err();
                errors.push((name, error.code().clone(), error.executed(), error.retryable(), None));
            }
        }
        merchant.sandbox.control("settings", &json!({"required_fields": ["end_user_reference"]}));
        for (name, _, parameters) in &calls[1..3] {
            let error = merchant.call(name, parameters).unwrap_err();
            let field = error.field().map(str::to_owned);
            errors.push((name, error.code().clone(), error.executed(), error.retryable(), field));
        }
        errors
    };
    let expected = refusals(Profile::default(), "seed");
    assert_eq!(expected.len(), 4 * 18 + 2);
    for (profile, seed) in profiles() {
        assert_eq!(refusals(profile, &seed), expected, "{profile:?} {seed}");
    }
}
