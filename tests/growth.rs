//! Reading any foreign text takes linear time: twice the size never takes much more than twice the time.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod common;

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use citrn::{
    CallOptions, Client, Code, Config, EndpointSpec, Executed, Kind, Secret, Signer,
    callback::{self, Callback},
    endpoint::{Fields, Parameter, Value},
    endpoints,
    endpoints::CreateWithdrawal,
    limits::MAX_DEPTH,
    parse,
};
use common::{World, answer};
use proptest::prelude::*;

/// Bytes of the smallest body, small enough that most measurements are not interrupted.
const SIZE: usize = 2 * 1024;

/// The number of measurements. The fastest counts, since other processes can only slow one down.
const TRIES: usize = 300;

/// One status of each class with its own treatment.
const STATUSES: [u16; 6] = [200, 302, 400, 403, 429, 500];

/// Returns bodies of each class with about this size.
fn bodies(size: usize) -> Vec<(&'static str, String)> {
    let fill = |open: &str, part: &str, close: &str| format!("{open}{}{close}", part.repeat(size / part.len()));
    let nest = |open: &str, close: &str, levels: usize| format!("{}{}", open.repeat(levels), close.repeat(levels));
    let fields = |value: &str| {
        let names: Vec<_> = (0..size / (10 + value.len())).map(|at| format!("\"f{at:06}\":{value}")).collect();
        format!("{{{}}}", names.join(","))
    };
    let shallow = nest("[", "]", MAX_DEPTH - 2);
    let wrapped = |inner: String| ["data", "error", "errors"].map(|name| format!("{{\"{name}\":{inner}}}"));
    let [data_fields, error_fields, errors_fields] = wrapped(fields("\"17\""));
    let [data_deep, error_deep, errors_deep] = wrapped(nest("[", "]", size / 2));
    vec![
        ("deep arrays", nest("[", "]", size / 2)),
        ("arrays that stay open", "[".repeat(size)),
        ("deep objects", format!("{}1{}", "{\"errors\":".repeat(size / 11), "}".repeat(size / 11))),
        ("deep data", data_deep),
        ("a deep error", error_deep),
        ("deep errors", errors_deep),
        (
            "many nests at the limit",
            format!("{{\"errors\":[{}]}}", vec![shallow.as_str(); size / shallow.len()].join(",")),
        ),
        ("many fields", fields("17")),
        ("many objects as fields", fields("{\"balance\":\"1.5\",\"x\":[]}")),
        ("many fields of data", data_fields),
        ("many fields of an error", error_fields),
        ("many errors", errors_fields),
        ("one name many times", fill("{\"error_code\":1", ",\"error_code\":1", "}")),
        ("a long list", format!("{{\"data\":[{}1]}}", "1,".repeat(size / 2))),
        (
            "a long list of currencies",
            format!(
                "{{\"data\":[{}{{\"currency\":\"X\",\"balance\":1.50}}]}}",
                "{\"currency\":\"X\",\"balance\":1.50},".repeat(size / 32)
            ),
        ),
        ("a long address", fill("{\"data\":{\"id\":7,\"address\":\"", "x", "\"}}")),
        ("a long number", fill("{\"data\":{\"id\":1", "7", "}}")),
        ("a long redirect", fill("{\"redirect_url\":\"https://pay.example/", "x", "\"}")),
        ("a long reason", fill("{\"error_code\":\"", "x", "\"}")),
        ("escapes", fill("{\"message\":\"", "\\u0000", "\"}")),
        ("escapes of escapes", fill("{\"message\":\"", "&amp;#38;%2525\\\\", "\"}")),
        ("a page", fill("<html>", "<p>merchant-secre", "</html>")),
        ("white space", fill("{\"data\":", " ", "{}}")),
    ]
}

/// Returns a valid value for a required parameter.
fn valid_value(parameter: &Parameter) -> Value<'static> {
    Value::Text(match parameter.name {
        "return_url" => "https://shop.example",
        "amount" | "request_amount" => "1",
        "foreign_id" => "payout-881",
        _ => "BTC",
    })
}

fn client(world: &World) -> Client<World> {
    let signer = Signer::Secret(Secret::new("merchant-secret"));
    Client::new(world.clone(), Config { api_key: Some("key".to_owned()), signer, max_retries: 0, ..Config::default() })
        .unwrap()
}

/// Calls an endpoint, or a path that is not in the table.
fn call(spec: Option<&EndpointSpec>, status: u16, body: &str) -> Duration {
    let world = World::new([answer(status, body)]);
    let client = client(&world);
    let start = Instant::now();
    let outcome = match spec {
        Some(spec) => {
            let mut fields = Fields::new();
            for parameter in spec.parameters.iter().filter(|parameter| parameter.required) {
                fields.push(parameter.name, valid_value(parameter));
            }
            world.run(client.call_row(spec, &fields, CallOptions::default()))
        }
        None => world.run(client.request("/unknown/path", "{}", CallOptions::default())),
    };
    black_box(&outcome);
    start.elapsed()
}

