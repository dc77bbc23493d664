//! Replies in every known shape: each `tests/replies/<endpoint>/<shape>.body` has its canonical form in the `.json`
//! next to it. After an intended change, `npm run generate` updates the `.json` files.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod common;

use std::{fs, path::Path};

use citrn::{
    BaseUrl, CallOptions, Client, Code, Config, Error, Executed, RequestOptions, Secret, Signer,
    endpoint::{Fields, Value},
    endpoints::{self, CreatePayment, CreateQuote, CreateWithdrawal, ListBalances, ListRates, TakeAddress},
    parse,
};
use common::{World, answer};
use proptest::prelude::*;

fn canonical(name: &str, body: &str) -> Result<String, Error> {
    let spec = endpoints::by_name(name).unwrap();
    let mut fields = Fields::new();
    for parameter in spec.parameters.iter().filter(|parameter| parameter.required) {
        fields.push(parameter.name, Value::Text(parameter.example));
    }
    let world = World::new([answer(200, body)]);
    let signer = Signer::Secret(Secret::new("secret"));
    // The replies are for several customers, and one has a sandbox's URL: only the shape is tested.
    let base_url = BaseUrl::one("http://127.0.0.1:8788/api").unwrap();
    let request = RequestOptions { base_url, allow_other_currency: true, ..RequestOptions::default() };
    let config = Config { api_key: Some("key".to_owned()), signer, request, ..Config::default() };
    let client = Client::new(world.clone(), config).unwrap();
    let reply = world.run(client.call_row(spec, &fields, CallOptions::default()))?;
    assert_eq!((reply.raw.as_str(), reply.http_status), (body, 200));
    Ok(reply.data)
}

