//! Links: their pages and their lifetime.

use super::*;
use crate::storage::sql::Sql;

#[test]
fn a_link_lists_its_coins_and_creates_nothing() {
    let platform = gateway(&[]);
    let answer = send(
        &platform,
        Sent::post(
            "/v1/checkout-links",
            r#"{"foreign_id":"user-17","return_url":"https://shop.example/thanks","coins":["USDTT","BTC"],"expires_in":90}"#,
        ),
    );
    let made: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((answer.status, &made["expires_at"]), (201, &json!("1970-01-01T00:01:30.000Z")));
    let url = made["url"].as_str().unwrap();
    assert!(url.starts_with("https://pay.shop.example/c/a."), "{url}");
    assert_eq!(url.len(), "https://pay.shop.example/c/a.".len() + 64);

    let page = send(&platform, get(url));
    assert_eq!(page.status, 200);
    for text in [
        "Top up your balance at Test &amp; Shop",
        "USDT on Tron",
        r#"<input type="radio" name="coin" value="USDTT" required>"#,
        r#"<input type="radio" name="coin" value="BTC" required>"#,
        "Continue to payment",
        r#"<span data-left="90000" data-near="in less than a minute" aria-live="off">in 1 minute</span>"#,
        "</span> (<time datetime=\"1970-01-01T00:01:30.000Z\">1 January 1970, 00:01 UTC</time>).",
        "<html lang=\"en\" dir=\"ltr\">",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("user-17"), "{}", page.body);
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(platform.seen().len(), 0);
    assert_eq!(send(&platform, get(url).by("HEAD")).body, "");
}

