//! Links whose coins the gateway does not accept, and the link back to the shop.

use super::*;

fn make(platform: &Scripted, coins: &str) -> Answer {
    let body = format!(r#"{{"foreign_id":"user-17","return_url":"https://shop.example/thanks","coins":[{coins}]}}"#);
    send(platform, Sent::post("/v1/checkout-links", &body))
}

/// A platform whose list of currencies is cached.
fn listed() -> Scripted {
    let platform = gateway(&[]);
    assert_eq!(send(&platform, get(&link(&platform, ""))).status, 200);
    platform
}

const BACK: &str = r#"href="https://shop.example/thanks" rel="noreferrer">Back to Test &amp; Shop</a>"#;

#[test]
fn a_coin_that_is_missing_from_a_fresh_list_is_refused_by_name() {
    let platform = listed();
    for (coins, missing) in
        [(r#""DOGE2""#, "DOGE2"), (r#""USDTT","NOPE""#, "NOPE"), (r#""ETH","USDTT","ADA""#, "ETH, ADA")]
    {
        let answer = make(&platform, coins);
        let problem: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(
            (answer.status, &problem["code"], &problem["field"], &problem["executed"]),
            (422, &json!("invalid_parameter"), &json!("coins"), &json!("no")),
        );
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(&format!("no deposits in {missing};")), "{detail}");
    }
    assert_eq!(make(&platform, r#""XRP","USDTT","BTC""#).status, 201);
    assert_eq!(platform.seen().len(), 0);
}

#[test]
fn a_fiat_currency_is_refused_as_a_coin() {
    let platform = Scripted::of(&[CURRENCIES]);
    assert_eq!(send(&platform, get(&link_with(&platform, ""))).status, 200);
    assert_eq!((make(&platform, r#""EUR""#).status, make(&platform, r#""NEW""#).status), (422, 201));
}

#[test]
fn without_a_fresh_list_any_coin_is_accepted_and_the_gateway_is_not_called() {
    let platform = Scripted::default();
    assert_eq!(make(&platform, r#""NOPE""#).status, 201, "no list is cached");
    let platform = listed();
    platform.pass(Duration::from_secs(299));
    assert_eq!(make(&platform, r#""NOPE""#).status, 422);
    platform.pass(Duration::from_secs(1));
    assert_eq!(make(&platform, r#""NOPE""#).status, 201, "the list is old");
    let platform = Scripted::default();
    platform.lists(r#"{"data":[]}"#);
    assert_eq!(send(&platform, get(&link(&platform, ""))).status, 200);
    assert_eq!(make(&platform, r#""NOPE""#).status, 201, "the list is empty");
}

#[test]
fn a_picker_offers_only_coins_of_a_fresh_list() {
    let platform = gateway(&[]);
    let url = link_with(&platform, r#","coins":["USDTT","NOPE","BTC"]"#);
    let page = send(&platform, get(&url));
    assert!(page.body.contains("value=\"USDTT\"") && page.body.contains("value=\"BTC\""), "{}", page.body);
    assert!(!page.body.contains("NOPE"), "{}", page.body);
}

#[test]
fn a_link_without_available_coins_says_so_and_links_back_to_the_shop() {
    let platform = gateway(&[]);
    let url = link_with(&platform, r#","coins":["NOPE","GONE"]"#);
    let page = send(&platform, get(&url));
    assert_payer_error(&page, 503, "no_coin_available");
    assert!(page.body.contains("None of this link's coins is available now."), "{}", page.body);
    assert!(page.body.contains(BACK) && page.body.contains("Try again"), "{}", page.body);
    let answer = send(&platform, get(&url).with("Accept", "application/json"));
    let problem: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&problem["code"], &problem["retryable"]), (&json!("no_coin_available"), &json!(true)));

    let platform = Scripted::default();
    platform.lists(r#"{"data":[{"currency":"EUR","type":"fiat"}]}"#);
    let url = link_with(&platform, "");
    assert_payer_error(&send(&platform, get(&url)), 503, "no_coin_available");
    platform.pass(Duration::from_secs(301));
    platform.lists(r#"{"data":[{"currency":"USDTT"}]}"#);
    assert_eq!(send(&platform, get(&url)).status, 200, "the same link works once there is a coin");
}

#[test]
fn an_expired_link_links_back_to_the_shop_while_it_is_stored() {
    let platform = gateway(&[]);
    let url = link(&platform, r#","expires_in":60"#);
    platform.pass(Duration::from_secs(60));
    for request in [get(&url), pay(&url, "coin=USDTT"), get(&format!("{url}/status"))] {
        let page = send(&platform, request);
        assert_payer_error(&page, 410, "link_expired");
        assert!(page.body.contains(&format!("class=\"button first\" {BACK}")), "{}", page.body);
        assert!(!page.body.contains("Try again"), "{}", page.body);
    }
    let elsewhere = app(&platform, &[("ALLOWED_RETURN_ORIGINS", Some("https://other.example"))]);
    let (page, _) = platform.run(elsewhere.serve(get(&url)));
    assert!(page.status == 410 && !page.body.contains("shop.example"), "{}", page.body);
    platform.alarms_until(Duration::from_secs(8 * 86_400));
    let page = send(&platform, get(&url));
    assert_payer_error(&page, 410, "link_expired");
    assert!(!page.body.contains("shop.example"), "{}", page.body);
}

#[test]
fn a_failure_links_back_to_the_shop_too() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    for (reply, status, code) in [
        (Turn::Answers(400, r#"{"error_code":"coin_not_supported"}"#), 422, "coin_not_supported"),
        (Turn::Answers(400, r#"{"error_code":"user_blocked"}"#), 422, "user_blocked"),
        (Turn::Stalls, 504, "timeout"),
    ] {
        platform.then(&[reply]);
        let page = send(&platform, pay(&url, "coin=USDTT"));
        assert_payer_error(&page, status, code);
        assert!(page.body.contains(BACK) && page.body.contains("Try again"), "{}", page.body);
    }
}

#[test]
fn an_invalid_link_shows_no_way_back_and_calls_no_object() {
    let platform = gateway(&[]);
    let page = send(&platform, get(&format!("{ORIGIN}/c/a.{}", "A".repeat(64))));
    assert_payer_error(&page, 404, "link_not_found");
    assert!(!page.body.contains("Back to") && platform.databases().is_empty(), "{}", page.body);
}
