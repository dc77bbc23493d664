//! Compares the exact request of every endpoint (method, URL, headers, body and signature) with `tests/requests/`.
//! `tests/requests.test.mjs` checks the signatures with another implementation. After an intended change,
//! `npm run generate` updates the files.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod common;

use citrn::{
    BaseUrl, CallOptions, Client, Code, Config, Endpoint, EndpointSpec, Executed, Request, RequestOptions, Secret,
    Signer,
    endpoint::{Fields, Value},
    endpoints::{
        self, CreatePayment, CreateQuote, CreateWithdrawal, Currencies, ListAccounts, ListBalances, ListCurrencies,
        ListPairRates, ListPairs, ListRates, MakeExchange, Ping, TakeAddress,
    },
    prepare,
};
use common::{
    World, answer,
    requests::{API_KEY, SECRET, compare},
};
use proptest::prelude::*;

fn check<E: Endpoint>(endpoint: &E) -> &'static str {
    let name = E::SPEC.name;
    compare(name, prepare(endpoint, API_KEY, &Secret::new(SECRET), &RequestOptions::default()).unwrap());
    name
}

/// Returns the request of a call with the table's example of each parameter.
fn request_of_examples(spec: &'static EndpointSpec) -> Request {
    let mut fields = Fields::new();
    for parameter in spec.parameters {
        fields.push(parameter.name, Value::Text(parameter.example));
    }
    let config =
        Config { api_key: Some(API_KEY.to_owned()), signer: Signer::Secret(Secret::new(SECRET)), ..Config::default() };
    let world = World::new([answer(200, "{}")]);
    let client = Client::new(world.clone(), config).unwrap();
    // The request counts; "{}" is not a valid reply of every endpoint.
    let _ = world.run(client.call_row(spec, &fields, CallOptions::default()));
    world.requests().remove(0)
}

