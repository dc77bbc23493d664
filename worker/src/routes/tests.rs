mod callbacks;
mod extra;
mod readiness;
mod table;

use core::time::Duration;

use citrn::Platform as _;
use futures_util::future::join;
use serde_json::{Value, json};

use super::*;
use crate::{
    bindings::Limiter,
    clock::{milliseconds, rfc3339},
    testing::{self, SECRET, Scripted, Sent, TOKEN, Turn},
};

const PAYMENT: &str = r#"{"foreign_id":"user-17","coin_name":"USDTT","return_url":"https://shop.example/thanks"}"#;
const ADDRESS: &str = r#"{"foreign_id":"user-17","currency":"USDTT"}"#;
const LINK: &str = r#"{"foreign_id":"user-17","return_url":"https://shop.example/thanks"}"#;
const CREATED: Turn = Turn::Answers(200, r#"{"data":{"session_id":"s-1","redirect_url":"https://pay.example/s-1"}}"#);
const PONG: Turn = Turn::Answers(200, r#"{"message":"OK"}"#);
const ACCOUNTS: Turn = Turn::Answers(200, r#"{"data":[]}"#);

struct Reply {
    status: u16,
    body: Value,
    log: Value,
    answer: Answer,
}

fn app(platform: &Scripted, changes: &[(&str, Option<&str>)]) -> App<Scripted> {
    testing::app(platform, changes)
}

fn reply_of((answer, line): (Answer, String)) -> Reply {
    let log: Value = serde_json::from_str(&line).unwrap();
    assert!(!line.contains('\n'));
    for secret in [SECRET, TOKEN, "user-17", "shop.example"] {
        assert!(!line.contains(secret), "{line}");
        assert!(secret == "user-17" || secret == "shop.example" || !answer.body.contains(secret), "{}", answer.body);
    }
    assert_eq!(log["status"], answer.status);
    let body = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
    if answer.status >= 400 && log["method"] != "HEAD" {
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(body["status"], answer.status);
        assert_eq!(body["code"], log["code"]);
        assert_eq!(body["executed"], log["executed"]);
        assert_eq!(body["request_id"], log["request_id"]);
    }
    Reply { status: answer.status, body, log, answer }
}

fn send(platform: &Scripted, request: Sent) -> Reply {
    reply_of(platform.run(app(platform, &[]).serve(request)))
}

#[test]
fn a_payment_is_created_with_exactly_the_given_parameters() {
    let platform = Scripted::of(&[CREATED]);
    let reply = send(&platform, Sent::post("/v1/payments", PAYMENT).with("X-Request-Id", "r-1"));
    assert_eq!(
        (reply.status, &reply.body),
        (201, &json!({"session_id": "s-1", "redirect_url": "https://pay.example/s-1"}))
    );
    assert_eq!(reply.answer.header("x-request-id"), Some("r-1"));
    let seen = platform.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].url, "http://127.0.0.1:8788/api/payments/create-payment");
    assert_eq!(seen[0].body.as_deref(), Some(PAYMENT.as_bytes()));
    assert_eq!(
        reply.log,
        json!({
            "event": "request", "request_id": "r-1", "method": "POST", "route": "/v1/payments", "token": "shop",
            "status": 201, "ms": 0, "upstream_ms": 0
        })
    );
}

#[test]
fn the_trace_of_the_caller_is_logged_and_not_sent_to_the_gateway() {
    let trace = "0af7651916cd43dd8448eb211c80319c";
    for (traceparent, logged) in
        [(format!("00-{trace}-b7ad6b7169203331-01"), json!(trace)), (trace.into(), Value::Null)]
    {
        let platform = Scripted::of(&[CREATED]);
        let reply = send(&platform, Sent::post("/v1/payments", PAYMENT).with("traceparent", &traceparent));
        assert_eq!(reply.log["trace_id"], logged);
        let sent = format!("{:?}", platform.seen()[0].headers);
        assert!(!sent.contains(trace) && !sent.contains("traceparent"), "{sent}");
    }
}

#[test]
fn a_payment_without_a_session_id_has_a_null_one() {
    let platform = Scripted::of(&[Turn::Answers(200, r#"{"url":"https://pay.example/s-1"}"#)]);
    let reply = send(&platform, Sent::post("/v1/payments", PAYMENT));
    assert_eq!(reply.body, json!({"session_id": null, "redirect_url": "https://pay.example/s-1"}));
}

#[test]
fn an_address_is_returned_with_its_memo() {
    for (reply, expected) in [
        (
            r#"{"data":{"id":1,"address":"T1","memo":"42","currency":"USDTT","foreign_id":"user-17"}}"#,
            json!({"address": "T1", "memo": "42", "currency": "USDTT", "foreign_id": "user-17"}),
        ),
        (
            r#"{"address":"T1","tag":7}"#,
            json!({"address": "T1", "memo": "7", "currency": "USDTT", "foreign_id": "user-17"}),
        ),
        (
            r#"{"address":"T1","tag":""}"#,
            json!({"address": "T1", "memo": null, "currency": "USDTT", "foreign_id": "user-17"}),
        ),
    ] {
        let reply = send(&Scripted::of(&[Turn::Answers(201, reply)]), Sent::post("/v1/addresses", ADDRESS));
        assert_eq!((reply.status, reply.body), (200, expected));
    }
}

#[test]
fn convert_to_is_passed_on() {
    let platform = Scripted::of(&[Turn::Answers(200, r#"{"address":"T1"}"#)]);
    let body = r#"{"convert_to":"EUR","foreign_id":"user-17","currency":"BTC"}"#;
    assert_eq!(send(&platform, Sent::post("/v1/addresses", body)).status, 200);
    assert_eq!(
        platform.seen()[0].body.as_deref(),
        Some(br#"{"foreign_id":"user-17","currency":"BTC","convert_to":"EUR"}"#.as_slice())
    );
}

#[test]
fn nothing_is_sent_for_an_invalid_request() {
    let long = format!(r#"{{"foreign_id":"{}","currency":"BTC"}}"#, "x".repeat(256));
    let oversized = format!(r#"{{"foreign_id":"{}"}}"#, "x".repeat(16 * 1024));
    for (request, status, code, field) in [
        (Sent::post("/v1/payments", PAYMENT).with("Authorization", ""), 401, "token_required", None),
        (Sent::post("/v1/payments", PAYMENT).with("Authorization", "Bearer unknown"), 401, "token_unknown", None),
        (
            Sent::post("/v1/payments", PAYMENT).with("Authorization", &format!("Bearer {TOKEN}-2")),
            403,
            "route_not_allowed",
            None,
        ),
        (Sent::post("/v1/payments", "x"), 400, "malformed_body", None),
        (Sent::post("/v1/payments", PAYMENT).broken(), 400, "malformed_body", None),
        (Sent::post("/v1/payments", &oversized), 413, "body_too_large", None),
        (Sent::post("/v1/payments", "{}"), 422, "missing_parameter", Some("foreign_id")),
        (Sent::post("/v1/payments", &PAYMENT.replace("user-17", "")), 422, "invalid_parameter", Some("foreign_id")),
        (Sent::post("/v1/payments", &PAYMENT.replace("USDTT", "")), 422, "invalid_parameter", Some("coin_name")),
        (
            Sent::post("/v1/payments", &PAYMENT.replace("shop.", "evil.")),
            422,
            "return_url_not_allowed",
            Some("return_url"),
        ),
        (Sent::post("/v1/addresses", &long), 422, "invalid_parameter", Some("foreign_id")),
        (Sent::post("/v1/addresses", PAYMENT), 422, "unknown_parameter", Some("coin_name")),
        (Sent::post("/v1/payment", PAYMENT), 404, "not_found", None),
        (Sent::post("/v1/payments", PAYMENT).by("PUT"), 405, "method_not_allowed", None),
    ] {
        let platform = Scripted::default();
        let reply = send(&platform, request);
        assert_eq!((reply.status, reply.body["code"].as_str()), (status, Some(code)), "{}", reply.body);
        assert_eq!(reply.body["field"].as_str(), field, "{}", reply.body);
        assert_eq!((reply.body["executed"].as_str(), reply.body["retryable"].as_bool()), (Some("no"), Some(false)));
        assert!(platform.seen().is_empty());
    }
}

#[test]
fn a_payment_whose_outcome_is_unknown_says_so_and_is_not_repeated() {
    for (turn, status, code) in [
        (Turn::Breaks, 502, "network_error"),
        (Turn::Stalls, 504, "timeout"),
        (Turn::Answers(500, ""), 502, "gateway_unavailable"),
        (Turn::Answers(302, ""), 502, "unexpected_redirect"),
        (Turn::Answers(200, "<html>"), 502, "unreadable_reply"),
    ] {
        let platform = Scripted::of(&[turn]);
        let reply = send(&platform, Sent::post("/v1/payments", PAYMENT));
        assert_eq!((reply.status, reply.body["code"].as_str()), (status, Some(code)));
        assert!(include_str!("../../PROBLEMS.md").contains(&format!("### {code}\n\nHTTP {status}. ")), "{code}");
        assert_eq!(reply.body["executed"], "unknown");
        assert_eq!(reply.body["foreign_id"], "user-17");
        assert_eq!(platform.seen().len(), 1);
    }
}

#[test]
fn a_call_for_an_address_is_retried_within_the_deadline() {
    let platform = Scripted::of(&[Turn::Breaks, Turn::Answers(503, ""), Turn::Answers(200, r#"{"address":"T1"}"#)]);
    assert_eq!(send(&platform, Sent::post("/v1/addresses", ADDRESS)).status, 200);
    assert_eq!(platform.seen().len(), 3);
}

#[test]
fn a_rate_limit_of_the_gateway_is_passed_on_with_its_wait() {
    let reply = send(&Scripted::of(&[Turn::LimitsFor("17")]), Sent::post("/v1/addresses", ADDRESS));
    assert_eq!((reply.status, reply.body["code"].as_str()), (503, Some("rate_limited")));
    assert_eq!(reply.answer.header("retry-after"), Some("17"));
    assert_eq!(reply.log["gateway_status"], 429);
}

#[test]
fn a_faulty_setting_is_named_to_holders_of_a_token() {
    for (name, route, body) in [
        ("CITRN_API_KEY", "/v1/payments", PAYMENT),
        ("CITRN_SECRET", "/v1/addresses", ADDRESS),
        ("CITRN_BASE_URL", "/v1/payments", PAYMENT),
        ("ALLOWED_RETURN_ORIGINS", "/v1/payments", PAYMENT),
        ("WORKER_TOKENS", "/v1/addresses", ADDRESS),
    ] {
        let app = app(&Scripted::default(), &[(name, None)]);
        let reply = reply_of(app.platform.run(app.serve(Sent::post(route, body))));
        assert_eq!((reply.status, reply.body["code"].as_str()), (503, Some("invalid_configuration")));
        assert_eq!((&reply.body["field"], &reply.log["setting"]), (&json!(name), &json!(name)));
        assert!(reply.body["detail"].as_str().unwrap().starts_with(&format!("{name} is not set")), "{}", reply.body);
    }
}

#[test]
fn a_faulty_setting_affects_only_the_routes_that_need_it() {
    let platform = Scripted::of(&[Turn::Answers(200, r#"{"address":"T1"}"#)]);
    let app = app(&platform, &[("ALLOWED_RETURN_ORIGINS", None)]);
    assert_eq!(reply_of(app.platform.run(app.serve(Sent::post("/v1/addresses", ADDRESS)))).status, 200);
}

#[test]
fn health_needs_no_setting() {
    let empty = App::new(&|_| None, Scripted::default(), Route::SPECS);
    let reply = reply_of(empty.platform.run(empty.serve(Sent::get("https://edge.example/healthz"))));
    let time = rfc3339(milliseconds(empty.platform.now()));
    assert_eq!((reply.status, reply.body), (200, json!({"status": "alive", "time": time})));
}

#[test]
fn head_is_answered_without_a_body() {
    let reply = send(&Scripted::default(), Sent::get("https://edge.example/healthz").by("HEAD"));
    assert_eq!((reply.status, reply.answer.body.as_str()), (200, ""));
}

#[test]
fn a_wrong_method_is_answered_with_the_allowed_ones() {
    let reply = send(&Scripted::default(), Sent::get("https://edge.example/v1/payments"));
    assert_eq!((reply.status, reply.answer.header("allow")), (405, Some("POST")));
    assert_eq!(reply.log["route"], "/v1/payments");
}

#[test]
fn text_of_the_caller_is_not_logged() {
    let reply = send(&Scripted::default(), Sent::get("https://edge.example/user-17/secret?shop.example").by("SHOUT"));
    assert_eq!((reply.status, &reply.log["route"], &reply.log["method"]), (404, &Value::Null, &json!("other")));
}

fn ready(app: &App<Scripted>, request: Sent) -> Reply {
    reply_of(app.platform.run(app.serve(request)))
}

#[test]
fn the_log_and_server_timing_contain_the_time_and_the_retries_of_the_gateway_call() {
    let platform = Scripted::of(&[BROKEN, Turn::Breaks, Turn::Answers(200, r#"{"address":"T1"}"#)]);
    let reply = send(&platform, Sent::post("/v1/addresses", ADDRESS));
    assert_eq!((reply.status, &reply.log["retries"]), (200, &json!(2)));
    let timing = reply.answer.header("server-timing").unwrap();
    let expected = format!("total;dur={}, upstream;dur={}", reply.log["ms"], reply.log["upstream_ms"]);
    assert_eq!(timing, expected);
    let keyed = Scripted::of(&[BROKEN, Turn::Answers(200, r#"{"address":"T1"}"#)]);
    let reply = send(&keyed, Sent::post("/v1/addresses", ADDRESS).with("Idempotency-Key", "k"));
    assert_eq!((reply.status, &reply.log["retries"]), (200, &json!(1)));
    let healthy = send(&Scripted::default(), Sent::get("https://edge.example/healthz"));
    assert_eq!(healthy.answer.header("server-timing"), Some("total;dur=0"));
}

#[test]
fn tokens_and_addresses_have_separate_limits() {
    let platform = Scripted::of(&[CREATED, CREATED]);
    platform.limit(Limiter::Token, 2);
    platform.limit(Limiter::Address, 1);
    let app = app(&platform, &[]);
    let good = || Sent::post("/v1/payments", PAYMENT).with("CF-Connecting-IP", "203.0.113.7");
    let bad = || good().with("Authorization", "Bearer unknown");
    let statuses = [bad(), bad(), good(), good(), good(), bad()].map(|request| {
        let reply = ready(&app, request);
        if reply.status == 429 {
            assert_eq!(
                (reply.body["code"].as_str(), reply.answer.header("retry-after")),
                (Some("too_many_requests"), Some("60"))
            );
            assert_eq!((reply.body["executed"].as_str(), reply.body["retryable"].as_bool()), (Some("no"), Some(true)));
        }
        reply.status
    });
    assert_eq!(statuses, [401, 429, 201, 201, 429, 429]);
    let address = (Limiter::Address, "203.0.113.7".to_owned());
    let token = (Limiter::Token, "shop".to_owned());
    assert_eq!(platform.counted(), [&address, &address, &token, &token, &token, &address].map(Clone::clone));
}

const CURRENCIES: Turn =
    Turn::Answers(200, r#"{"data":[{"currency":"USDTT","type":"crypto","minimum_amount":2.50,"odd":1.0}]}"#);
const RATES: Turn = Turn::Answers(200, r#"{"BTCUSDT":"26967.40200000"}"#);
const NEWER_RATES: Turn = Turn::Answers(200, r#"{"BTCUSDT":"27000.00000000"}"#);
const BROKEN: Turn = Turn::Answers(500, "");

fn catalogue(path: &str) -> Sent {
    Sent::get(&format!("https://edge.example{path}")).with("Authorization", &format!("Bearer {TOKEN}"))
}

#[test]
fn the_catalogue_keeps_every_digit_and_is_cached() {
    let platform = Scripted::of(&[CURRENCIES, RATES, NEWER_RATES]);
    let app = app(&platform, &[]);
    let first = ready(&app, catalogue("/v1/currencies"));
    assert_eq!(
        first.answer.body,
        r#"{"data":[{"currency":"USDTT","id":null,"type":"crypto","minimum_amount":"2.50","deposit_fee_percent":null,"withdrawal_fee_percent":null,"precision":null,"odd":1.0}],"as_of":"1970-01-01T00:00:00.000Z","stale":false}"#
    );
    assert_eq!(first.answer.header("cache-control"), Some("private, max-age=300"));
    let rates = || app.serve(catalogue("/v1/rates"));
    let ((one, another), third) = platform.run(join(join(rates(), rates()), rates()));
    for answer in [one, another, third] {
        assert_eq!(reply_of(answer).body["data"], json!({"BTCUSDT": "26967.40200000"}));
    }
    platform.pass(Duration::from_secs(29));
    let later = ready(&app, catalogue("/v1/rates"));
    assert_eq!(
        (later.answer.header("age"), later.answer.header("cache-control")),
        (Some("29"), Some("private, max-age=1"))
    );
    assert_eq!(later.answer.header("vary"), Some("Authorization"));
    assert_eq!(platform.seen().len(), 2);
    platform.pass(Duration::from_secs(1));
    assert_eq!(ready(&app, catalogue("/v1/rates")).body["data"]["BTCUSDT"], "27000.00000000");
}

#[test]
fn a_stale_catalogue_is_served_for_a_day_while_the_gateway_is_down() {
    let platform = Scripted::of(&[RATES, Turn::Stalls, BROKEN, BROKEN, BROKEN, BROKEN, NEWER_RATES]);
    let app = app(&platform, &[("UPSTREAM_DEADLINE_MS", Some("10000"))]);
    assert_eq!(ready(&app, catalogue("/v1/rates")).body["stale"], false);
    platform.pass(Duration::from_secs(3600));
    let began = platform.clock();
    let old = ready(&app, catalogue("/v1/rates"));
    assert_eq!(
        (old.status, &old.body["stale"], &old.body["as_of"]),
        (200, &json!(true), &json!("1970-01-01T00:00:00.000Z"))
    );
    assert_eq!(old.answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        platform.clock() - began,
        Duration::from_secs(2),
        "a request with a stale list available does not wait long"
    );
    assert!(old.answer.header("age").unwrap().parse::<u64>().unwrap() >= 3600);
    let calls = platform.seen().len();
    assert_eq!(ready(&app, catalogue("/v1/rates")).status, 200);
    assert_eq!(platform.seen().len(), calls, "a failure is cached for a moment");
    // Another isolate reads the edge cache.
    let another = testing::app(&platform, &[]);
    assert_eq!(reply_of(platform.run(another.serve(catalogue("/v1/rates")))).body["stale"], true);
    platform.pass(Duration::from_secs(86_400));
    let too_old = ready(&app, catalogue("/v1/rates"));
    assert_eq!((too_old.status, too_old.body["code"].as_str()), (502, Some("gateway_unavailable")));
    platform.pass(Duration::from_secs(5));
    assert_eq!(ready(&app, catalogue("/v1/rates")).body["data"]["BTCUSDT"], "27000.00000000");
}

#[test]
fn the_catalogue_requires_a_token() {
    let reply = send(&Scripted::default(), Sent::get("https://edge.example/v1/rates"));
    assert_eq!((reply.status, reply.body["code"].as_str()), (401, Some("token_required")));
}

#[test]
fn an_id_with_invisible_characters_or_outer_white_space_is_refused() {
    let platform = Scripted::of(&[]);
    for id in [r"user-17\u0000", r"user\u200b17", r"\u202euser-17", " user-17", r"user-17\n", r"user-17\u00a0"] {
        for (path, body) in [("/v1/payments", PAYMENT), ("/v1/addresses", ADDRESS)] {
            let reply = send(&platform, Sent::post(path, &body.replace("user-17", id)));
            let found = (
                reply.status,
                reply.body["code"].as_str(),
                reply.body["field"].as_str(),
                reply.body["executed"].as_str(),
            );
            assert_eq!(found, (422, Some("invalid_parameter"), Some("foreign_id"), Some("no")), "{path} {id}");
        }
    }
    assert_eq!(platform.seen().len(), 0);
}
