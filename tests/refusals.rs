//! Messages of refusals, and answers that do not come from the gateway.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod common;

use citrn::{
    CallOptions, Client, Code, Config, Endpoint, Error, ErrorCode, Executed, Secret, Signer,
    endpoints::{CreatePayment, CreateQuote, CreateWithdrawal, ListAccounts, ListPairs, TakeAddress},
    parse,
};
use common::{World, answer};
use proptest::prelude::*;

const NO: Executed = Executed::No;
const UNKNOWN: Executed = Executed::Unknown;

fn error<E: Endpoint>(status: u16, body: &str) -> Error {
    parse::<E>(status, body.as_bytes()).map(drop).unwrap_err()
}

/// A firewall or a proxy may have written it.
#[test]
fn a_4xx_without_a_json_object_is_not_the_gateways_answer() {
    let bodies = [
        "<html>Forbidden</html>",
        "",
        " ",
        "[]",
        "\"forbidden\"",
        "forbidden",
        r#"{"title":"Forbidden","status":403}"#,
        "{\"error_code\":",
        "null",
        "{}{}",
    ];
    for status in (400..500).filter(|status| *status != 429) {
        for body in bodies {
            let row = format!("{status} {body:?}");
            let money = error::<CreateWithdrawal>(status, body);
            assert_eq!(
                (money.code(), money.executed(), money.retryable()),
                (&Code::Unavailable, UNKNOWN, false),
                "{row}"
            );
            assert!(!money.message().contains("key or the signature"), "{row}: {money}");
            assert!(money.message().contains(&format!("HTTP {status}")), "{row}: {money}");
            assert_eq!(error::<TakeAddress>(status, body).executed(), UNKNOWN, "{row}");
            let read = error::<ListAccounts>(status, body);
            assert_eq!((read.code(), read.executed(), read.retryable()), (&Code::Unavailable, NO, false), "{row}");
        }
    }
    for body in bodies {
        assert_eq!(error::<CreateWithdrawal>(429, body).code(), &Code::RateLimited, "{body:?}");
    }
}

#[test]
fn a_call_answered_by_a_firewall_is_not_retried() {
    for status in [400, 401, 403, 404, 451] {
        // The script has one answer: a second attempt would panic.
        let world = World::new([answer(status, "<html>")]);
        let error = world.run(client(&world).call(&ListAccounts::new(), CallOptions::default())).unwrap_err();
        assert_eq!(error.code(), &Code::Unavailable, "{status}");
    }
}

#[test]
fn a_404_without_a_documented_code_mentions_the_base_urls_path() {
    for (body, mentions) in [
        ("", true),
        ("<html>Not found</html>", true),
        ("{}", true),
        (r#"{"error":"Not found","code":"not_found"}"#, true),
        (r#"{"error_code":"payment_not_found"}"#, false),
    ] {
        let error = error::<ListAccounts>(404, body);
        assert_eq!(
            error.message().contains("base URL") && error.message().contains("/api"),
            mentions,
            "{body}: {error}"
        );
    }
    assert!(!error::<ListAccounts>(400, "").message().contains("/api"));
}

fn client(world: &World) -> Client<World> {
    let signer = Signer::Secret(Secret::new("merchant-secret"));
    Client::new(world.clone(), Config { api_key: Some("key".to_owned()), signer, ..Config::default() }).unwrap()
}

fn refused<E: Endpoint>(endpoint: &E, body: &str) -> Error {
    let world = World::new([answer(400, body)]);
    world.run(client(&world).call(endpoint, CallOptions::default())).map(drop).unwrap_err()
}

#[test]
fn a_refused_coin_is_named_and_no_text_is_repeated() {
    let body = r#"{"error_code":"coin_not_found","message":"There is no such coin."}"#;
    for error in [
        refused(&CreatePayment::new("17", "USDT", "https://shop.example"), body),
        refused(&TakeAddress::new("17", "USDT"), body),
        refused(&CreateWithdrawal::new("T", "payout-881", "25", "USDT"), body),
        refused(&CreateQuote::new("USDT", "BTC", "1", "BTC"), body),
        refused(&ListPairs::new().currency_to("USDT"), body),
    ] {
        let message = error.message().to_lowercase();
        assert_eq!(message.matches("there is no such coin").count(), 1, "{message}");
        assert!(message.contains("\"usdt\"") && message.contains("usdtt") && message.contains("usdte"), "{message}");
        assert!(message.contains("network"), "{message}");
    }
    let quote = refused(&CreateQuote::new("USDT", "BTC", "1", "BTC"), body);
    assert!(quote.message().contains("\"USDT\" or \"BTC\""), "{quote}");
}

#[test]
fn the_gateways_message_is_omitted_only_if_it_repeats_ours() {
    let payment = CreatePayment::new("17", "USDT", "https://shop.example");
    for code in ErrorCode::ALL {
        for message in
            [code.meaning().to_owned(), format!("{}.", code.meaning().to_uppercase()), code.as_str().to_owned()]
        {
            let error = refused(&payment, &serde_json::json!({ "error_code": code, "message": message }).to_string());
            assert!(!error.message().contains("It says"), "{error}");
        }
        let error = refused(&payment, &serde_json::json!({ "error_code": code, "message": "Ask support" }).to_string());
        assert!(error.message().contains("It says: \"Ask support\"."), "{error}");
    }
}

proptest! {
    #[test]
    fn no_4xx_without_a_json_object_is_reported_as_not_executed(
        status in 400..500_u16,
        body in prop_oneof![
            "[^{]{0,40}",
            "<[a-z]{1,9}>[ -~]{0,60}",
            r#"\[[0-9, ]{0,20}\]"#,
            r#"\{"error_code":"[a-z_]{1,20}""#,
        ],
    ) {
        let error = error::<CreateWithdrawal>(status, &body);
        prop_assert_eq!(error.executed(), UNKNOWN);
        prop_assert!(!error.retryable());
        let expected = if status == 429 { Code::RateLimited } else { Code::Unavailable };
        prop_assert_eq!(error.code(), &expected);
    }
}
