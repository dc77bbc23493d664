//! The status page.

use super::*;

#[test]
fn the_status_shows_the_deposits_in_the_inbox() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    let status = || send(&platform, get(&format!("{url}/status?session=s-1&status=done")));
    assert!(status().body.contains("No deposit has been seen yet"));
    assert_eq!(status().header("refresh"), None, "no session has begun");
    send(&platform, deposit(1, "confirmed", MINE));
    platform.pass(Duration::from_secs(60));
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    let page = status();
    assert!(page.body.contains("No deposit has been seen yet"), "earlier deposits are not shown");
    assert!(
        page.body.contains(r#"href="https://shop.example/thanks""#) && page.body.contains("Back to Test &amp; Shop")
    );
    assert_eq!(page.header("refresh"), Some("5"));
    assert_eq!(send(&platform, get(&format!("{url}/status?refresh=off"))).header("refresh"), None);

    platform.pass(Duration::from_secs(60));
    send(&platform, deposit(2, "not_confirmed", MINE));
    send(&platform, deposit(3, "confirmed", r#","foreign_id":"user-18","address":"T2""#));
    let page = status();
    for text in [
        "12.5 USDT on Tron",
        "waiting for the network",
        r#"<time datetime="1970-01-01T00:02:00.000Z">1 January 1970, 00:02 UTC"#,
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert_eq!(page.body.matches("<section").count(), 1, "{}", page.body);

    platform.pass(Duration::from_secs(60));
    send(&platform, deposit(2, "confirmed", MINE));
    send(&platform, deposit(1, "not_confirmed", MINE));
    let page = status();
    assert!(
        page.body.contains("Confirmed by the network") && page.body.contains("1 January 1970, 00:03 UTC"),
        "{}",
        page.body
    );
    assert_eq!(page.header("refresh"), Some("60"));
    platform.pass(Duration::from_secs(1));
    send(&platform, deposit(4, "cancelled", MINE));
    let page = status();
    assert!(page.body.find("Cancelled").unwrap() < page.body.find("Confirmed").unwrap(), "the latest first");
    assert!(!page.body.to_lowercase().contains("paid"), "{}", page.body);
}

#[test]
fn deposits_without_a_customer_are_matched_by_address() {
    let platform = gateway(&[Turn::Answers(200, r#"{"address":"rShared","tag":17}"#)]);
    let url = link_with(&platform, r#","coins":["XRP"],"mode":"address""#);
    assert_eq!(send(&platform, pay(&url, "coin=XRP")).status, 200);
    let shown = || send(&platform, get(&format!("{url}/status"))).body.matches("<section").count();
    send(&platform, deposit(1, "confirmed", r#","address":"rShared","memo":"18""#));
    send(&platform, deposit(2, "confirmed", r#","address":"rShared""#));
    send(&platform, deposit(3, "confirmed", r#","address":"rShared","memo":"17","foreign_id":"user-18""#));
    assert_eq!(shown(), 0, "deposits of other customers");
    send(&platform, deposit(4, "not_confirmed", r#","address":"rShared","tag":17"#));
    send(&platform, deposit(4, "confirmed", ""));
    assert_eq!(shown(), 1);
    let erase = |id: u32| {
        let url = format!("https://edge.example/v1/callbacks/{id}");
        send(&platform, Sent::get(&url).by("DELETE").with("Authorization", &format!("Bearer {TOKEN}"))).status
    };
    assert_eq!((erase(4), shown()), (200, 0), "erased deposits are not shown");
}

#[test]
fn the_status_links_back_only_to_origins_that_are_still_allowed() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    let other = app(&platform, &[("ALLOWED_RETURN_ORIGINS", Some("https://other.example"))]);
    let (answer, _) = platform.run(other.serve(get(&format!("{url}/status"))));
    assert!(answer.status == 200 && !answer.body.contains("shop.example/thanks"), "{}", answer.body);
}

#[test]
fn the_status_follows_the_latest_session() {
    let platform = gateway(&[CREATED]);
    let url = link_with(&platform, r#","coins":["USDTT","BTC"],"expires_in":2592000"#);
    let status = || send(&platform, get(&format!("{url}/status")));
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    platform.pass(Duration::from_secs(60));
    send(&platform, deposit(1, "confirmed", MINE));
    assert_eq!(status().header("refresh"), Some("60"));
    assert!(!status().body.contains("Earlier"));
    platform.pass(Duration::from_secs(90_000));
    assert_eq!(status().header("refresh"), None);

    platform.then(&[CREATED_AGAIN]);
    assert_eq!(send(&platform, pay(&url, "coin=BTC")).status, 200);
    let page = status();
    assert_eq!(page.header("refresh"), Some("5"), "the page waits for a new session");
    let at = |text: &str| page.body.find(text).unwrap_or_else(|| panic!("{text} is not in {}", page.body));
    assert!(at("No deposit has been seen yet") < at("Earlier") && at("Earlier") < at("Confirmed by the network"));
    platform.pass(Duration::from_secs(1));
    send(&platform, deposit(2, "not_confirmed", MINE));
    let page = status();
    let at = |text: &str| page.body.find(text).unwrap_or_else(|| panic!("{text} is not in {}", page.body));
    assert!(at("waiting for the network") < at("Earlier") && at("Earlier") < at("Confirmed by the network"));
    assert_eq!(page.header("refresh"), Some("5"));
    platform.pass(Duration::from_secs(90_000));
    assert_eq!(status().header("refresh"), None);
    platform.then(&[CREATED]);
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    assert_eq!(status().header("refresh"), Some("5"), "also for a repeated coin");
}

#[test]
fn the_status_shows_only_the_latest_deposits_of_all_objects() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    for id in 1..=60 {
        platform.pass(Duration::from_secs(1));
        let sent = format!(r#"{MINE},"x":"{id}""#);
        send(&platform, deposit(id, "confirmed", &sent));
    }
    let page = send(&platform, get(&format!("{url}/status")));
    assert_eq!(page.body.matches("<section").count(), 20);
    assert!(page.body.contains("1970-01-01T00:01:00.000Z") && !page.body.contains("1970-01-01T00:00:40.000Z"));
    assert!(page.body.len() < 30_000, "{}", page.body.len());
}

#[test]
fn deposits_to_any_number_of_addresses_are_matched() {
    let platform = gateway(&[Turn::Answers(200, r#"{"address":"rShared","tag":0}"#)]);
    let url = link_with(&platform, r#","coins":["XRP"],"mode":"address","expires_in":2592000"#);
    assert_eq!(send(&platform, pay(&url, "coin=XRP")).status, 200);
    for tag in 1..=150 {
        platform.pass(Duration::from_secs(600));
        let reply: &'static str = Box::leak(format!(r#"{{"address":"rShared","tag":{tag}}}"#).into_boxed_str());
        platform.then(&[Turn::Answers(200, reply)]);
        assert_eq!(send(&platform, pay(&url, "coin=XRP")).status, 200);
    }
    for tag in [0, 77, 150] {
        send(&platform, deposit(1_000 + tag, "confirmed", &format!(r#","address":"rShared","tag":{tag}"#)));
    }
    assert_eq!(send(&platform, get(&format!("{url}/status"))).body.matches("<section").count(), 3);
}

#[test]
fn the_status_mentions_that_older_deposits_were_dropped() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, r#","expires_in":2592000"#);
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    let mentions_it =
        || send(&platform, get(&format!("{url}/status"))).body.contains("Older deposits are no longer shown");
    platform.pass(Duration::from_secs(30 * 86_400));
    assert!(!mentions_it());
    platform.pass(Duration::from_millis(1));
    assert!(mentions_it());
}

#[test]
fn a_failed_deposit_does_not_look_pending() {
    for status in ["cancelled", "declined", "failed", "expired"] {
        let platform = gateway(&[CREATED]);
        let url = link(&platform, "");
        assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
        send(&platform, deposit(1, "not_confirmed", MINE));
        send(&platform, deposit(1, status, MINE));
        let page = send(&platform, get(&format!("{url}/status")));
        assert!(page.body.contains("Cancelled. It did not arrive."), "{status}: {}", page.body);
        assert!(!page.body.contains("waiting for the network"), "{status}: {}", page.body);
    }
}

#[test]
fn a_confirmed_deposit_shows_what_is_left_after_fees() {
    for (received, shown) in [
        (r#"{"currency":"USDTT","amount":"12.5","amount_minus_fee":"12.37500000"}"#, Some("12.375 USDT on Tron")),
        (r#"{"currency":"EUR","amount":"11","amount_minus_fee":"10.9"}"#, Some("10.9 EUR")),
        (r#"{"currency":"USDTT","amount":"12.50","amount_minus_fee":"12.500"}"#, None),
        (r#"{"currency":"USDTT","amount":"12.5","amount_minus_fee":"<b>"}"#, None),
        ("null", None),
    ] {
        let platform = gateway(&[CREATED]);
        let url = link(&platform, "");
        assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
        let page = |status: &str| {
            let body = format!(
                r#"{{"id":1,"type":"deposit","status":"{status}","currency_sent":{{"currency":"USDTT","amount":"12.5"}},
                "currency_received":{received},"crypto_address":{{"currency":"USDTT"{MINE}}}}}"#
            );
            send(&platform, Sent::callback(body.as_bytes()));
            send(&platform, get(&format!("{url}/status"))).body
        };
        assert!(!page("not_confirmed").contains("After the gateway"), "{received}");
        let confirmed = page("confirmed");
        let line = shown.map(|shown| format!("<p>After the gateway's fees: {shown}</p>"));
        match line {
            Some(line) => assert!(confirmed.contains(&line), "{received}: {confirmed}"),
            None => assert!(!confirmed.contains("After the gateway"), "{received}: {confirmed}"),
        }
    }
}

#[test]
fn the_way_back_to_the_shop_follows_the_deposits_that_make_it_prominent() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    let page = || send(&platform, get(&format!("{url}/status"))).body;
    assert!(!page().contains("button first"), "{}", page());
    send(&platform, deposit(1, "not_confirmed", MINE));
    let page = page();
    // The selector in the style: `#now:has(.deposit) ~ .returns`.
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not in {page}"));
    assert!(at("<div id=\"now\"") < at("<section class=\"deposit seen\" data-state=\"seen\">"));
    assert!(at("<section class") < at("class=\"button returns\""));
}
