//! Extra fields: their exact bytes in the signed body, what is refused, and that no error or Debug output shows them.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod common;

use citrn::{
    CallOptions, Client, Code, Config, Endpoint, Error, Executed, Request, RequestOptions, Secret, Signature, Signer,
    check_extra, check_extra_name,
    endpoint::ExtraFields,
    endpoints::{ALL, CreatePayment, CreateQuote, CreateWithdrawal, ListAccounts, MakeExchange, TakeAddress},
    prepare,
};
use common::{
    World, answer,
    requests::{API_KEY, SECRET, compare},
};
use proptest::prelude::*;

const DATA: &str =
    r#"{"first_name":"Zoë \/ \u00e9","ids":[12345678901234567890,0.10,-0,1E+2],"empty":{},"none":null, "ok" : true}"#;

fn prepared<E: Endpoint>(endpoint: &E) -> Result<Request, Error> {
    prepare(endpoint, API_KEY, &Secret::new(SECRET), &RequestOptions::default())
}

fn text(request: &Request) -> &str {
    core::str::from_utf8(request.body.as_deref().unwrap()).unwrap()
}

fn withdrawal() -> CreateWithdrawal {
    CreateWithdrawal::new("TXYZ", "payout-881", "25", "USDTT")
}

#[test]
fn every_call_that_creates_or_moves_something_has_its_committed_request() {
    let payment = CreatePayment::new("user-17", "USDTT", "https://shop.example/thanks");
    let requests = [
        ("payments.create", prepared(&payment.extra("end_user_reference", "\"user-17\"").extra("sender_data", DATA))),
        ("addresses.take", prepared(&TakeAddress::new("user-17", "BTC").extra("sender_data", DATA).convert_to("EUR"))),
        ("withdrawals.create", prepared(&withdrawal().extra("receiver_data", DATA).extra("x-1", "[1.50]").memo(""))),
        ("exchange.createQuota", prepared(&CreateQuote::new("BTC", "USDTT", "1", "BTC").extra("note", "1.10"))),
        ("exchange.makeExchange", prepared(&MakeExchange::new("b3f1").extra("note", "null"))),
    ];
    let names = ALL.iter().filter(|spec| spec.takes_extra()).map(|spec| spec.name);
    assert!(names.clone().all(|name| requests.iter().any(|(tested, _)| *tested == name)) && names.count() == 5);
    for (name, request) in requests {
        let request = request.unwrap();
        let signature = Signature::sign(&Secret::new(SECRET), request.body.as_deref().unwrap()).to_hex();
        assert!(request.headers.contains(&("X-Process-Signature", signature)), "{name}");
        compare(&format!("{name}.extra"), request);
    }
}

#[test]
fn extra_fields_follow_the_parameters_with_their_exact_text() {
    let call = withdrawal().extra("sender_data", DATA).memo("7");
    let request = prepared(&call).unwrap();
    let expected = format!(
        r#"{{"address":"TXYZ","foreign_id":"payout-881","amount":"25","currency":"USDTT","memo":"7","sender_data":{DATA}}}"#
    );
    assert_eq!(text(&request), expected);
    assert_eq!(serde_json::to_string(&call.fields()).unwrap(), expected, "both serialisations are the same");
}

#[test]
fn a_body_without_extra_fields_is_unchanged() {
    assert_eq!(
        text(&prepared(&withdrawal()).unwrap()),
        r#"{"address":"TXYZ","foreign_id":"payout-881","amount":"25","currency":"USDTT"}"#
    );
}

#[track_caller]
fn refused(call: &CreateWithdrawal) -> (String, String) {
    let error = prepared(call).unwrap_err();
    assert_eq!((error.code(), error.executed(), error.retryable()), (&Code::InvalidParameter, Executed::No, false));
    assert!(error.message().starts_with(error.field().unwrap()), "{error}");
    assert!(!format!("{error:?}").contains(SECRET));
    (error.field().unwrap().to_owned(), error.message().to_owned())
}

#[test]
fn a_known_name_and_its_other_spellings_are_refused_by_name() {
    for (name, parameter) in [
        ("amount", "amount"),
        ("Amount", "amount"),
        ("convert_to", "convert_to"),
        ("key", "key"),
        ("memo", "memo"),
        ("tag", "memo"),
        ("TAG", "memo"),
        ("destinationTag", "memo"),
        ("amount_to", "amount"),
        ("amountTo", "amount"),
        ("sender_amount", "amount"),
        ("coin_name", "currency"),
        ("network", "currency"),
        ("currency_to", "convert_to"),
        ("crypto_address", "address"),
        ("secret_key", "key"),
        ("extraId", "memo"),
        ("destination_address", "address"),
    ] {
        let (field, message) = refused(&withdrawal().extra(name, "\"1\""));
        assert_eq!(field, format!("extra.{name}"));
        assert!(message.contains(&format!("parameter {parameter}")), "{message}");
    }
    let payment = CreatePayment::new("u", "BTC", "https://shop.example");
    for name in ["url_back", "url_success", "currency", "foreign-id"] {
        assert!(prepared(&payment.clone().extra(name, "\"x\"")).is_err(), "{name}");
    }
    for name in ["amount", "from_coin", "convert_to", "quote"] {
        assert!(prepared(&MakeExchange::new("b3f1").extra(name, "\"x\"")).is_err(), "{name}");
    }
}

