//! A success must match its request, and data for a payer must be safe to show.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod common;

use citrn::{
    BaseUrl, CallOptions, Client, Code, Config, Endpoint, Error, Executed, Reply, RequestOptions, Secret, Signer,
    endpoints::{CreatePayment, CreateQuote, CreateWithdrawal, TakeAddress},
    parse,
};
use common::{World, answer};
use proptest::prelude::*;

fn call<E: Endpoint>(endpoint: &E, body: &str, request: RequestOptions) -> Result<Reply<E::Reply>, Error> {
    let world = World::new([answer(200, body)]);
    let signer = Signer::Secret(Secret::new("merchant-secret"));
    let config = Config { api_key: Some("key".to_owned()), signer, request, ..Config::default() };
    let client = Client::new(world.clone(), config)?;
    world.run(client.call(endpoint, CallOptions::default()))
}

fn take(foreign_id: &str, currency: &str, body: &str) -> Result<String, Error> {
    let reply = call(&TakeAddress::new(foreign_id, currency), body, RequestOptions::default())?;
    Ok(reply.data.address)
}

#[test]
fn an_address_of_another_customer_or_coin_is_refused() {
    for (body, values) in [
        (r#"{"data":{"address":"A","currency":"ETH","foreign_id":"17"}}"#, ["\"ETH\"", "\"USDTT\""]),
        (r#"{"data":{"address":"A","currency":"USDTE"}}"#, ["\"USDTE\"", "\"USDTT\""]),
        (r#"{"data":{"address":"A","currency":"USDTTT"}}"#, ["\"USDTTT\"", "\"USDTT\""]),
        (r#"{"data":{"address":"A","currency":"USD"}}"#, ["\"USD\"", "\"USDTT\""]),
        (r#"{"data":{"address":"A","currency":"USDTT","foreign_id":"18"}}"#, ["\"18\"", "\"17\""]),
        (r#"{"address":"A","foreign_id":171}"#, ["\"171\"", "\"17\""]),
        (r#"{"address":"A","foreign_id":"17 "}"#, ["\"17 \"", "\"17\""]),
    ] {
        let error = take("17", "USDTT", body).expect_err(body);
        assert_eq!((error.code(), error.executed()), (&Code::UnreadableReply, Executed::Unknown), "{body}");
        for part in values.iter().chain(&["allow_other_currency"]) {
            assert!(error.message().contains(part), "{part}: {error}");
        }
        let request = RequestOptions { allow_other_currency: true, ..RequestOptions::default() };
        assert!(call(&TakeAddress::new("17", "USDTT"), body, request).is_ok(), "{body}");
    }
}

#[test]
fn an_address_with_another_spelling_of_the_request_is_accepted() {
    for body in [
        r#"{"data":{"address":"A","currency":"USDTT","foreign_id":17}}"#,
        r#"{"data":{"address":"A","currency":"usdtt","foreign_id":"17"}}"#,
        r#"{"data":{"address":"A","currency":"USDT"}}"#,
        r#"{"data":{"address":"A","currency":"Usdt","foreign_id":null}}"#,
        r#"{"data":{"address":"A","currency":"","foreign_id":""}}"#,
        r#"{"data":{"address":"A","currency":12}}"#,
        r#"{"address":"A"}"#,
    ] {
        assert_eq!(take("17", "USDTT", body).expect(body), "A");
    }
}

#[test]
fn a_session_of_another_customer_is_refused() {
    let payment = CreatePayment::new("user-17", "USDTT", "https://shop.example");
    for (foreign_id, is_accepted) in [("\"user-17\"", true), ("null", true), ("\"user-18\"", false), ("17", false)] {
        let body = format!(r#"{{"redirect_url":"https://pay.example/1","foreign_id":{foreign_id}}}"#);
        assert_eq!(call(&payment, &body, RequestOptions::default()).is_ok(), is_accepted, "{body}");
    }
}

#[test]
fn a_quote_for_other_coins_is_refused() {
    let quote = CreateQuote::new("BTC", "USDTT", "1", "BTC");
    for (coins, is_accepted) in [
        (r#""from_coin":"BTC","to_coin":"USDTT""#, true),
        (r#""from_coin":"btc","to_coin":"USDT""#, true),
        (r#""from_coin":"USDTT","to_coin":"BTC""#, false),
        (r#""from_coin":"BTC","to_coin":"EUR""#, false),
    ] {
        let body = format!(r#"{{"quote_id":"q",{coins}}}"#);
        assert_eq!(call(&quote, &body, RequestOptions::default()).is_ok(), is_accepted, "{body}");
    }
}

/// The gateway accepted it and the callback will decide; an error could cause a second withdrawal.
#[test]
fn an_accepted_withdrawal_with_another_id_is_a_success() {
    let withdrawal = CreateWithdrawal::new("T", "payout-881", "25", "USDTT");
    let body = r#"{"data":{"id":7,"foreign_id":"payout-882","sender_currency":"EUR"}}"#;
    let reply = call(&withdrawal, body, RequestOptions::default()).unwrap();
    assert_eq!(reply.foreign_id.as_deref(), Some("payout-882"));
}

#[test]
fn data_with_control_characters_is_refused_and_never_changed() {
    for bad in ["\\u0000", "\\n", "\\u001b[2J", "\\u202e", "\u{200b}", "\\ufeff", "\u{2028}"] {
        for body in [
            format!(r#"{{"address":"T1{bad}x"}}"#),
            format!(r#"{{"address":"T1","memo":"{bad}7"}}"#),
            format!(r#"{{"address":"T1","tag":"7{bad}"}}"#),
        ] {
            let error = take("17", "USDTT", &body).expect_err(&body);
            assert_eq!((error.code(), error.executed()), (&Code::UnreadableReply, Executed::Unknown), "{body}");
        }
        let body = format!(r#"{{"redirect_url":"https://pay.example/{bad}1"}}"#);
        assert_eq!(
            parse::<CreatePayment>(200, body.as_bytes()).map(drop).expect_err(&body).code(),
            &Code::UnreadableReply
        );
    }
    assert_eq!(take("17", "USDTT", r#"{"address":"addré 1"}"#).unwrap(), "addré 1");
}

fn page(url: &str, base: &str, origins: &[&str]) -> Result<String, Error> {
    let body = serde_json::json!({ "redirect_url": url }).to_string();
    let request = RequestOptions {
        base_url: BaseUrl::one(base)?,
        redirect_origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        ..RequestOptions::default()
    };
    let payment = CreatePayment::new("17", "USDTT", "https://shop.example");
    Ok(call(&payment, &body, request)?.data.redirect_url)
}

#[test]
fn only_a_local_gateway_can_send_a_payer_to_this_machine() {
    let local = [
        "http://127.0.0.1:8788/pay/1",
        "https://127.0.0.1/pay/1",
        "http://localhost:8788/pay/1",
        "https://localhost/pay/1",
        "https://localhost./pay/1",
        "https://pay.localhost/1",
        "https://127.1.2.3/pay/1",
        "https://2130706433/pay/1",
        "https://0.0.0.0/pay/1",
        "http://[::1]/pay/1",
        "https://[::ffff:127.0.0.1]/pay/1",
    ];
    for url in local {
        let error = page(url, "https://app.citrn.io/api", &[]).expect_err(url);
        assert_eq!(error.code(), &Code::UnreadableReply, "{url}");
        assert!(page(url, "http://127.0.0.1:8788/api", &[]).is_ok(), "{url}");
    }
    for url in ["http://pay.example/1", "javascript:alert(1)", "https://u:p@pay.example/1", "//pay.example", "https://"]
    {
        assert!(page(url, "https://app.citrn.io/api", &[]).is_err(), "{url}");
        assert!(page(url, "http://127.0.0.1:8788/api", &[]).is_err(), "{url}");
    }
}

#[test]
fn the_url_of_the_page_is_normalised() {
    for (url, normal) in [
        ("https://PAY.example", "https://pay.example/"),
        ("https://pay.example:443/a/../b", "https://pay.example/b"),
        ("https://pay.example/é", "https://pay.example/%C3%A9"),
        ("https://pay.example/1?a=b#c", "https://pay.example/1?a=b#c"),
    ] {
        assert_eq!(page(url, "https://app.citrn.io/api", &[]).unwrap(), normal);
        let body = serde_json::json!({ "redirect_url": url }).to_string();
        assert_eq!(parse::<CreatePayment>(200, body.as_bytes()).unwrap().redirect_url, normal);
    }
}

#[test]
fn only_listed_origins_are_allowed() {
    let origins = ["https://pay.example", "https://pay2.example:8443"];
    for (url, is_allowed) in [
        ("https://pay.example/1", true),
        ("https://PAY.example:443/1", true),
        ("https://pay2.example:8443/1", true),
        ("https://pay2.example/1", false),
        ("https://pay.example.evil.example/1", false),
        ("https://evil.example/https://pay.example/", false),
    ] {
        assert_eq!(page(url, "https://app.citrn.io/api", &origins).is_ok(), is_allowed, "{url}");
    }
    for bad in ["pay.example", "https://pay.example/", "https://pay.example/1", "https://PAY.example", ""] {
        let error = page("https://pay.example/1", "https://app.citrn.io/api", &[bad]).expect_err(bad);
        assert_eq!((error.code(), error.field()), (&Code::InvalidConfiguration, Some("redirect_origins")));
    }
}

proptest! {
    #[test]
    fn an_address_is_accepted_only_for_the_requested_customer_and_coin(
        sent_id in "[0-9a-z]{1,3}",
        received_id in "[0-9a-z]{1,3}",
        sent in "(USDT|BTC|DAI)[A-Z]?",
        received in "(USDT|usdt|BTC|DAI)[A-Z]?",
    ) {
        let body = format!(r#"{{"address":"A","currency":"{received}","foreign_id":"{received_id}"}}"#);
        let (upper, length) = (received.to_uppercase(), sent.len());
        let is_same = upper == sent || length > 3 && upper == sent[..length - 1];
        prop_assert_eq!(take(&sent_id, &sent, &body).is_ok(), is_same && sent_id == received_id, "{}", body);
    }
}
