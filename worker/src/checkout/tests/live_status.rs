//! The status as JSON, and who may read it or frame the pages.

use super::*;

pub(super) const ALLOWED: &str = "https://frame.example";

/// Sends a request to a Worker whose status an origin may read.
pub(super) fn send(platform: &Scripted, request: Sent) -> Answer {
    platform.run(app(platform, &[("CHECKOUT_FRAME_ORIGINS", Some(ALLOWED))]).serve(request)).0
}

pub(super) fn status(url: &str, accept: &str) -> Sent {
    get(&format!("{url}/status")).with("Accept", accept)
}

pub(super) fn snapshot(platform: &Scripted, url: &str) -> Value {
    let answer = send(platform, status(url, "application/json"));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    serde_json::from_str(&answer.body).unwrap()
}

#[test]
fn the_json_has_the_deposits_of_the_page() {
    let platform = gateway(&[CREATED, CREATED_AGAIN]);
    let url = link_with(&platform, r#","coins":["USDTT","BTC"]"#);
    let nothing = json!({"state": "waiting", "deposits": [], "earlier": []});
    assert_eq!(snapshot(&platform, &url), nothing);
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    assert_eq!(snapshot(&platform, &url), nothing);

    platform.pass(Duration::from_secs(60));
    send(&platform, deposit(1, "not_confirmed", MINE));
    let mut usdt = json!({
        "currency": "USDTT", "amount": "12.5", "state": "seen", "seen_at": "1970-01-01T00:01:00.000Z",
        "confirmed_at": null,
    });
    assert_eq!(snapshot(&platform, &url), json!({"state": "seen", "deposits": [usdt], "earlier": []}));
    platform.pass(Duration::from_secs(60));
    send(&platform, deposit(1, "confirmed", MINE));
    usdt["state"] = "confirmed".into();
    usdt["confirmed_at"] = "1970-01-01T00:02:00.000Z".into();
    assert_eq!(snapshot(&platform, &url), json!({"state": "confirmed", "deposits": [usdt], "earlier": []}));

    platform.pass(Duration::from_secs(60));
    assert_eq!(send(&platform, pay(&url, "coin=BTC")).status, 200);
    assert_eq!(snapshot(&platform, &url), json!({"state": "waiting", "deposits": [], "earlier": [usdt]}));
    let unnamed = r#"{"id":2,"type":"deposit","status":"declined","crypto_address":{"foreign_id":"user-17"}}"#;
    send(&platform, Sent::callback(unnamed.as_bytes()));
    let declined = json!({
        "currency": null, "amount": null, "state": "cancelled", "seen_at": "1970-01-01T00:03:00.000Z",
        "confirmed_at": null,
    });
    assert_eq!(snapshot(&platform, &url), json!({"state": "cancelled", "deposits": [declined], "earlier": [usdt]}));
}

#[test]
fn an_amount_that_the_page_does_not_show_is_unknown() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    let body = r#"{"id":1,"type":"deposit","status":"confirmed","currency_sent":{"currency":"<b>","amount":"1"},
        "crypto_address":{"foreign_id":"user-17"}}"#;
    send(&platform, Sent::callback(body.as_bytes()));
    assert!(send(&platform, status(&url, "text/html")).body.contains("A deposit"));
    let deposit = snapshot(&platform, &url)["deposits"][0].clone();
    assert_eq!((&deposit["currency"], &deposit["amount"]), (&Value::Null, &Value::Null));
}

#[test]
fn problems_are_json_for_programs() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    let problem = |request: Sent| {
        let answer = send(&platform, request);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", answer.body);
        assert_eq!(answer.header("vary"), Some("Accept, Origin"));
        assert_eq!(answer.header("access-control-allow-origin"), Some(ALLOWED));
        answer.status
    };
    for accept in ["application/json", "text/event-stream"] {
        let request = |url: &str| status(url, accept).with("Origin", ALLOWED);
        assert_eq!(problem(request(&format!("{ORIGIN}/c/x"))), 404);
        platform.limit(Limiter::Address, 0);
        assert_eq!(problem(request(&url)), 429);
        platform.limit(Limiter::Address, 99);
    }
    platform.unreachable();
    assert_eq!(problem(status(&url, "text/event-stream").with("Origin", ALLOWED)), 503);
}

#[test]
fn only_listed_origins_may_read_the_status() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    for accept in ["application/json", "text/event-stream", "text/html"] {
        for origin in [None, Some(ALLOWED), Some("https://evil.example"), Some("null")] {
            let request = status(&url, accept).with("Origin", origin.unwrap_or_default());
            let answer = send(&platform, request);
            assert_eq!(answer.header("vary"), Some("Accept, Origin"));
            let is_allowed = accept != "text/html" && origin == Some(ALLOWED);
            assert_eq!(
                answer.header("access-control-allow-origin"),
                is_allowed.then_some(ALLOWED),
                "{accept} {origin:?}"
            );
            assert_eq!(answer.header("access-control-allow-credentials"), None);
        }
    }
    let none = app(&platform, &[]);
    let answer = platform.run(none.serve(status(&url, "application/json").with("Origin", ALLOWED))).0;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
}

#[test]
fn only_listed_origins_may_frame_the_pages() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    for (page, status) in [(url.clone(), 200), (format!("{url}/status"), 200), (format!("{ORIGIN}/c/x"), 404)] {
        for (setting, ancestors) in [
            (None, "'none'"),
            (Some(""), "'none'"),
            (Some("https://a.example,https://b.example"), "https://a.example https://b.example"),
        ] {
            let app = app(&platform, &[("CHECKOUT_FRAME_ORIGINS", setting)]);
            let answer = platform.run(app.serve(get(&page))).0;
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.ends_with(&format!("; frame-ancestors {ancestors}")), "{policy}");
            assert_eq!(answer.status, status);
        }
    }
}