#[test]
fn every_shape_has_its_committed_canonical_form() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replies");
    let mut seen = 0;
    for spec in endpoints::ALL {
        let entries = fs::read_dir(folder.join(spec.name));
        let entries =
            entries.unwrap_or_else(|_| panic!("{0}: add a body of its reply, tests/replies/{0}/plain.body", spec.name));
        let paths = entries.map(|entry| entry.unwrap().path());
        for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "body")) {
            let body = fs::read_to_string(&path).unwrap();
            let read = canonical(spec.name, &body).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let expected = path.with_extension("json");
            if std::env::var_os("UPDATE_GENERATED").is_some() {
                fs::write(&expected, format!("{read}\n")).unwrap();
            }
            assert_eq!(fs::read_to_string(&expected).unwrap().trim_end(), read, "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 30, "{seen} shapes");
}

#[test]
fn a_2xx_with_an_invalid_body_is_an_error() {
    let cases = [
        ("payments.create", r#"{"data":{"session_id":"s"}}"#),
        ("payments.create", r#"{"session_id":"s","return_url":"https://shop.example"}"#),
        ("payments.create", r#"{"redirect_url":"/pay/1"}"#),
        ("payments.create", r#"{"redirect_url":"http://pay.example/1"}"#),
        ("payments.create", r#"{"redirect_url":"javascript:alert(1)"}"#),
        ("payments.create", r#"{"redirect_url":17}"#),
        ("payments.create", "[]"),
        ("addresses.take", r#"{"data":{"currency":"BTC"}}"#),
        ("addresses.take", r#"{"data":null}"#),
        ("addresses.take", r#"{"data":{"address":""}}"#),
        ("exchange.createQuota", r#"{"data":{"rate":"1"}}"#),
        ("withdrawals.create", "{}"),
        ("balances.list", r#"{"data":"none"}"#),
        ("balances.list", r#"{"message":"OK","balance":{"BTC":1}}"#),
        ("balances.list", r#"{"data":{"balance":"1"}}"#),
        ("balances.list", r#"{"data":[{"balance":"1"}]}"#),
        ("currencies.list", r#"{"data":[{"id":1}]}"#),
        ("rates.list", "17"),
        ("ping", r#"{"pong":true}"#),
        ("ping", "pong"),
    ];
    for (name, body) in cases {
        let error = canonical(name, body).unwrap_err();
        assert_eq!(error.code(), &Code::UnreadableReply, "{name} {body}");
        assert_eq!(error.raw(), Some(body));
        assert!(!error.message().contains(body), "the message does not contain the body");
    }
    for body in ["", " ", "<!doctype html><p>busy", r#"{"data":{"address":"bc"#, "\u{0}", "{}{}"] {
        assert_eq!(canonical("addresses.take", body).unwrap_err().code(), &Code::UnreadableReply, "{body:?}");
    }
    let error = parse::<TakeAddress>(200, b"{\"address\":\"\xff\"}").unwrap_err();
    assert_eq!((error.code(), error.executed()), (&Code::UnreadableReply, Executed::Unknown));
}

#[test]
fn a_byte_order_mark_is_ignored() {
    assert_eq!(parse::<TakeAddress>(200, "\u{feff}{\"address\":\"bc1q\"}".as_bytes()).unwrap().address, "bc1q");
}

#[test]
fn any_2xx_is_a_success() {
    for status in [200, 201, 202, 299] {
        assert_eq!(parse::<TakeAddress>(status, br#"{"address":"bc1q"}"#).unwrap().http_status, status);
    }
}

#[test]
fn nesting_is_read_up_to_the_limit() {
    for (levels, is_read) in [(62, true), (63, false), (100_000, false)] {
        let deep = format!(r#"{{"data":{{"address":"bc1q","x":{}{}}}}}"#, "[".repeat(levels), "]".repeat(levels));
        let address = parse::<TakeAddress>(200, deep.as_bytes()).map(|reply| reply.data.address);
        assert_eq!(address.is_ok(), is_read, "{levels}");
        let list = format!("{}{}", "[".repeat(levels + 1), "]".repeat(levels + 1));
        assert_eq!(parse::<ListRates>(200, list.as_bytes()).is_ok(), is_read, "{levels}");
    }
    let _ = parse::<ListBalances>(200, "[".repeat(100_000).as_bytes()).unwrap_err();
    let _ = parse::<CreateWithdrawal>(400, "{\"errors\":".repeat(100_000).as_bytes()).unwrap_err();
}

/// Generates any JSON, also with very long numbers.
fn json() -> impl Strategy<Value = String> {
    let number = "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?";
    let text = any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap());
    let names = [
        "data",
        "address",
        "redirect_url",
        "url",
        "balance",
        "currency",
        "quote_id",
        "error_code",
        "errors",
        "error",
        "code",
        "memo",
        "tag",
        "id",
    ];
    let name = prop_oneof![
        3 => proptest::sample::select(names.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let leaf = prop_oneof![
        number.prop_map(|number| number),
        text,
        proptest::sample::select(
            ["true", "false", "null", r#""https://pay.example/1""#, r#""coin_not_found""#].as_slice()
        )
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let name = name.clone();
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(" , "))),
            proptest::collection::vec((name, inner), 0..6).prop_map(|fields| {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| format!("{}:{value}", serde_json::to_string(name).unwrap()))
                    .collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

/// Expands an exponent by moving the point one place at a time.
fn expanded(negative: bool, whole: &str, fraction: &str, exponent: i32) -> String {
    let (mut whole, mut fraction) = (whole.to_owned(), fraction.to_owned());
    for _ in 0..exponent {
        whole.push(if fraction.is_empty() { '0' } else { fraction.remove(0) });
    }
    for _ in exponent..0 {
        fraction.insert(0, whole.pop().unwrap_or('0'));
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{}{whole}{point}{fraction}", if negative { "-" } else { "" })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_json_is_a_reply_or_an_error_and_keeps_its_text(
        body in json(),
        status in prop_oneof![Just(200_u16), 0..600_u16],
    ) {
        let money = parse::<CreateWithdrawal>(status, body.as_bytes());
        if let Err(error) = &money {
            prop_assert!(error.executed() == Executed::No || !error.retryable());
        }
        for result in [
            money.map(|reply| (reply.raw, reply.http_status)),
            parse::<TakeAddress>(status, body.as_bytes()).map(|reply| (reply.raw, reply.http_status)),
            parse::<CreatePayment>(status, body.as_bytes()).map(|reply| (reply.raw, reply.http_status)),
            parse::<CreateQuote>(status, body.as_bytes()).map(|reply| (reply.raw, reply.http_status)),
            parse::<ListBalances>(status, body.as_bytes()).map(|reply| (reply.raw, reply.http_status)),
            parse::<ListRates>(status, body.as_bytes()).map(|reply| (reply.raw, reply.http_status)),
        ] {
            match result {
                Ok((raw, http_status)) => {
                    prop_assert_eq!(&raw, &body);
                    prop_assert_eq!(http_status, status);
                    prop_assert!((200..300).contains(&status));
                }
                Err(error) => {
                    prop_assert_eq!(error.raw(), Some(body.as_str()));
                    prop_assert_eq!(error.http_status(), Some(status));
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_a_reply_or_an_error(body in proptest::collection::vec(any::<u8>(), 0..200), status in 0..700_u16) {
        let _ = parse::<CreatePayment>(status, &body);
        let _ = parse::<ListBalances>(status, &body);
    }

    #[test]
    fn an_exponent_of_an_amount_is_expanded_exactly(
        negative in any::<bool>(),
        whole in "0|[1-9][0-9]{0,30}",
        fraction in "[0-9]{0,30}",
        exponent in -120..120_i32,
        (letter, sign, quoted) in (proptest::sample::select(&["e", "E"][..]), any::<bool>(), any::<bool>()),
    ) {
        let point = if fraction.is_empty() { "" } else { "." };
        let sign = if sign && exponent >= 0 { "+" } else { "" };
        let number = format!("{}{whole}{point}{fraction}{letter}{sign}{exponent}", if negative { "-" } else { "" });
        let value = if quoted { format!("\"{number}\"") } else { number.clone() };
        let body = format!(r#"{{"data":[{{"currency":{value},"balance":{value},"limit":{value}}}]}}"#);
        let reply = parse::<ListBalances>(200, body.as_bytes()).unwrap();
        let entry = &reply.data.data[0];
        prop_assert_eq!(&entry.currency, &number);
        prop_assert_eq!(entry.extra.get("limit"), Some(value.as_str()));
        let expected = expanded(negative, &whole, &fraction, exponent);
        // A result above 100 characters is not an amount, and stays unchanged.
        let expected = if expected.len() <= 100 { expected } else { number };
        prop_assert_eq!(entry.balance.as_str(), &expected);
    }

    #[test]
    fn no_digit_of_an_amount_is_lost(number in "(0|[1-9][0-9]{0,37})(\\.[0-9]{1,18})?", quoted in any::<bool>()) {
        let value = if quoted { format!("\"{number}\"") } else { number.clone() };
        let body = format!(r#"{{"data":[{{"currency":"BTC","balance":{value},"limit":{value}}}]}}"#);
        let reply = parse::<ListBalances>(200, body.as_bytes()).unwrap();
        prop_assert_eq!(reply.data.data[0].balance.as_str(), &number);
        prop_assert_eq!(reply.data.data[0].extra.get("limit"), Some(value.as_str()));
        let canonical = serde_json::to_string(&reply.data).unwrap();
        let expected = format!("\"balance\":\"{number}\"");
        prop_assert!(canonical.contains(&expected));
    }
}