/// Sets every optional parameter, and texts that JSON must or must not escape. Other endpoints use the table's
/// examples.
#[test]
fn every_endpoint_has_its_committed_request() {
    let checked = [
        check(&Ping::new()),
        check(&ListBalances::new().date("2026-01-31").currencies(["USDT", "ETH", "BTC"])),
        check(&TakeAddress::new("user \"17\" / é 漢 \u{1F34B} \\ .", "USDTT").convert_to("EUR \u{7} \u{2028}")),
        check(
            &CreateWithdrawal::new("TXYZ", "payout-881", "0.000000000000000001", "USDTE")
                .convert_to("USDTT")
                .key("not the api secret")
                .memo(""),
        ),
        check(&ListCurrencies::new().r#type("crypto")),
        check(&ListRates::new()),
        check(&ListPairs::new().currency_from("BTC").currency_to("EUR")),
        check(&ListPairRates::new().currency_from("BTC").currency_to("EUR")),
        check(&ListAccounts::new()),
        check(&CreateQuote::new("BTC", "USDTT", "12345678901234567890123456789012345678", "USDTT")),
        check(&MakeExchange::new("b3f1c2d4-0000-4000-8000-000000000000")),
        check(&CreatePayment::new("user-17", "USDTT", "https://shop.example/thanks?order=1&x=%20")),
    ];
    for spec in endpoints::ALL.iter().filter(|spec| !checked.contains(&spec.name)) {
        compare(spec.name, request_of_examples(spec));
    }
}

#[test]
fn a_body_is_the_serialised_parameters() {
    let call = CreatePayment::new("\"user\" \\ 17 é😀", "USDTT", "https://shop.example/?a=\"1\"");
    let request = prepare(&call, API_KEY, &Secret::new(SECRET), &RequestOptions::default()).unwrap();
    assert_eq!(request.body, serde_json::to_vec(&call.fields()).ok());
}

#[test]
fn a_list_of_currencies_is_sent_as_text_unless_an_array_is_set() {
    let body = |currencies: Currencies| {
        let options = RequestOptions::default();
        let request = prepare(&ListBalances::new().currencies(currencies), API_KEY, &Secret::new(SECRET), &options);
        String::from_utf8(request.unwrap().body.unwrap()).unwrap()
    };
    assert_eq!(body("USDT, ETH".into()), r#"{"currencies":"USDT, ETH"}"#);
    assert_eq!(body(["USDT", "ETH"].into()), r#"{"currencies":"USDT,ETH"}"#);
    assert_eq!(body(Currencies::Array(vec!["USDT".into(), "ETH".into()])), r#"{"currencies":["USDT","ETH"]}"#);
}

#[test]
fn with_sign_gets_an_empty_body_is_signed() {
    let options = RequestOptions { sign_gets: true, ..RequestOptions::default() };
    let request = prepare(&Ping::new(), API_KEY, &Secret::new(SECRET), &options).unwrap();
    let signature = request.headers.iter().find(|(name, _)| *name == "X-Process-Signature").unwrap();
    assert!(signature.1.starts_with("0104da715ed5bb364eba7167a71316e1"), "the vector of the empty body");
    assert_eq!(request.body, None);
}

#[test]
fn plain_http_to_another_machine_needs_allow_insecure_base_url() {
    let prepared = |url: &str, allow_insecure_base_url| {
        let base_url = BaseUrl::one(url).unwrap();
        let options = RequestOptions { base_url, allow_insecure_base_url, ..RequestOptions::default() };
        prepare(&ListAccounts::new(), API_KEY, &Secret::new(SECRET), &options)
    };
    for local in [
        "http://127.0.0.1:8788/api",
        "http://127.255.0.9/api",
        "http://127.1/api",
        "http://0177.0.0.1/api",
        "http://0x7f000001/api",
        "http://2130706433/api",
        "http://127.0.0.1./api",
        "http://[::1]:8788/api",
        "http://[0:0::0:1]/api",
        "http://LocalHost:8788/api",
        "http://localhost./api",
        "http://a.b.localhost/api",
    ] {
        assert!(prepared(local, false).is_ok(), "{local}");
    }
    for remote in [
        "http://app.citrn.io/api",
        "http://sandbox:8788/api",
        "http://localhost.evil.example/api",
        "http://notlocalhost/api",
        "http://localhost../api",
        "http://127.0.0.1.nip.io/api",
        "http://127.evil.example/api",
        "http://[::ffff:127.0.0.1]/api",
        "http://[::]/api",
        "http://0.0.0.0/api",
        "http://128.0.0.1/api",
        "http://10.0.0.1/api",
    ] {
        let error = prepared(remote, false).unwrap_err();
        assert_eq!((error.code(), error.field()), (&Code::InvalidConfiguration, Some("base_url")), "{remote}");
        assert!(error.message().contains("allow_insecure_base_url"), "{error}");
        assert!(prepared(remote, true).is_ok() && prepared(&remote.replace("http:", "https:"), false).is_ok());
    }
    let half = BaseUrl::each("https://io.example", "http://com.example").unwrap();
    let options = RequestOptions { base_url: half, ..RequestOptions::default() };
    assert!(prepare(&ListAccounts::new(), API_KEY, &Secret::new(SECRET), &options).is_err());
}

proptest! {
    #[test]
    fn http_is_allowed_for_127_0_0_0_8_only_in_any_notation(octets: [u8; 4], is_loopback: bool, notation in 0..4) {
        let [first, b, c, d] = octets;
        let first = if is_loopback { 127 } else { first };
        let whole = u32::from_be_bytes([first, b, c, d]);
        let host = match notation {
            0 => format!("{first}.{b}.{c}.{d}"),
            1 => whole.to_string(),
            2 => format!("0x{whole:x}"),
            _ => format!("0{first:o}.{}", whole & 0xff_ffff),
        };
        let url = format!("http://{host}/api");
        let options =
            RequestOptions { base_url: BaseUrl::one(&url).unwrap(), ..RequestOptions::default() };
        let prepared = prepare(&ListAccounts::new(), API_KEY, &Secret::new(SECRET), &options);
        prop_assert_eq!(prepared.is_ok(), first == 127, "{}", host);
    }
}

#[test]
fn base_urls_replace_the_documented_ones() {
    let url = |base_url: BaseUrl, payment: bool| {
        let options = RequestOptions { base_url, ..RequestOptions::default() };
        let secret = Secret::new(SECRET);
        if payment {
            prepare(&CreatePayment::new("u", "BTC", "https://a.example"), API_KEY, &secret, &options).unwrap().url
        } else {
            prepare(&ListAccounts::new(), API_KEY, &secret, &options).unwrap().url
        }
    };
    let one = || BaseUrl::one("http://127.0.0.1:8788/api/").unwrap();
    assert_eq!(url(one(), false), "http://127.0.0.1:8788/api/accounts/list");
    assert_eq!(url(one(), true), "http://127.0.0.1:8788/api/payments/create-payment");
    let each = || BaseUrl::each("https://io.example", "https://com.example/v9").unwrap();
    assert_eq!(url(each(), false), "https://io.example/accounts/list");
    assert_eq!(url(each(), true), "https://com.example/v9/payments/create-payment");
    for bad in [
        "",
        "app.citrn.io/api",
        "ftp://a.example",
        "https://u:p@a.example",
        "https://a.example/?x",
        "https://a.example/#x",
        "//a.example",
    ] {
        let error = BaseUrl::one(bad).unwrap_err();
        assert_eq!((error.code(), error.field()), (&Code::InvalidConfiguration, Some("base_url")), "{bad}");
    }
}

fn refused<E: Endpoint>(endpoint: &E) -> (String, String) {
    let error = prepare(endpoint, API_KEY, &Secret::new(SECRET), &RequestOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.executed(), error.retryable()), (&Code::InvalidParameter, Executed::No, false));
    assert!(error.message().starts_with(error.field().unwrap()), "the message begins with the field: {error}");
    assert!(!error.message().contains(SECRET));
    (error.field().unwrap().to_owned(), error.message().to_owned())
}

#[test]
fn an_invalid_parameter_is_named() {
    let withdrawal = |amount: &str| CreateWithdrawal::new("TXYZ", "p", amount, "USDTT");
    for amount in ["", "0", "-1", "1e5", "1,5", " 1", "NaN", ".5", "5."] {
        assert_eq!(refused(&withdrawal(amount)).0, "amount", "{amount:?}");
    }
    assert_eq!(refused(&CreateWithdrawal::new("", "p", "1", "USDTT")).0, "address");
    assert_eq!(refused(&CreateWithdrawal::new("TXYZ", "p", "1", "")).0, "currency");
    for id in [String::new(), "x".repeat(256)] {
        assert_eq!(refused(&TakeAddress::new(id, "BTC")).0, "foreign_id");
    }
    assert!(
        prepare(&TakeAddress::new("é".repeat(255), "BTC"), API_KEY, &Secret::new(SECRET), &RequestOptions::default())
            .is_ok()
    );
    for url in [
        "",
        "thanks",
        "/thanks",
        "//shop.example",
        "javascript:alert(1)",
        "ftp://a.example",
        "https://u:p@a.example",
        "https://u@a.example",
        "https://",
        " https://a.example",
        "https://a\tb.example",
        "https://a.example\\@b.example",
    ] {
        assert_eq!(refused(&CreatePayment::new("u", "BTC", url)).0, "return_url", "{url:?}");
    }
    assert_eq!(refused(&CreateQuote::new("BTC", "EUR", "1", "ETH")).0, "request_coin");
    assert_eq!(refused(&CreateQuote::new("BTC", "EUR", "0", "EUR")).0, "request_amount");
    assert_eq!(refused(&ListBalances::new().date("2026-02-30")).0, "date");
    assert_eq!(refused(&MakeExchange::new("")).0, "quote_id");
}

#[test]
fn a_ton_withdrawal_needs_a_memo_which_may_be_empty() {
    let ton = || CreateWithdrawal::new("EQ", "p", "1", "TON");
    assert_eq!(refused(&ton()).0, "memo");
    assert!(prepare(&ton().memo(""), API_KEY, &Secret::new(SECRET), &RequestOptions::default()).is_ok());
    assert!(prepare(&ton().memo("7"), API_KEY, &Secret::new(SECRET), &RequestOptions::default()).is_ok());
}

#[test]
fn the_api_secret_is_refused_in_a_body() {
    let leaking = CreateWithdrawal::new("TXYZ", "p", "1", "BTC").key(SECRET);
    assert_eq!(refused(&leaking).0, "key");
    let options = RequestOptions { allow_secret_in_body: true, ..RequestOptions::default() };
    assert!(prepare(&leaking, API_KEY, &Secret::new(SECRET), &options).is_ok());
}

#[test]
fn an_api_key_that_is_no_header_value_is_refused() {
    let (call, options) = (ListAccounts::new(), RequestOptions::default());
    for key in ["", "k\r\nX-Evil: 1", "a b"] {
        assert_eq!(prepare(&call, key, &Secret::new(SECRET), &options).unwrap_err().field(), Some("api_key"));
    }
    assert_eq!(prepare(&call, API_KEY, &Secret::new(""), &options).unwrap_err().field(), Some("secret"));
}

#[test]
fn no_debug_output_shows_a_key_or_a_signature() {
    let call = CreateWithdrawal::new("TXYZ", "p", "1", "BTC").key("hidden-key");
    let request = prepare(&call, API_KEY, &Secret::new(SECRET), &RequestOptions::default()).unwrap();
    let signature = request.headers.iter().find(|(name, _)| *name == "X-Process-Signature").unwrap().1.clone();
    let printed = format!("{call:?} {:?} {request:?}", call.fields());
    assert!(!printed.contains("hidden-key") && !printed.contains(&signature), "{printed}");
}
