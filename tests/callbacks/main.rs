//! Callbacks: both generations of bodies, missing fields of cancelled ones, verification, and common mistakes.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod credit;
mod javascript;

use citrn::{
    Code, Executed, KEY_HEADER, SIGNATURE_HEADER, Secret,
    callback::{self, Callback, Review, Status, TransactionType},
};
use proptest::prelude::*;

/// The documentation's older example. Its omitted parts are as in the CoinsPaid family.
const OLDER: &str = r#"{"id":186961,"internal_id":434088,"type":"deposit_exchange","crypto_address":{"id":2150234,"currency":"BTC","address":"bc1qolder","tag":null,"foreign_id":"customer-17"},"currency_sent":{"currency":"BTC","amount":"0.00367652"},"currency_received":{"currency":"USDTT","amount":"99.146193","amount_minus_fee":"98.154731"},"transactions":[{"id":186961,"currency":"BTC","transaction_type":"blockchain","type":"deposit","address":"bc1qolder","tag":7,"amount":"0.00367652","txid":"ab","confirmations":"3"},{"id":186962,"currency":"BTC","currency_to":"USDTT","transaction_type":"exchange","amount":0.00367652,"amount_to":"99.14619280"}],"fees":[{"type":"deposit","currency":"USDTT","amount":"0.991462"}],"error":"","status":"confirmed"}"#;

/// The shape of the documentation's newer examples.
const NEWER: &str = r#"{"id":"2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22","type":"deposit_exchange","crypto_address":{"id":"9a0e2c55","currency":"BTC","address":"bc1qnewer","memo":null,"foreign_id":"customer-17"},"currency_sent":{"currency":"BTC","amount":"0.00367652"},"currency_received":{"currency":"USDTT","amount":"99.146193","amount_minus_fee":"98.154731"},"transactions":[{"id":"e1b7","currency":"BTC","transaction_type":"blockchain","type":"deposit","address":"bc1qnewer","tag":null,"amount":"0.00367652","txid":"cd","riskscore":null,"confirmation":3,"senders":["bc1qpayer"]}],"fees":null,"error":"","risk":{},"status":"confirmed","exchange":{"ticker":"BTCUSDT","rate":"26967.40200000","exchanged_amount":"99.14619280"}}"#;

const WITHDRAWAL: &str = r#"{"id":1,"foreign_id":"payout-881","type":"withdrawal","crypto_address":{"id":2,"currency":"XRP","address":"rXYZ","tag":123},"currency_sent":{"currency":"XRP","amount":"25"},"currency_received":{"currency":"XRP","amount":"24.9"},"transactions":[{"id":1,"txid":"ef"}],"fees":[{"type":"mining","currency":"XRP","amount":0.1}],"error":"","status":"confirmed"}"#;

const CANCELLED: &str = r#"{"id":1,"foreign_id":"payout-881","type":"withdrawal","crypto_address":{"id":2,"currency":"XRP","address":"rXYZ","tag":123},"transactions":[{"id":1,"txid":null}],"fees":[],"error":"no luck","status":"cancelled"}"#;

fn read(body: &str) -> Callback {
    Callback::parse(body.as_bytes()).unwrap()
}

/// Returns a deposit of 2 BTC with this spelling of status and type.
fn deposit_with(status: &str, kind: &str) -> String {
    let received = serde_json::json!({ "currency": "BTC", "amount": "2" });
    serde_json::json!({ "id": 1, "type": kind, "status": status, "currency_received": received }).to_string()
}

