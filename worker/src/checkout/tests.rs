use core::time::Duration;

use serde_json::{Value, json};

use crate::{
    app::App,
    bindings::Limiter,
    http::{Answer, Incoming},
    storage::object::Namespace,
    testing::{self, Random, SECRET, Scripted, Sent, TOKEN, Turn},
};

const ORIGIN: &str = "https://pay.shop.example";
const CREATED: Turn = Turn::Answers(200, r#"{"data":{"session_id":"s-1","redirect_url":"https://pay.example/s-1"}}"#);
const CREATED_AGAIN: Turn =
    Turn::Answers(200, r#"{"data":{"session_id":"s-2","redirect_url":"https://pay.example/s-2"}}"#);
const TAKEN: Turn = Turn::Answers(200, r#"{"address":"T1"}"#);
const CURRENCIES: Turn = Turn::Answers(
    200,
    r#"{"data":[{"currency":"USDTT","type":"crypto"},{"currency":"NEW","type":"crypto","name":"New <b>","network":"Chain & Co"},{"currency":"EUR","type":"fiat"}]}"#,
);

/// A gateway with these replies, which also lists a few currencies on every request for them.
fn gateway(turns: &[Turn]) -> Scripted {
    let platform = Scripted::of(turns);
    platform.lists(
        r#"{"data":[{"currency":"USDTT","type":"crypto","minimum_amount":"5.00000000"},{"currency":"BTC","type":"crypto"},
            {"currency":"XRP","type":"crypto","minimum_amount":"0.00"}]}"#,
    );
    platform
}

fn app(platform: &Scripted, changes: &[(&str, Option<&str>)]) -> App<Scripted> {
    testing::app(platform, changes)
}

/// Sends a request, and returns the answer without the elements that isolate names and amounts.
fn send(platform: &Scripted, request: Sent) -> Answer {
    let (answer, line) = platform.run(app(platform, &[]).serve(request));
    for secret in [SECRET, TOKEN, "user-17", "shop.example", "USDTT", "T1", "a.AAAA"] {
        assert!(!line.contains(secret), "{line}");
    }
    without_isolation(answer)
}

fn without_isolation(mut answer: Answer) -> Answer {
    answer.body = answer.body.replace("<bdi>", "").replace("</bdi>", "");
    answer
}

fn link_with(platform: &Scripted, more: &str) -> String {
    let body = format!(r#"{{"foreign_id":"user-17","return_url":"https://shop.example/thanks"{more}}}"#);
    let answer = send(platform, Sent::post("/v1/checkout-links", &body));
    assert_eq!(answer.status, 201, "{}", answer.body);
    let made: Value = serde_json::from_str(&answer.body).unwrap();
    made["url"].as_str().unwrap().to_owned()
}

/// A link for USDT on Tron.
fn link(platform: &Scripted, more: &str) -> String {
    link_with(platform, &format!(r#","coins":["USDTT"]{more}"#))
}

fn get(url: &str) -> Sent {
    Sent::get(url)
}

fn pay(url: &str, form: &str) -> Sent {
    let path = url.strip_prefix(ORIGIN).unwrap();
    Sent::post(path, form).with("Authorization", "")
}

fn deposit(id: u32, status: &str, more: &str) -> Sent {
    let sent = r#""currency_sent":{"currency":"USDTT","amount":"12.50000000"}"#;
    let body = format!(
        r#"{{"id":{id},"type":"deposit","status":"{status}",{sent},"crypto_address":{{"currency":"USDTT"{more}}}}}"#
    );
    Sent::callback(body.as_bytes())
}

const MINE: &str = r#","foreign_id":"user-17","address":"T1""#;

#[track_caller]
fn assert_payer_error(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(answer.body.contains(&format!(r#"<meta name="code" content="{code}">"#)), "{}", answer.body);
}

/// Returns the `return_url` of the latest call to the gateway.
fn sent_return_url(platform: &Scripted) -> String {
    let seen = platform.seen();
    let sent: Value = serde_json::from_slice(seen.last().unwrap().body.as_deref().unwrap()).unwrap();
    sent["return_url"].as_str().unwrap().to_owned()
}

mod extra;
mod foreign_text;
mod frame;
mod golden;
mod growth;
mod languages;
mod link;
mod live_faults;
mod live_status;
mod live_stream;
mod offer;
mod pages;
mod payer_error;
mod session;
mod shown;
mod status;
mod status_token;
mod stored;