#[test]
fn the_names_of_the_familys_user_data_are_accepted_everywhere() {
    for spec in ALL.iter().filter(|spec| spec.takes_extra()) {
        for name in ["end_user_reference", "sender_type", "sender_data", "receiver_type", "receiver_data"] {
            check_extra_name(spec, name).unwrap();
        }
        for parameter in spec.parameters {
            let error = check_extra_name(spec, parameter.name).unwrap_err();
            assert_eq!(error.field(), Some(&*format!("extra.{}", parameter.name)));
        }
    }
}

#[test]
fn a_call_that_only_reads_has_no_extra_fields() {
    let mut extra = ExtraFields::new();
    for _ in 0..2 {
        for spec in ALL.iter().filter(|spec| !spec.takes_extra()) {
            let error = check_extra(spec, &extra, &[]).unwrap_err();
            assert_eq!(error.field(), Some("extra"), "{}", spec.name);
            assert!(error.message().contains(spec.name) && check_extra_name(spec, "a").is_err());
        }
        extra.push("a", "1");
    }
    let call = ListAccounts::new();
    let mut fields = call.fields();
    fields.set_extra(&extra);
    let world = World::new([]);
    let client = Client::new(world.clone(), config()).unwrap();
    let error = world.run(client.call_row(ListAccounts::SPEC, &fields, CallOptions::default())).unwrap_err();
    assert_eq!((error.field(), world.requests().len()), (Some("extra"), 0));
}