#[test]
fn both_generations_of_a_deposit_are_read() {
    for (body, id, address) in
        [(OLDER, "186961", "bc1qolder"), (NEWER, "2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22", "bc1qnewer")]
    {
        let callback = read(body);
        assert_eq!(callback.id, id);
        assert_eq!(callback.status, Status::Confirmed);
        assert_eq!(callback.r#type, Some(TransactionType::DepositExchange));
        assert!(callback.is_final() && callback.is_deposit());
        assert_eq!(callback.customer_id(), Some("customer-17"));
        let credit = callback.credit().unwrap().unwrap();
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
fn withdrawals_are_read_and_credit_nothing() {
    let confirmed = read(WITHDRAWAL);
    assert!(confirmed.is_final() && !confirmed.is_deposit());
    assert_eq!(confirmed.foreign_id.as_deref(), Some("payout-881"));
    assert_eq!(confirmed.customer_id(), None, "a withdrawal belongs to no customer");
    assert_eq!(confirmed.credit().unwrap(), None, "a withdrawal credits no customer");
    assert_eq!(confirmed.crypto_address.as_ref().unwrap().memo.as_deref(), Some("123"));

    let cancelled = read(CANCELLED);
    assert!(cancelled.is_final());
    assert_eq!(cancelled.currency_sent, None);
    assert_eq!(cancelled.error.as_deref(), Some("no luck"));
    assert_eq!(cancelled.transactions.as_ref().unwrap()[0].txid, None);
}

#[test]
fn a_declined_withdrawal_is_final_and_not_paid_out() {
    for kind in ["withdrawal", "withdrawal_exchange", "Withdrawal", "deposit"] {
        let body = |status: &str| format!(r#"{{"id":1,"type":"{kind}","status":"{status}","error":"by the owner"}}"#);
        for before in ["pending", "processing", "not_confirmed"] {
            assert!(!read(&body(before)).is_final(), "{kind} {before}");
        }
        let declined = read(&body("declined"));
        assert!(declined.is_final(), "{kind}");
        assert_eq!((&declined.status, declined.status.as_str()), (&Status::Declined, "declined"));
        assert_eq!(declined.credit().unwrap(), None, "{kind}");
        assert_eq!(declined.error.as_deref(), Some("by the owner"));
    }
}

#[test]
fn unlisted_words_are_unchanged() {
    let callback = read(r#"{"id":1,"type":"exchange","status":"Processing"}"#);
    assert_eq!(callback.status.as_str(), "Processing");
    assert_eq!(callback.r#type.unwrap().as_str(), "exchange");
    assert_eq!(read(r#"{"id":1,"type":"Deposit","status":"Confirmed"}"#).status, Status::Confirmed);
}

#[test]
fn a_status_is_read_in_any_case_with_white_space_and_in_american_spelling() {
    for (written, status) in [
        ("canceled", Status::Cancelled),
        ("Canceled", Status::Cancelled),
        ("CANCELED\r\n", Status::Cancelled),
        ("confirmed\n", Status::Confirmed),
        (" Confirmed ", Status::Confirmed),
        ("\tNOT_CONFIRMED", Status::NotConfirmed),
        ("\u{a0}declined\u{feff}", Status::Declined),
    ] {
        let body = deposit_with(written, "deposit");
        let callback = read(&body);
        assert_eq!(callback.status, status, "{written:?}");
        assert_eq!(callback.is_final(), status != Status::NotConfirmed, "{written:?}");
        assert_eq!(callback.credit().unwrap().is_some(), status == Status::Confirmed, "{written:?}");
    }
    for (written, visible) in [(" Processing\n", "Processing"), ("cancelled_by_owner", "cancelled_by_owner")] {
        let callback = read(&deposit_with(written, "deposit"));
        assert_eq!((callback.status.as_str(), callback.is_final()), (visible, false), "{written:?}");
    }
    for written in ["", " ", "\n\t"] {
        let error = Callback::parse(deposit_with(written, "deposit").as_bytes()).unwrap_err();
        assert_eq!(error.code(), &Code::InvalidCallback, "{written:?}");
    }
    for kind in [" deposit", "DEPOSIT\n", "\u{2003}Deposit"] {
        let callback = read(&deposit_with("confirmed", kind));
        assert!(callback.is_deposit() && callback.credit().unwrap().is_some(), "{kind:?}");
    }
}

#[test]
fn a_payment_request_is_a_separate_transaction_and_is_never_credited() {
    for (id, key) in [("17", "payment_request_id:17"), (r#""2c9f-1b22""#, "payment_request_id:2c9f-1b22")] {
        for (status, is_final) in
            [("created", false), ("processing", false), ("paid", true), ("failed", true), ("Expired", true)]
        {
            for rest in ["", r#","id":null"#, r#","id":"""#, r#","type":"deposit","status":"confirmed""#] {
                let received = r#""currency_received":{"currency":"BTC","amount":"2","amount_minus_fee":"1.9"}"#;
                let body = format!(
                    r#"{{"payment_request_id":{id},"foreign_id":"order-1","status":"{status}",{received}{rest}}}"#
                );
                let callback = read(&body);
                assert_eq!((callback.transaction_key(), callback.id.as_str()), (key, key), "{body}");
                assert_eq!(callback.is_final(), is_final || rest.contains("confirmed"), "{body}");
                assert_eq!(callback.credit().unwrap(), None, "{body}");
                assert_eq!(callback.needs_review(), Some(Review::PaymentRequest), "{body}");
                assert_eq!(callback.extra.get("payment_request_id"), Some(id), "{body}");
            }
        }
    }
    let transaction = read(r#"{"id":17,"payment_request_id":18,"status":"confirmed"}"#);
    assert_eq!((transaction.transaction_key(), transaction.needs_review()), ("17", None));
    for (text, status) in [("paid", Status::Paid), ("FAILED ", Status::Failed), ("expired", Status::Expired)] {
        assert_eq!(Status::from(text), status);
    }
}

#[test]
fn a_body_that_is_not_a_callback_is_an_error() {
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
        r#"{"payment_request_id":[],"status":"paid"}"#,
        r#"{"request_id":17,"internal_id":18,"status":"paid"}"#,
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
fn verification_accepts_several_secrets_and_any_case_of_header_and_hex() {
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
fn headers_may_be_owned_and_values_bytes() {
    let secrets = [Secret::new("old")];
    let owned = callback::sign("key", &secrets[0], b"{}").map(|(name, value)| (name.to_owned(), value.into_bytes()));
    let borrowed = owned.iter().map(|(name, value)| (name, value));
    callback::authenticate(&secrets, b"{}", borrowed).unwrap();
    let [_, (name, mut signature)] = owned;
    callback::authenticate(&secrets, b"{}", [(name.clone(), signature.clone())]).unwrap();
    signature[0] = 0xff;
    let error = callback::authenticate(&secrets, b"{}", [(name, signature)]).unwrap_err();
    assert_eq!(error.code(), &Code::InvalidSignature);
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
fn an_unreadable_body_with_a_valid_signature_has_another_code() {
    let headers = callback::sign("key", &Secret::new("old"), b"hello");
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(verify(&["old"], b"hello", &headers).unwrap_err().code(), &Code::InvalidCallback);
    assert!(callback::authenticate(&[Secret::new("old")], b"hello", headers).is_ok());
}

/// Generates a word in any case, with any outer white space.
fn spelling(word: &'static str) -> impl Strategy<Value = String> {
    let letters = proptest::collection::vec(any::<bool>(), word.len());
    ("[ \t\r\n\u{b}\u{c}\u{85}\u{a0}\u{2028}\u{3000}\u{feff}]{0,4}", letters, "[ \t\r\n\u{a0}\u{feff}]{0,4}").prop_map(
        move |(before, capitals, after)| {
            let letter = |(letter, capital): (char, bool)| if capital { letter.to_ascii_uppercase() } else { letter };
            before + &word.chars().zip(capitals).map(letter).collect::<String>() + &after
        },
    )
}

proptest! {
    #[test]
    fn every_spelling_of_a_status_is_read(
        (written, status) in prop_oneof![
            spelling("confirmed").prop_map(|written| (written, Status::Confirmed)),
            spelling("not_confirmed").prop_map(|written| (written, Status::NotConfirmed)),
            spelling("cancelled").prop_map(|written| (written, Status::Cancelled)),
            spelling("canceled").prop_map(|written| (written, Status::Cancelled)),
            spelling("declined").prop_map(|written| (written, Status::Declined)),
        ],
        kind in spelling("deposit"),
    ) {
        let callback = read(&deposit_with(&written, &kind));
        prop_assert_eq!(callback.is_final(), status.is_final());
        prop_assert_eq!(callback.credit().unwrap().is_some(), status == Status::Confirmed);
        prop_assert_eq!(Status::from(written.as_str()), status.clone());
        prop_assert_eq!(callback.status, status);
    }

    #[test]
    fn ids_are_unchanged_and_those_of_payment_requests_differ_from_transactions(
        number in any::<u64>(),
        text in "[0-9a-z:_\"\\\\é-]{1,40}",
    ) {
        for (json, key) in [(number.to_string(), number.to_string()), (serde_json::json!(text).to_string(), text)] {
            let transaction = read(&format!(r#"{{"id":{json},"status":"failed"}}"#));
            let request = read(&format!(r#"{{"payment_request_id":{json},"status":"failed"}}"#));
            prop_assert_eq!(transaction.transaction_key(), &key);
            prop_assert_eq!(request.transaction_key(), format!("payment_request_id:{key}"));
        }
    }

    #[test]
    fn the_json_of_a_body_excludes_byte_order_mark_and_outer_white_space(
        mark in "\u{feff}?",
        before in "[ \t\r\n]{0,3}",
        after in "[ \t\r\n]{0,3}",
        junk in "[\u{feff}\u{a0}\u{b}\0x]",
        note in "[^\"\\\\\\p{Cc}]{0,8}",
    ) {
        let json = format!("{{\"id\":1,\"status\":\"confirmed\",\"note\":\"{note}\"}}");
        let body = format!("{mark}{before}{json}{after}");
        let document = callback::json(body.as_bytes()).unwrap();
        prop_assert_eq!(document.root().as_str(), json.as_str());
        for unreadable in [format!("{body}{junk}"), format!("\u{feff}{junk}{body}"), body.replace(':', &format!(":{junk}"))] {
            let error = callback::json(unreadable.as_bytes()).unwrap_err();
            prop_assert_eq!(error.code(), &Code::InvalidCallback);
        }
    }

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
