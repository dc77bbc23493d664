//! Foreign text in messages and codes is short and visible, and cannot imitate the client's codes.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod common;

use std::time::Duration;

use citrn::{
    CallOptions, Client, Code, Config, Error, ErrorCode, Executed, FetchError, Platform, Request, Response, Secret,
    Signer,
    endpoints::{CreateWithdrawal, ListAccounts},
    is_control_or_format,
    limits::{MAX_RETRY_AFTER, MAX_SHOWN_CHARACTERS},
    parse, sanitize,
};
use common::{World, retry_after};
use proptest::prelude::*;

fn refusal(status: u16, body: &serde_json::Value) -> Error {
    parse::<CreateWithdrawal>(status, body.to_string().as_bytes()).map(drop).unwrap_err()
}

/// Our own text, with up to three pieces of foreign text.
const MAX_MESSAGE: usize = 3 * MAX_SHOWN_CHARACTERS + 400;

#[test]
fn foreign_text_is_bounded_in_every_field() {
    let long = "x".repeat(500_000);
    for body in [
        serde_json::json!({ "error_code": long }),
        serde_json::json!({ "code": long }),
        serde_json::json!({ "error_code": "bad", "message": long }),
        serde_json::json!({ "errors": { &long: &long } }),
        serde_json::json!({ "error": { "code": long, "message": long } }),
    ] {
        for status in [200, 400, 403, 500] {
            let error = refusal(status, &body);
            assert!(error.code().as_str().chars().count() <= MAX_SHOWN_CHARACTERS, "{status}");
            assert!(error.message().chars().count() <= MAX_MESSAGE, "{status}: {}", error.message().len());
            assert!(error.field().unwrap_or_default().chars().count() <= MAX_SHOWN_CHARACTERS, "{status}");
            assert!(format!("{error:?}").len() < 4 * MAX_MESSAGE, "{status}");
        }
    }
}

#[test]
fn a_code_of_the_gateway_cannot_imitate_a_code_of_the_client() {
    for own in Code::OWN {
        for spelling in
            [own.as_str().to_owned(), own.as_str().to_uppercase(), format!("{own}\u{200b}"), format!(" {own}\n")]
        {
            for body in [serde_json::json!({ "error_code": spelling }), serde_json::json!({ "code": spelling })] {
                let error = refusal(422, &body);
                assert_eq!(error.code(), &Code::Gateway(ErrorCode::Other("unlisted_reason".to_owned())), "{body}");
                assert_eq!(error.executed(), Executed::No, "{body}");
            }
        }
    }
    assert_eq!(refusal(422, &serde_json::json!({ "error_code": "brand_new" })).code().as_str(), "brand_new");
}

#[test]
fn a_duplicate_is_recognised_through_invisible_characters() {
    for spelling in ["duplication\u{200b}_request", "duplication_request\u{0}", "\u{feff}Duplication_Request "] {
        let error = refusal(400, &serde_json::json!({ "errors": [spelling] }));
        assert_eq!(error.executed(), Executed::Unknown, "{spelling:?}");
    }
}

#[test]
fn a_wait_is_at_most_a_day() {
    for (header, expected) in [
        ("7", Duration::from_secs(7)),
        ("86400", MAX_RETRY_AFTER),
        ("86401", MAX_RETRY_AFTER),
        ("18446744073709551615", MAX_RETRY_AFTER),
        ("340282366920938463463374607431768211456", MAX_RETRY_AFTER),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_RETRY_AFTER),
    ] {
        let world = World::new([retry_after(429, "{}", header)]);
        let client = Client::new(world.clone(), config()).unwrap();
        let options = CallOptions { max_retries: Some(0), ..CallOptions::default() };
        let error = world.run(client.call(&ListAccounts::new(), options)).unwrap_err();
        assert_eq!(error.retry_after(), Some(expected), "{header}");
    }
}

fn config() -> Config {
    let signer = Signer::Secret(Secret::new("merchant-secret-9"));
    Config { api_key: Some("key".to_owned()), signer, max_retries: 0, ..Config::default() }
}

/// A transport that always fails with the same text.
struct Failing(String);

impl Platform for Failing {
    async fn fetch(&self, _: &Request) -> Result<Response, FetchError> {
        Err(FetchError::Failed(self.0.clone()))
    }

    fn sleep(&self, _: Duration) -> impl Future<Output = ()> {
        std::future::pending()
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn random(&self) -> u32 {
        0
    }
}

#[test]
fn errors_of_a_transport_and_of_a_signer_are_bounded_and_redacted() {
    let reason = format!("merchant-secret-9 \u{1b}[2J {}", "x".repeat(100_000));
    let client = Client::new(Failing(reason.clone()), config()).unwrap();
    let call = CreateWithdrawal::new("T", "payout-881", "25", "USDTT");
    let failed = World::default().run(client.call(&call, CallOptions::default())).map(drop).unwrap_err();
    let signer = Signer::External(Box::new(move |_| Box::pin(std::future::ready(Err(reason.clone())))));
    let config = Config { signer, callback_secrets: vec![Secret::new("merchant-secret-9")], ..config() };
    let client = Client::new(Failing(String::new()), config).unwrap();
    let unsigned = World::default().run(client.call(&call, CallOptions::default())).map(drop).unwrap_err();
    for (error, code) in [(failed, Code::Network), (unsigned, Code::SignerFailed)] {
        assert_eq!(error.code(), &code);
        assert!(error.message().chars().count() < MAX_MESSAGE && !error.message().contains(is_control_or_format));
        assert!(error.message().contains("[redacted]") && !error.message().contains("merchant-secret-9"), "{error}");
    }
}

proptest! {
    #[test]
    fn any_text_becomes_short_and_visible(
        text in any::<String>(),
        times in 1..50_usize,
        status in prop::sample::select(vec![200_u16, 400, 500]),
    ) {
        let text = text.repeat(times);
        let shown = sanitize(&text);
        prop_assert!(shown.chars().count() <= MAX_SHOWN_CHARACTERS && !shown.contains(is_control_or_format));
        let body = serde_json::json!({ "error_code": text, "message": text, "errors": { &text: "x" } });
        if let Err(error) = parse::<CreateWithdrawal>(status, body.to_string().as_bytes()) {
            let message = error.message();
            prop_assert!(message.chars().count() <= MAX_MESSAGE && !message.contains(is_control_or_format));
            prop_assert!(!error.code().as_str().contains(is_control_or_format));
            prop_assert!(!error.field().unwrap_or_default().contains(is_control_or_format));
        }
    }

    #[test]
    fn visible_text_is_unchanged(text in "[ -~é中🍋]{0,100}") {
        prop_assert_eq!(sanitize(&text), text);
    }
}