fn receive(body: &str) -> Duration {
    let secret = Secret::new("merchant-secret");
    let headers = callback::sign("key", &secret, body.as_bytes());
    let start = Instant::now();
    let headers = headers.iter().map(|(name, value)| (*name, value.as_str()));
    let _ = black_box(Callback::verify(&[secret], body.as_bytes(), headers));
    start.elapsed()
}

/// Measures at 1, 2 and 4 times the size until the growth is linear.
fn assert_linear(name: &str, bodies: [&str; 3], measure: impl Fn(&str) -> Duration) {
    let mut fastest = [Duration::MAX; 3];
    for _ in 0..TRIES {
        for (fastest, body) in fastest.iter_mut().zip(bodies) {
            *fastest = measure(body).min(*fastest);
        }
        let [once, twice, four_times] = fastest;
        // Below 0.1 ms, the clock's resolution and the fixed cost of a call dominate.
        let is_short = four_times < Duration::from_micros(100);
        // Twice the size may take 2.5 times as long.
        if is_short || 2 * twice <= 5 * once && 4 * four_times <= 25 * once {
            return;
        }
        // After a sleep, the scheduler is less likely to interrupt the thread.
        thread::sleep(Duration::from_millis(1));
    }
    panic!("{name}: {fastest:?}");
}

#[test]
fn reading_an_answer_takes_linear_time() {
    let [once, twice, four_times] = [1, 2, 4].map(|times| bodies(times * SIZE));
    for (at, (class, body)) in once.iter().enumerate() {
        let bodies = [body.as_str(), &twice[at].1, &four_times[at].1];
        for spec in endpoints::ALL.iter().copied().map(Some).chain([None]) {
            for status in STATUSES {
                let name = spec.map_or("request", |spec| spec.name);
                assert_linear(&format!("{name}, HTTP {status}, {class}"), bodies, |body| call(spec, status, body));
            }
        }
        assert_linear(&format!("a callback, {class}"), bodies, receive);
    }
}

#[test]
fn a_refusal_nested_beyond_the_limit_is_never_reported_as_not_executed() {
    let refusal = |levels: usize| format!("{{\"errors\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    for status in [400, 403, 404, 422] {
        for (levels, executed) in [
            (1, Executed::No),
            (MAX_DEPTH - 1, Executed::No),
            (MAX_DEPTH, Executed::Unknown),
            (80_000, Executed::Unknown),
        ] {
            let error = parse::<CreateWithdrawal>(status, refusal(levels).as_bytes()).map(drop).unwrap_err();
            assert_eq!((error.executed(), error.retryable()), (executed, false), "{status} {levels}");
        }
    }
}

#[test]
fn a_body_beyond_the_limit_is_not_read() {
    for spec in endpoints::ALL {
        let body = format!("{{\"error_code\":\"invalid_address\",\"x\":\"{}\"}}", "x".repeat(spec.max_reply_bytes()));
        for status in [200, 400] {
            let world = World::new([answer(status, &body)]);
            let mut fields = Fields::new();
            for parameter in spec.parameters.iter().filter(|parameter| parameter.required) {
                fields.push(parameter.name, valid_value(parameter));
            }
            let error =
                world.run(client(&world).call_row(spec, &fields, CallOptions::default())).map(drop).unwrap_err();
            assert!(matches!(error.code(), Code::UnreadableReply | Code::Unavailable), "{}: {error}", spec.name);
            assert_eq!(error.executed() == Executed::No, spec.kind == Kind::Read, "{}", spec.name);
            assert!(error.message().len() < 1000 && error.raw().is_none());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_nesting_is_read_in_linear_time(
        parts in prop::collection::vec(prop::sample::select(vec![
            ("[", "]"),
            ("{\"errors\":", "}"),
            ("{\"data\":", "}"),
            ("{\"error\":[", "]}"),
            ("[1,", ",2]"),
            ("{\"a\":1,\"b\":", "}"),
            ("[{},", "]"),
        ]), 1..6),
        at in any::<prop::sample::Index>(),
        status in prop::sample::select(STATUSES.to_vec()),
    ) {
        let (open, close): (String, String) =
            (parts.iter().map(|(open, _)| *open).collect(), parts.iter().rev().map(|(_, close)| *close).collect());
        let [once, twice, four_times] = [1, 2, 4].map(|times| {
            let levels = times * SIZE / (open.len() + close.len());
            format!("{}1{}", open.repeat(levels), close.repeat(levels))
        });
        let specs: Vec<_> = endpoints::ALL.iter().copied().map(Some).chain([None]).collect();
        let spec = *at.get(&specs);
        assert_linear(&format!("{open}1{close}"), [&once, &twice, &four_times], |body| call(spec, status, body));
    }
}
