//! Callbacks: both generations of body, what is missing from cancelled ones, verification, and the answers to what people
//! get wrong.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use citrn::{
    Code, Executed, KEY_HEADER, SIGNATURE_HEADER, Secret,
    callback::{self, Callback, Status, TransactionType},
};
use proptest::prelude::*;

/// The documentation's older example, its cut-off parts filled in from a sibling.
const OLDER: &str = r#"{"id":186961,"internal_id":434088,"type":"deposit_exchange","crypto_address":{"id":2150234,"currency":"BTC","address":"bc1qolder","tag":null,"foreign_id":"customer-17"},"currency_sent":{"currency":"BTC","amount":"0.00367652"},"currency_received":{"currency":"USDTT","amount":"99.146193","amount_minus_fee":"98.154731"},"transactions":[{"id":186961,"currency":"BTC","transaction_type":"blockchain","type":"deposit","address":"bc1qolder","tag":7,"amount":"0.00367652","txid":"ab","confirmations":"3"},{"id":186962,"currency":"BTC","currency_to":"USDTT","transaction_type":"exchange","amount":0.00367652,"amount_to":"99.14619280"}],"fees":[{"type":"deposit","currency":"USDTT","amount":"0.991462"}],"error":"","status":"confirmed"}"#;

/// The shape of the documentation's newer examples.
const NEWER: &str = r#"{"id":"2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22","type":"deposit_exchange","crypto_address":{"id":"9a0e2c55","currency":"BTC","address":"bc1qnewer","memo":null,"foreign_id":"customer-17"},"currency_sent":{"currency":"BTC","amount":"0.00367652"},"currency_received":{"currency":"USDTT","amount":"99.146193","amount_minus_fee":"98.154731"},"transactions":[{"id":"e1b7","currency":"BTC","transaction_type":"blockchain","type":"deposit","address":"bc1qnewer","tag":null,"amount":"0.00367652","txid":"cd","riskscore":null,"confirmation":3,"senders":["bc1qpayer"]}],"fees":null,"error":"","risk":{},"status":"confirmed","exchange":{"ticker":"BTCUSDT","rate":"26967.40200000","exchanged_amount":"99.14619280"}}"#;

const WITHDRAWAL: &str = r#"{"id":1,"foreign_id":"payout-881","type":"withdrawal","crypto_address":{"id":2,"currency":"XRP","address":"rXYZ","tag":123},"currency_sent":{"currency":"XRP","amount":"25"},"currency_received":{"currency":"XRP","amount":"24.9"},"transactions":[{"id":1,"txid":"ef"}],"fees":[{"type":"mining","currency":"XRP","amount":0.1}],"error":"","status":"confirmed"}"#;

const CANCELLED: &str = r#"{"id":1,"foreign_id":"payout-881","type":"withdrawal","crypto_address":{"id":2,"currency":"XRP","address":"rXYZ","tag":123},"transactions":[{"id":1,"txid":null}],"fees":[],"error":"no luck","status":"cancelled"}"#;

fn read(body: &str) -> Callback {
    Callback::parse(body.as_bytes()).unwrap()
}