#[test]
fn the_longest_page_is_small() {
    let platform = Scripted::of(&[Turn::Stalls]);
    let codes: Vec<String> = (0..64).map(|number| format!("\"COIN-WITH-A-LONG-CODE-{number:010}\"")).collect();
    let url = link_with(&platform, &format!(r#","mode":"both","coins":[{}]"#, codes.join(",")));
    let page = send(&platform, get(&url));
    assert_eq!(page.body.matches("type=\"radio\"").count(), 64);
    assert!(page.body.len() < 40_000, "{}", page.body.len());
    assert!(platform.clock() <= Duration::from_secs(2), "the page does not wait long for an optional list");
}

#[test]
fn the_picker_shows_names_networks_and_minimums_from_the_list() {
    let platform = gateway(&[]);
    let url = link_with(&platform, r#","coins":["USDTT","BTC","USDC"]"#);
    platform.lists(
        r#"{"data":[{"currency":"USDTT","minimum_amount":"5.00000000"},{"currency":"BTC"},{"currency":"USDC"}]}"#,
    );
    let page = send(&platform, get(&url));
    for text in [
        "<span><span class=\"name\">USDT on Tron</span><br><small>at least 5 USDT</small></span>",
        "<span><span class=\"name\">Bitcoin</span></span>",
        "<span><span class=\"name\">USD Coin (USDC)</span></span></label>",
        "Deposits below the coin's minimum are not credited and may be lost.",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    platform.lists(
        r#"{"data":[{"currency":"USDC","type":"crypto","network":"Polygon","minimum_amount":2},{"currency":"USDC"}]}"#,
    );
    platform.pass(Duration::from_secs(301));
    let page = send(&platform, get(&url));
    assert!(page.body.contains(">USD Coin on Polygon</span><br><small>at least 2 USDC</small>"), "{}", page.body);
    assert_eq!(page.body.matches("value=\"USDC\"").count(), 1);
}

#[test]
fn a_late_list_is_requested_again_immediately() {
    let platform = Scripted::of(&[Turn::Stalls, CURRENCIES]);
    let url = link(&platform, "");
    let app = app(&platform, &[("UPSTREAM_DEADLINE_MS", Some("60000"))]);
    assert_eq!(platform.run(app.serve(get(&url))).0.status, 200);
    let (page, _) = platform.run(app.serve(get(&url)));
    assert_eq!((page.status, platform.seen().len()), (200, 2));
    assert!(platform.clock() < Duration::from_secs(3), "{:?}", platform.clock());
}

#[test]
fn a_link_without_coins_offers_the_gateways_list() {
    let platform = Scripted::of(&[CURRENCIES, CREATED, Turn::Answers(500, "")]);
    let url = link_with(&platform, "");
    let app = app(&platform, &[]);
    let send = |request| without_isolation(platform.run(app.serve(request)).0);
    let page = send(get(&url));
    assert!(
        page.body.contains("USDT on Tron") && page.body.contains("New &lt;b&gt; on Chain &amp; Co"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("EUR"));
    assert_payer_error(&send(pay(&url, "coin=EUR")), 422, "coin_not_offered");
    assert_payer_error(&send(pay(&url, "coin=BTC")), 422, "coin_not_offered");
    assert_eq!(send(pay(&url, "coin=NEW")).status, 200);
    assert_eq!(platform.seen().len(), 2);
}

#[test]
fn a_link_expires_on_time() {
    let platform = gateway(&[CREATED]);
    let (url, begun) = (link(&platform, r#","expires_in":2"#), link(&platform, r#","expires_in":2"#));
    assert_eq!(send(&platform, pay(&begun, "coin=USDTT")).status, 200);
    platform.pass(Duration::from_millis(1_999));
    assert_eq!(send(&platform, get(&url)).status, 200);
    platform.pass(Duration::from_millis(1));
    assert_payer_error(&send(&platform, get(&url)), 410, "link_expired");
    assert_payer_error(&send(&platform, pay(&url, "coin=USDTT")), 410, "link_expired");
    assert_payer_error(&send(&platform, get(&format!("{url}/status"))), 410, "link_expired");
    assert_payer_error(&send(&platform, pay(&begun, "coin=USDTT")), 410, "link_expired");
    let status = send(&platform, get(&format!("{begun}/status")));
    assert_eq!(status.status, 200, "the status outlives a link with a session");
    assert!(!status.body.contains("start again"), "{}", status.body);
}

#[test]
fn no_object_is_called_before_the_mac_is_verified() {
    let platform = gateway(&[]);
    let foreign = {
        let other = gateway(&[]);
        let app = app(&other, &[("CHECKOUT_SECRETS", Some("a:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="))]);
        let body = r#"{"foreign_id":"user-17","return_url":"https://shop.example/"}"#;
        let (answer, _) = other.run(app.serve(Sent::post("/v1/checkout-links", body)));
        let made: Value = serde_json::from_str(&answer.body).unwrap();
        made["url"].as_str().unwrap().to_owned()
    };
    for url in [foreign, format!("{ORIGIN}/c/x"), format!("{ORIGIN}/c/a.{}", "A".repeat(64))] {
        for request in [get(&url), pay(&url, "coin=USDTT"), get(&format!("{url}/status")), get(&url).by("HEAD")] {
            let is_head = request.method() == "HEAD";
            let page = send(&platform, request);
            if is_head {
                assert_eq!((page.status, page.body.as_str()), (404, ""));
                continue;
            }
            assert_payer_error(&page, 404, "link_not_found");
            assert!(!page.body.contains("Try again"));
        }
    }
    assert_eq!((platform.databases(), platform.seen().len()), (vec![], 0));
    assert!(platform.counted().iter().all(|(limiter, key)| (*limiter, key.as_str()) == (Limiter::Address, "")));
}

#[test]
fn a_refusal_names_the_missing_setting_to_holders_of_a_token() {
    let platform = gateway(&[]);
    for (name, value) in [("CHECKOUT_SECRETS", None), ("CHECKOUT_SECRETS", Some("x")), ("PUBLIC_ORIGIN", None)] {
        let app = app(&platform, &[(name, value)]);
        let (answer, _) = platform.run(app.serve(Sent::post("/v1/checkout-links", "{}")));
        let problem: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(
            (answer.status, &problem["code"], &problem["field"]),
            (503, &json!("invalid_configuration"), &json!(name))
        );
    }
    let strangers = Sent::post("/v1/checkout-links", "{}").with("Authorization", "");
    assert_eq!(send(&platform, strangers).status, 401);
    assert_eq!(platform.databases(), []);
}

#[test]
fn a_link_is_created_once_per_key() {
    let platform = gateway(&[]);
    let body = r#"{"foreign_id":"user-17","return_url":"https://shop.example/"}"#;
    let keyed = |body: &str| Sent::post("/v1/checkout-links", body).with("Idempotency-Key", "k");
    let (first, second) = (send(&platform, keyed(body)), send(&platform, keyed(body)));
    assert_eq!((first.status, &first.body), (201, &second.body));
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    let other = send(&platform, keyed(&body.replace("user-17", "user-18")));
    assert!(other.status == 422 && other.body.contains("idempotency_key_reused"), "{}", other.body);
    assert_ne!(send(&platform, Sent::post("/v1/checkout-links", body)).body, first.body);
}

#[test]
fn a_link_is_deleted_a_week_after_it_expired() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, r#","expires_in":60"#);
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
    let week = Duration::from_secs(7 * 86_400 + 60);
    let is_checkout = |object: &crate::storage::object::Object| object.namespace == Namespace::Checkout;
    let alarms = || platform.alarms().into_iter().filter(|(object, _)| is_checkout(object)).map(|(_, at)| at);
    assert_eq!(alarms().collect::<Vec<_>>(), [i64::try_from(week.as_millis()).unwrap()]);
    platform.alarms_until(week - Duration::from_millis(1));
    platform.pass(week - Duration::from_millis(1) - platform.clock());
    assert_eq!(send(&platform, get(&format!("{url}/status"))).status, 200);
    platform.alarms_until(week);
    assert_payer_error(&send(&platform, get(&format!("{url}/status"))), 410, "link_expired");
    assert_eq!(alarms().count(), 0);
}

#[test]
fn html_from_any_source_is_escaped() {
    let evil = r#"\"><script>alert(1)</script><img src=x onerror=alert(2)>'&"#;
    let reply: &'static str = Box::leak(format!(r#"{{"address":"A{evil}","memo":"M{evil}"}}"#).into_boxed_str());
    let list: &'static str = Box::leak(
        format!(r#"{{"data":[{{"currency":"NEW","name":"N{evil}","network":"W{evil}"}}]}}"#).into_boxed_str(),
    );
    let redirect = r#"{"url":"https://pay.example/s?a=1&b=%22;url=x'><script>alert(1)</script>"}"#;
    let platform = Scripted::of(&[Turn::Answers(200, list), Turn::Answers(200, reply), Turn::Answers(200, redirect)]);
    let changes = [("MERCHANT_NAME", Some(r#""><script>alert(3)</script>'&"#))];
    let app = app(&platform, &changes);
    let send = |request| without_isolation(platform.run(app.serve(request)).0);
    let return_url = r#"https://shop.example/?x=\"><script>alert(4)</script>'#\"><script>"#;
    let body = format!(r#"{{"foreign_id":"F{evil}","return_url":"{return_url}","mode":"both"}}"#);
    let made: Value = serde_json::from_str(&send(Sent::post("/v1/checkout-links", &body)).body).unwrap();
    let url = made["url"].as_str().unwrap();
    let pages = [
        send(get(url)),
        send(pay(url, "coin=NEW&mode=address")),
        send(pay(url, "coin=NEW&mode=redirect")),
        send(get(&format!("{url}/status"))),
        send(pay(url, "coin=%22%3E%3Cscript%3E&mode=%22%3E%3Cscript%3E")),
        send(get(&format!("{url}x"))),
    ];
    for page in &pages {
        let scripts = page.body.matches("<script").count();
        let own = usize::from(page.body.contains("data-copy"));
        assert_eq!((scripts, page.body.contains("<img")), (own, false), "{}", page.body);
        assert!(!page.body.contains(r#""><"#) || !page.body.contains("alert(3)</script>"), "{}", page.body);
    }
    assert!(pages[0].body.contains("N&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"), "{}", pages[0].body);
    assert!(
        pages[1].body.contains("<code id=\"memo\" dir=\"ltr\"><b>M&quot;&gt;&lt;sc</b><span>ript&gt;"),
        "{}",
        pages[1].body
    );
    assert!(
        pages[1].body.contains("<code id=\"address\" dir=\"ltr\"><b>A&quot;&gt;&lt;sc</b><span>ript&gt;"),
        "{}",
        pages[1].body
    );
    assert_eq!(pages[2].status, 200, "{}", pages[2].body);
    assert!(pages[3].body.contains("&quot;&gt;&lt;script&gt;alert(3)"), "{}", pages[3].body);
}

#[test]
fn an_id_with_invisible_characters_or_outer_white_space_is_refused() {
    let platform = gateway(&[]);
    for id in [r"user-17\u0000", r"user\u200b17", r"\u202euser-17", " user-17", r"user-17\n", r"user-17\u00a0"] {
        let body = format!(r#"{{"foreign_id":"{id}","return_url":"https://shop.example/thanks"}}"#);
        let answer = send(&platform, Sent::post("/v1/checkout-links", &body));
        let problem: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, problem["code"].as_str()), (422, Some("invalid_parameter")), "{id}");
        assert_eq!((problem["field"].as_str(), problem["executed"].as_str()), (Some("foreign_id"), Some("no")), "{id}");
    }
}

#[test]
fn a_stored_link_with_such_an_id_still_works() {
    for id in ["user-17 ", "user-17\u{200b}"] {
        let platform = gateway(&[CREATED]);
        let url = link(&platform, "");
        for object in platform.databases() {
            let rename = "UPDATE links SET link = replace(link, 'user-17', ?)";
            let _ = platform.database(object).exec(rename, vec![id.into()]);
        }
        assert_eq!(send(&platform, get(&url)).status, 200);
        let page = send(&platform, pay(&url, "coin=USDTT"));
        assert!(page.body.contains("https://pay.example/s-1"), "{}", page.body);
        let sent: Value = serde_json::from_slice(platform.seen()[0].body.as_deref().unwrap()).unwrap();
        assert_eq!(sent["foreign_id"], id);
        send(&platform, deposit(1, "confirmed", &format!(r#","foreign_id":"{id}","address":"T1""#)));
        let status = send(&platform, get(&format!("{url}/status")));
        assert_eq!(status.body.matches("<section").count(), 1, "{}", status.body);
    }
}
