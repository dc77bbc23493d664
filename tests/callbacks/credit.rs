//! The amount to credit for a callback, and reasons for a manual review.

use citrn::{
    Amount, Code, Executed,
    callback::{Callback, Review},
};
use proptest::prelude::*;

use super::read;

#[test]
fn only_a_confirmed_deposit_is_credited() {
    let deposit = |status: &str, received: &str, fees: &str| {
        read(&format!(
            r#"{{"id":1,"type":"deposit","status":"{status}","currency_received":{received},"fees":{fees}}}"#
        ))
    };
    let amount = |callback: &Callback| callback.credit().unwrap().map(|credit| credit.amount.to_owned());
    let after_fee = r#"{"currency":"BTC","amount":"2","amount_minus_fee":1.980}"#;
    let before_fee = r#"{"currency":"BTC","amount":"2"}"#;
    assert_eq!(amount(&deposit("confirmed", after_fee, "null")).as_deref(), Some("1.980"));
    assert_eq!(amount(&deposit("not_confirmed", after_fee, "null")), None);
    assert_eq!(amount(&deposit("cancelled", after_fee, "null")), None);
    assert_eq!(amount(&deposit("pending", after_fee, "null")), None);
    assert_eq!(amount(&deposit("confirmed", before_fee, "[]")).as_deref(), Some("2"));
    for fees in ["{}", r#""""#, "[ ]"] {
        assert_eq!(amount(&deposit("confirmed", before_fee, fees)).as_deref(), Some("2"), "{fees}");
    }
    for zero in ["0", "0.00", "00", "0e5", "0.0E-3"] {
        let received = format!(r#"{{"currency":"BTC","amount":"2","amount_minus_fee":"{zero}"}}"#);
        let callback = deposit("confirmed", &received, "null");
        assert_eq!((amount(&callback), callback.needs_review()), (None, None), "{zero}");
    }
    assert!(!deposit("not_confirmed", after_fee, "null").is_final());
    assert!(!deposit("pending", after_fee, "null").is_final(), "an unknown status is not final");
}

/// Returns a confirmed deposit with this `currency_received` and these fees.
fn confirmed(received: &str, fees: &str) -> Callback {
    read(&format!(r#"{{"id":1,"type":"deposit","status":"confirmed","currency_received":{received},"fees":{fees}}}"#))
}

/// Returns why the credit of a confirmed deposit is unclear: the reason and the field.
fn unclear(callback: &Callback) -> (Option<Review>, String) {
    let error = callback.credit().unwrap_err();
    assert_eq!((error.code(), error.executed()), (&Code::InvalidCallback, Executed::No));
    let field = error.field().unwrap().to_owned();
    assert!(error.message().starts_with(&field), "{error}");
    (callback.needs_review(), field)
}

#[test]
fn a_confirmed_deposit_with_an_unreadable_amount_needs_review() {
    let over_long = [format!("\"{}\"", "1".repeat(101)), format!("\"0.{}1\"", "0".repeat(98)), "1".repeat(5_000)];
    let written = [
        r#""1,5""#,
        r#"".5""#,
        r#""5.""#,
        r#"" 0.5 ""#,
        r#""+0.5""#,
        r#""-1""#,
        "-0.5",
        r#""-0""#,
        r#""NaN""#,
        r#""Infinity""#,
        r#""1,000.50""#,
        r#""1.000.000""#,
        r#""0x10""#,
        r#""1_000""#,
        r#""1 000""#,
        r#""one""#,
        r#""٣""#,
        r#""½""#,
        r#""1e""#,
        r#""e5""#,
        r#""1e1.5""#,
        r#""1e2e3""#,
        r#""+1e2""#,
        r#"".5e1""#,
        "1e100",
        "1e999999999",
        r#""1e999999999""#,
        "1E-999999999",
        "1e99999999999999999999",
    ];
    for amount in written.into_iter().chain(over_long.iter().map(String::as_str)) {
        for (received, field) in [
            (format!(r#"{{"currency":"BTC","amount":{amount}}}"#), "currency_received.amount"),
            (
                format!(r#"{{"currency":"BTC","amount":"2","amount_minus_fee":{amount}}}"#),
                "currency_received.amount_minus_fee",
            ),
        ] {
            let reason = (Some(Review::AmountUnreadable), field.to_owned());
            assert_eq!(unclear(&confirmed(&received, "null")), reason, "{received}");
            let open = read(&format!(
                r#"{{"id":1,"type":"deposit","status":"not_confirmed","currency_received":{received}}}"#
            ));
            assert_eq!((open.credit().unwrap(), open.needs_review()), (None, None), "{received}");
        }
        let callback = confirmed(&format!(r#"{{"currency":"BTC","amount":{amount}}}"#), "null");
        let visible = callback.currency_received.unwrap().amount;
        assert_eq!(visible.as_str().trim_start_matches('-'), amount.trim_matches('"').trim_start_matches('-'));
    }
    for (received, field) in [
        (r#"{"currency":"BTC","amount":-1e2}"#, "currency_received.amount"),
        ("null", "currency_received"),
        ("[]", "currency_received"),
        (r#""50""#, "currency_received"),
        (r#"{"amount":"50"}"#, "currency_received"),
        (r#"{"currency":"BTC"}"#, "currency_received"),
        (r#"{"currency":"BTC","amount":true}"#, "currency_received"),
        (r#"{"currency":"BTC","amount":"50","amount_minus_fee":{"value":"49"}}"#, "currency_received.amount_minus_fee"),
        (r#"{"currency":"BTC","amount":"50","amount_minus_fee":false}"#, "currency_received.amount_minus_fee"),
    ] {
        let reason = (Some(Review::AmountUnreadable), field.to_owned());
        assert_eq!(unclear(&confirmed(received, "null")), reason, "{received}");
    }
    let missing = read(r#"{"id":1,"type":"deposit_exchange","status":"Confirmed"}"#);
    assert_eq!(unclear(&missing), (Some(Review::AmountUnreadable), "currency_received".to_owned()));
}

#[test]
fn a_confirmed_deposit_with_fees_but_no_amount_after_fees_needs_review() {
    for fees in [
        r#"[{"type":"deposit","amount":"0.02"}]"#,
        r#"{"type":"deposit","amount":"1"}"#,
        r#"{"mining":"1"}"#,
        r#""1.5""#,
        "1.5",
        r#"["0.5"]"#,
    ] {
        for after_fees in ["", r#","amount_minus_fee":null"#, r#","amount_minus_fee":"""#] {
            let received = format!(r#"{{"currency":"BTC","amount":"2"{after_fees}}}"#);
            assert_eq!(unclear(&confirmed(&received, fees)), (Some(Review::FeesUnclear), "fees".to_owned()), "{fees}");
        }
        let received = r#"{"currency":"BTC","amount":"2","amount_minus_fee":"1.98"}"#;
        assert_eq!(confirmed(received, fees).credit().unwrap().unwrap().amount, "1.98", "{fees}");
    }
}

#[test]
fn an_amount_with_an_exponent_is_credited_as_plain_decimal_text() {
    for (written, plain) in [
        ("1.0e-5", "0.000010"),
        ("1e2", "100"),
        (r#""1E-5""#, "0.00001"),
        (r#""1.50e+1""#, "15.0"),
        ("12E0", "12"),
        (r#""\u0031e2""#, "100"),
        ("1e99", &format!("1{}", "0".repeat(99))),
    ] {
        let callback = confirmed(&format!(r#"{{"currency":"BTC","amount":{written}}}"#), "null");
        assert_eq!(callback.credit().unwrap().unwrap().amount, plain, "{written}");
        assert_eq!(callback.needs_review(), None);
    }
    let callback = read(
        r#"{"id":1e5,"foreign_id":"1e5","type":"deposit","status":"confirmed","block":1e5,"currency_sent":{"currency":"BTC","amount":1e-3},"currency_received":{"currency":"USDTT","amount":1e2,"amount_minus_fee":9.9e1},"fees":[{"amount":1E0}],"transactions":[{"id":2e5,"txid":"3e5","amount":1e-3,"amount_to":1e2}],"exchange":{"rate":1e5,"exchanged_amount":"1.00e2"}}"#,
    );
    assert_eq!((callback.id.as_str(), callback.foreign_id.as_deref()), ("1e5", Some("1e5")));
    assert_eq!(callback.extra.get("block"), Some("1e5"));
    assert_eq!(callback.credit().unwrap().unwrap().amount, "99");
    let step = &callback.transactions.as_ref().unwrap()[0];
    assert_eq!((step.id.as_deref(), step.txid.as_deref()), (Some("2e5"), Some("3e5")));
    let amounts = [
        &callback.currency_sent.as_ref().unwrap().amount,
        &callback.currency_received.as_ref().unwrap().amount,
        callback.fees.as_ref().unwrap()[0].amount.as_ref().unwrap(),
        step.amount.as_ref().unwrap(),
        step.amount_to.as_ref().unwrap(),
        callback.exchange.as_ref().unwrap().rate.as_ref().unwrap(),
        callback.exchange.as_ref().unwrap().exchanged_amount.as_ref().unwrap(),
    ];
    assert_eq!(amounts.map(Amount::as_str), ["0.001", "100", "1", "0.001", "100", "100000", "100"]);
}

proptest! {
    #[test]
    fn a_confirmed_deposit_is_credited_exactly_or_needs_review(
        amount in "[-+ ]?[0-9]{0,4}[.,]?[0-9]{0,4}([eE][-+]?[0-9]{0,3})? ?",
    ) {
        let callback = confirmed(&serde_json::json!({ "currency": "BTC", "amount": amount }).to_string(), "null");
        let is_plain = |text: &str| {
            let parts: Vec<_> = text.split('.').collect();
            parts.len() <= 2 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        };
        match callback.credit() {
            Ok(credit) => {
                let mantissa = amount.split(['e', 'E']).next().unwrap();
                prop_assert!(is_plain(mantissa));
                prop_assert_eq!(credit.is_some(), mantissa.contains(|c| matches!(c, '1'..='9')));
                prop_assert!(credit.is_none_or(|credit| is_plain(credit.amount)));
                prop_assert_eq!(callback.needs_review(), None);
            }
            Err(_) => {
                prop_assert!(!is_plain(&amount), "{} is a plain decimal", amount);
                prop_assert_eq!(callback.needs_review(), Some(Review::AmountUnreadable));
            }
        }
    }
}

#[test]
fn a_confirmed_callback_of_an_unknown_type_needs_review_if_something_was_received() {
    let received = r#""currency_received":{"currency":"BTC","amount":"2"}"#;
    for kind in ["", r#""type":null,"#, r#""type":"","#, r#""type":"deposits","#, r#""type":"top_up","#, r#""type":7,"#]
    {
        let callback = read(&format!(r#"{{"id":1,{kind}"status":"confirmed",{received}}}"#));
        assert_eq!(callback.needs_review(), Some(Review::TypeUnknown), "{kind}");
        assert_eq!(callback.credit().unwrap_err().field(), Some("type"), "{kind}");
        for nothing in [
            format!(r#"{{"id":1,{kind}"status":"not_confirmed",{received}}}"#),
            format!(r#"{{"id":1,{kind}"status":"cancelled",{received}}}"#),
            format!(r#"{{"id":1,{kind}"status":"confirmed"}}"#),
        ] {
            let callback = read(&nothing);
            assert_eq!((callback.credit().unwrap(), callback.needs_review()), (None, None), "{nothing}");
        }
    }
    for kind in ["withdrawal", "withdrawal_exchange", " Withdrawal "] {
        let callback = read(&format!(r#"{{"id":1,"type":"{kind}","status":"confirmed",{received}}}"#));
        assert_eq!((callback.credit().unwrap(), callback.needs_review()), (None, None), "{kind}");
    }
}

#[test]
fn a_deposit_in_another_currency_than_its_address_is_unexpected() {
    let unexpected = |r#type: &str, address: &str, sent: &str, received: &str| {
        let callback = read(&format!(
            r#"{{"id":1,"type":"{type}","status":"confirmed","crypto_address":{address},
                "currency_sent":{{"currency":"{sent}","amount":"2"}},
                "currency_received":{{"currency":"{received}","amount":"2"}}}}"#
        ));
        let credit = callback.credit().unwrap();
        assert_eq!(credit.map(|credit| credit.currency), callback.is_deposit().then_some(received), "it is no review");
        callback.is_unexpected_currency()
    };
    let usdc = r#"{"currency":"USDC"}"#;
    for (r#type, address, sent, received, expected) in [
        ("deposit", usdc, "USDC", "USDC", false),
        ("deposit", usdc, "ETH", "ETH", true),
        ("deposit", usdc, "USDC", "ETH", true),
        ("deposit", usdc, "usdc", " USDC ", false),
        ("deposit", r#"{"currency":"USDTT"}"#, "USDT", "USDTT", false),
        ("deposit", r#"{"currency":"USDT"}"#, "USDTT", "USDT", false),
        ("deposit", r#"{"currency":"USDTT"}"#, "USDTE", "USDTE", true),
        ("deposit_exchange", r#"{"currency":"BTC"}"#, "BTC", "EUR", false),
        ("deposit_exchange", r#"{"currency":"BTC"}"#, "ETH", "EUR", true),
        ("deposit", r#"{"currency":"ETH","cross_currency":true,"expected_currency":"USDC"}"#, "ETH", "ETH", true),
        ("deposit", r#"{"cross_currency":1}"#, "ETH", "ETH", true),
        ("deposit", r#"{"currency":"ETH","cross_currency":"true"}"#, "ETH", "ETH", true),
        ("deposit", r#"{"currency":"ETH","cross_currency":false}"#, "ETH", "ETH", false),
        ("deposit", r#"{"currency":"ETH","cross_currency":"0"}"#, "ETH", "ETH", false),
        ("deposit", r#"{"currency":"ETH","cross_currency":null}"#, "ETH", "ETH", false),
        ("deposit", r#"{"currency":null}"#, "ETH", "ETH", false),
        ("deposit", r#"{"currency":" "}"#, "ETH", "ETH", false),
        ("deposit", usdc, "", "USDC", false),
        ("deposit", usdc, "17", "USDC", false),
        ("deposit", "null", "ETH", "ETH", false),
        ("withdrawal", usdc, "ETH", "ETH", false),
        ("withdrawal", r#"{"cross_currency":true}"#, "ETH", "ETH", false),
    ] {
        assert_eq!(unexpected(r#type, address, sent, received), expected, "{type} {address} {sent} {received}");
    }
    let below_minimum = read(
        r#"{"id":1,"type":"deposit","status":"cancelled","crypto_address":{"currency":"USDC","cross_currency":true}}"#,
    );
    assert!(below_minimum.is_unexpected_currency() && below_minimum.credit().unwrap().is_none());
}