#[test]
fn both_generations_of_a_deposit() {
    for (body, id, address) in
        [(OLDER, "186961", "bc1qolder"), (NEWER, "2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22", "bc1qnewer")]
    {
        let callback = read(body);
        assert_eq!(callback.id, id);
        assert_eq!(callback.status, Status::Confirmed);
        assert_eq!(callback.r#type, Some(TransactionType::DepositExchange));
        assert!(callback.is_final() && callback.is_deposit());
        assert_eq!(callback.customer_id(), Some("customer-17"));
        let credit = callback.credit().unwrap();
        assert_eq!((credit.currency, credit.amount), ("USDTT", "98.154731"));
        assert_eq!(callback.crypto_address.as_ref().unwrap().address.as_deref(), Some(address));
        assert_eq!(callback.transactions.as_ref().unwrap()[0].confirmation, Some(3));
    }
    let older = read(OLDER);
    assert_eq!(older.internal_id.as_deref(), Some("434088"));
    assert_eq!(older.transactions.as_ref().unwrap()[0].memo.as_deref(), Some("7"));
    assert_eq!(older.transactions.as_ref().unwrap()[1].amount_to.as_ref().unwrap().as_str(), "99.14619280");
    assert_eq!(older.fees.as_ref().unwrap()[0].amount.as_ref().unwrap().as_str(), "0.991462");
    let newer = read(NEWER);
    assert_eq!(newer.exchange.as_ref().unwrap().rate.as_ref().unwrap().as_str(), "26967.40200000");
    assert_eq!(newer.extra.get("risk"), Some("{}"));
    assert_eq!(newer.fees, None);
    assert_eq!(newer.transactions.as_ref().unwrap()[0].senders.as_deref(), Some(["bc1qpayer".to_owned()].as_slice()));
}

#[test]
fn withdrawals() {
    let confirmed = read(WITHDRAWAL);
    assert!(confirmed.is_final() && !confirmed.is_deposit());
    assert_eq!(confirmed.foreign_id.as_deref(), Some("payout-881"));
    assert_eq!(confirmed.customer_id(), None, "a withdrawal belongs to no customer");
    assert_eq!(confirmed.credit(), None, "nobody is credited for a withdrawal");
    assert_eq!(confirmed.crypto_address.as_ref().unwrap().memo.as_deref(), Some("123"));

    let cancelled = read(CANCELLED);
    assert!(cancelled.is_final());
    assert_eq!(cancelled.currency_sent, None);
    assert_eq!(cancelled.error.as_deref(), Some("no luck"));
    assert_eq!(cancelled.transactions.as_ref().unwrap()[0].txid, None);
}

#[test]
fn nothing_is_credited_before_it_is_certain() {
    let deposit = |status: &str, received: &str, fees: &str| {
        read(&format!(
            r#"{{"id":1,"type":"deposit","status":"{status}","currency_received":{received},"fees":{fees}}}"#
        ))
    };
    let amount = |callback: &Callback| callback.credit().map(|credit| credit.amount.to_owned());
    let after_fee = r#"{"currency":"BTC","amount":"2","amount_minus_fee":1.980}"#;
    let before_fee = r#"{"currency":"BTC","amount":"2"}"#;
    assert_eq!(amount(&deposit("confirmed", after_fee, "null")).as_deref(), Some("1.980"));
    assert_eq!(amount(&deposit("not_confirmed", after_fee, "null")), None);
    assert_eq!(amount(&deposit("cancelled", after_fee, "null")), None);
    assert_eq!(amount(&deposit("pending", after_fee, "null")), None);
    assert_eq!(amount(&deposit("confirmed", before_fee, "[]")).as_deref(), Some("2"));
    assert_eq!(amount(&deposit("confirmed", before_fee, r#"[{"type":"deposit","amount":"0.02"}]"#)), None);
    for fees in [r#"{"type":"deposit","amount":"1"}"#, r#"{"mining":"1"}"#, r#""1.5""#, "1.5", r#"["0.5"]"#] {
        assert_eq!(amount(&deposit("confirmed", before_fee, fees)), None, "{fees}");
    }
    for fees in ["{}", r#""""#, "[ ]"] {
        assert_eq!(amount(&deposit("confirmed", before_fee, fees)).as_deref(), Some("2"), "{fees}");
    }
    for received in [
        r#"{"currency":"BTC","amount":"50","amount_minus_fee":{"value":"49"}}"#,
        r#"{"currency":"BTC","amount":"50","amount_minus_fee":false}"#,
        r#"{"currency":"BTC","amount":"-50"}"#,
        r#"{"currency":"BTC","amount":"1,000.50"}"#,
        r#"{"currency":"BTC","amount":1e21}"#,
    ] {
        assert_eq!(amount(&deposit("confirmed", received, "null")), None, "{received}");
    }
    assert!(!deposit("not_confirmed", after_fee, "null").is_final());
    assert!(!deposit("pending", after_fee, "null").is_final(), "an unknown status is not final");
}

#[test]
fn words_that_are_not_listed_survive() {
    let callback = read(r#"{"id":1,"type":"exchange","status":"Processing"}"#);
    assert_eq!(callback.status.as_str(), "Processing");
    assert_eq!(callback.r#type.unwrap().as_str(), "exchange");
    assert_eq!(read(r#"{"id":1,"type":"Deposit","status":"Confirmed"}"#).status, Status::Confirmed);
}

#[test]
fn a_body_that_is_no_callback() {
    for body in [
        "",
        "[]",
        "null",
        "17",
        "{}",
        r#"{"id":1}"#,
        r#"{"status":"confirmed"}"#,
        r#"{"id":{},"status":"confirmed"}"#,
        r#"{"id":1,"status":7}"#,
        "{",
    ] {
        let error = Callback::parse(body.as_bytes()).unwrap_err();
        assert_eq!((error.code(), error.executed()), (&Code::InvalidCallback, Executed::No), "{body}");
    }
    assert!(Callback::parse(b"\xff").is_err());
}

fn verify(secrets: &[&str], body: &[u8], headers: &[(&str, &str)]) -> Result<Callback, citrn::Error> {
    let secrets: Vec<_> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
    Callback::verify(&secrets, body, headers.iter().copied())
}

#[test]
fn verification_under_several_secrets_header_cases_and_hex_cases() {
    let body = NEWER.as_bytes();
    let [(key_name, key), (signature_name, signature)] = callback::sign("key", &Secret::new("old"), body);
    assert_eq!((key_name, key.as_str(), signature_name), (KEY_HEADER, "key", SIGNATURE_HEADER));
    let upper = signature.to_uppercase();
    let padded = format!(" {signature} ");
    for name in ["X-Process-Signature", "x-process-signature", "X-PROCESS-SIGNATURE"] {
        for value in [&signature, &upper, &padded] {
            verify(&["new", "old"], body, &[("Host", "shop.example"), (name, value)]).unwrap();
        }
    }
    let refused = |secrets: &[&str], body: &[u8], headers: &[(&str, &str)]| {
        let error = verify(secrets, body, headers).unwrap_err();
        assert!(!error.message().contains(&signature), "{error}");
        assert_eq!(error.executed(), Executed::No);
        error.code().clone()
    };
    assert_eq!(refused(&["new"], body, &[(signature_name, &signature)]), Code::InvalidSignature);
    assert_eq!(refused(&["old"], body, &[]), Code::InvalidSignature);
    assert_eq!(refused(&["old"], body, &[(KEY_HEADER, &signature)]), Code::InvalidSignature);
    assert_eq!(refused(&["old"], body, &[(signature_name, "")]), Code::InvalidSignature);
    assert_eq!(refused(&["old"], body, &[(signature_name, &signature[..127])]), Code::InvalidSignature);
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(NEWER).unwrap()).unwrap();
    assert_eq!(refused(&["old"], pretty.as_bytes(), &[(signature_name, &signature)]), Code::InvalidSignature);
    assert_eq!(refused(&[], body, &[(signature_name, &signature)]), Code::InvalidConfiguration);

    let [_, (_, under_nothing)] = callback::sign("key", &Secret::new(""), body);
    assert_eq!(refused(&["old", ""], body, &[(signature_name, &under_nothing)]), Code::InvalidConfiguration);
}

#[test]
fn a_wrong_signature_names_the_number_of_secrets_only_if_there_are_several() {
    let [_, (_, signature)] = callback::sign("key", &Secret::new("other"), b"{}");
    for (secrets, named) in [
        (&["one"][..], "under the secret."),
        (&["one", "two"], "under any of the 2 secrets."),
        (&["one", "two", "three"], "under any of the 3 secrets."),
    ] {
        let error = verify(secrets, b"{}", &[(SIGNATURE_HEADER, &signature)]).unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
}

#[test]
fn a_right_signature_over_a_strange_body_is_told_apart() {
    let headers = callback::sign("key", &Secret::new("old"), b"hello");
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(verify(&["old"], b"hello", &headers).unwrap_err().code(), &Code::InvalidCallback);
    assert!(callback::authenticate(&[Secret::new("old")], b"hello", headers).is_ok());
}

proptest! {
    #[test]
    fn any_bytes_are_a_callback_or_an_error(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Callback::parse(&body);
    }

    #[test]
    fn a_changed_byte_fails_verification(at in any::<proptest::sample::Index>(), change in 1..=255_u8) {
        let headers = callback::sign("key", &Secret::new("secret"), NEWER.as_bytes());
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut body = NEWER.as_bytes().to_vec();
        let at = at.index(body.len());
        body[at] ^= change;
        let error = verify(&["secret"], &body, &headers).unwrap_err();
        prop_assert_eq!(error.code(), &Code::InvalidSignature);
    }
}