#[test]
fn invalid_names_and_values_are_refused_by_their_path() {
    let call = |name: &str, json: &str| refused(&withdrawal().extra(name, json)).0;
    for name in ["", "a b", "a.b", "memo\u{200b}", "é", "a\"", &"x".repeat(65)] {
        assert!(call(name, "1").starts_with("extra."), "{name}");
    }
    for json in ["", "1 2", "{", "NaN", "undefined", "'a'", "\"\n\"", "1}, \"amount\":\"9\"", "{\"a\":01}"] {
        assert_eq!(call("a", json), "extra.a", "{json}");
    }
    assert_eq!(call("a", r#"{"b":[{"c":1,"c":2}]}"#), "extra.a.b.0.c");
    assert_eq!(call("a", r#"{"b":[{"c":1,"\u0063":2}]}"#), "extra.a.b.0.c", "the same name in another spelling");
    assert_eq!(call("a", r#"{"b":["\ud800"]}"#), "extra.a.b.0");
    assert_eq!(call("a", r#"{"b":{"\ud800":1}}"#), "extra.a.b");
    assert_eq!(refused(&withdrawal().extra("a", "1").extra("a", "1")).0, "extra.a");
}

#[test]
fn sixteen_levels_and_sixteen_kilobytes_are_the_limits() {
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(prepared(&withdrawal().extra("a", nested(16))).is_ok());
    for levels in [17, 64, 65, 8000] {
        assert_eq!(refused(&withdrawal().extra("a", nested(levels))).0, "extra.a");
    }
    let object = |length: usize| format!(r#"{{"a":"{}","b":1}}"#, "x".repeat(length - 14));
    for (length, is_allowed) in [(16 * 1024, true), (16 * 1024 + 1, false)] {
        assert_eq!(object(length).len(), length);
        assert_eq!(ExtraFields::from_object(&object(length)).is_ok(), is_allowed);
        let call = withdrawal().extra("a", format!("\"{}\"", "x".repeat(length - 14))).extra("b", "1");
        assert_eq!(prepared(&call).is_ok(), is_allowed);
    }
    let error = ExtraFields::from_object(&object(16 * 1024 + 1)).unwrap_err();
    assert_eq!(error.field(), Some("extra"));
    for json in ["", "[]", "1", "{\"a\":}", "{\"\\ud800\":1}"] {
        assert_eq!(ExtraFields::from_object(json).unwrap_err().field(), Some("extra"), "{json}");
    }
}

#[test]
fn the_api_secret_is_refused_anywhere_in_any_spelling() {
    let escaped: String = SECRET.bytes().map(|byte| format!("\\u{:04x}", byte)).collect();
    for json in [
        format!("\"{SECRET}\""),
        format!("[{{\"a\":{{\"b\":\"{SECRET}\"}}}}]"),
        format!("{{\"{SECRET}\":1}}"),
        format!("{{\"{escaped}\":1}}"),
        format!("[\"{escaped}\"]"),
        format!("\"key={SECRET};\""),
    ] {
        assert_eq!(refused(&withdrawal().extra("a", json)).0, "extra.a");
    }
    assert_eq!(refused(&withdrawal().extra(SECRET, "1")).0, "extra");
    let mut extra = ExtraFields::new();
    extra.push("a", "12345678");
    let secret = Secret::new("12345678");
    assert!(check_extra(TakeAddress::SPEC, &extra, &[&secret]).is_err(), "a secret of digits, as a number");
    let options = RequestOptions { allow_secret_in_body: true, ..RequestOptions::default() };
    let leaking = withdrawal().extra("a", format!("\"{SECRET}\""));
    assert!(prepare(&leaking, API_KEY, &Secret::new(SECRET), &options).is_err(), "that option is for key");
}

fn config() -> Config {
    Config {
        api_key: Some(API_KEY.to_owned()),
        signer: Signer::Secret(Secret::new(SECRET)),
        callback_secrets: vec![Secret::new("an-older-secret")],
        ..Config::default()
    }
}

#[test]
fn a_callback_secret_is_refused_too() {
    let client = Client::new(World::new([]), config()).unwrap();
    let call = withdrawal().extra("a", "[\"an-older-secret\"]");
    let error = World::new([]).run(client.call(&call, CallOptions::default())).unwrap_err();
    assert_eq!(error.field(), Some("extra.a"));
}

/// Returns the error of a withdrawal with a person's data, and the request that was sent.
fn failed(status: u16, body: &str) -> (Error, Request) {
    let call = withdrawal().extra(
        "receiver_data",
        r#"{"first_name":"Li","last_name":"O'Brien-Żółć","country":"DE","document":12345678,"flag":"1","type":"legal"}"#,
    );
    let world = World::new([answer(status, body)]);
    let client = Client::new(world.clone(), config()).unwrap();
    let error = world.run(client.call(&call, CallOptions::default())).map(drop).unwrap_err();
    assert_eq!(world.requests().len(), 1, "a withdrawal is sent at most once");
    (error, world.requests().remove(0))
}

#[test]
fn no_error_shows_a_value_of_an_extra_field() {
    for body in [
        r#"{"errors":{"receiver_data":"Li O'Brien-Żółć (DE, 12345678) is not legal"}}"#,
        r#"{"error":"Name \"Li\"\nO'Brien-\u017b\u00f3\u0142\u0107 DE 12345678","code":"bad"}"#,
        r#"{"error":"Li O&#039;Brien-Żółć","receiver_data":{"first_name":"Li","document":12345678,"country":"DE"}}"#,
        "<html>Li O%27Brien-%C5%BB%C3%B3%C5%82%C4%87 DE</html>",
    ] {
        for status in [400, 422, 500] {
            let (error, _) = failed(status, body);
            let shown = format!("{error} {error:?} {}", error.raw().unwrap_or_default());
            for value in ["Li ", "\"Li\"", "Brien", "DE", "12345678", "%27", "017b"] {
                assert!(!shown.contains(value), "{value} in {shown}");
            }
        }
    }
}

#[test]
fn names_codes_and_other_words_stay_readable() {
    let body =
        r#"{"error_code":"legal_limit","message":"receiver_data.first_name: Limit 1, illegal DEF; Li is wrong"}"#;
    let (error, _) = failed(400, body);
    assert_eq!(error.code().as_str(), "legal_limit");
    assert!(error.message().contains("receiver_data.first_name: Limit 1, illegal DEF; [redacted] is wrong"), "{error}");
    assert_eq!(error.raw(), Some(&*body.replace("Li is", "[redacted] is")));
}

#[test]
fn no_debug_output_shows_an_extra_field() {
    let call = withdrawal().extra("receiver_data", r#"{"first_name":"Ada"}"#);
    let printed = format!("{call:?} {:?} {:?} {:?}", call.fields(), call.extra, prepared(&call).unwrap());
    assert!(!printed.contains("Ada") && !printed.contains("first_name"), "{printed}");
}

#[test]
fn a_call_is_sent_once_with_the_bytes_that_were_signed() {
    let (_, request) = failed(500, "");
    let signature = Signature::sign(&Secret::new(SECRET), text(&request).as_bytes()).to_hex();
    assert!(request.headers.contains(&("X-Process-Signature", signature)));
}

proptest! {
    #[test]
    fn any_json_is_sent_unchanged_or_refused(json in "[\\[\\]{}:,\"a-c0-9eE+.\\\\u -]{0,40}") {
        let parsed: Option<serde_json::Value> = serde_json::from_str(&json).ok();
        match prepared(&withdrawal().extra("a", json.as_str())) {
            Ok(request) => {
                let end = format!(",\"a\":{json}}}");
                prop_assert!(text(&request).ends_with(&end));
                let body: serde_json::Value = serde_json::from_str(text(&request)).unwrap();
                prop_assert_eq!(body.as_object().unwrap().len(), 5, "nothing but the field was added");
            }
            Err(error) => prop_assert!(
                parsed.is_none() || error.message().contains("once") || error.message().contains("Unicode"),
                "{} in {}", error, json
            ),
        }
    }
}
