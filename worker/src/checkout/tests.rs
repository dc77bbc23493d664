use core::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    bindings::{Limiter, Namespace},
    incoming::Incoming,
    service::{
        Service,
        testing::{SECRET, Scripted, Sent, TOKEN, Turn, complete},
    },
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

fn service(platform: &Scripted, changes: &[(&str, Option<&str>)]) -> Service<Scripted> {
    let settings = complete(changes);
    Service::new(&|name| settings.get(name).cloned(), platform.clone())
}

fn ask(platform: &Scripted, request: Sent) -> Answer {
    let (answer, line) = platform.run(service(platform, &[]).serve(request));
    for secret in [SECRET, TOKEN, "user-17", "shop.example", "USDTT", "T1", "a.AAAA"] {
        assert!(!line.contains(secret), "{line}");
    }
    answer
}

fn link_with(platform: &Scripted, more: &str) -> String {
    let body = format!(r#"{{"foreign_id":"user-17","return_url":"https://shop.example/thanks"{more}}}"#);
    let answer = ask(platform, Sent::post("/v1/checkout-links", &body));
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
fn assert_trouble(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(answer.body.contains(&format!(r#"<meta name="code" content="{code}">"#)), "{}", answer.body);
}

#[test]
fn a_link_lists_its_coins_and_creates_nothing() {
    let platform = Scripted::default();
    let answer = ask(
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

    let page = ask(&platform, get(url));
    assert_eq!(page.status, 200);
    for text in [
        "Top up your balance at Test &amp; Shop",
        "USDT on Tron",
        r#"<input type="radio" name="coin" value="USDTT" required>"#,
        r#"<input type="radio" name="coin" value="BTC" required>"#,
        "Continue to payment",
        "1970-01-01 00:01 UTC",
        "<html lang=\"en\">",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("user-17") && !page.body.contains("<script"), "{}", page.body);
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("script-src"), "{policy}");
    assert_eq!(platform.seen().len(), 0);
    assert_eq!(ask(&platform, get(url).by("HEAD")).body, "");
}

#[test]
fn a_choice_leads_on_to_the_gateway_and_back_to_the_status() {
    let platform = Scripted::of(&[CREATED]);
    let url = link(&platform, "");
    let page = ask(&platform, pay(&url, "coin=USDTT&mode=redirect"));
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains(r#"<meta http-equiv="refresh" content="0;url=https://pay.example/s-1">"#),
        "{}",
        page.body
    );
    assert!(page.body.contains(r#"href="https://pay.example/s-1" rel="noreferrer""#), "{}", page.body);
    let sent: Value = serde_json::from_slice(platform.seen()[0].body.as_deref().unwrap()).unwrap();
    assert_eq!(sent, json!({"foreign_id": "user-17", "coin_name": "USDTT", "return_url": format!("{url}/status")}));
}

#[test]
fn the_same_choice_is_the_same_session_until_its_time_is_over() {
    let platform = Scripted::of(&[CREATED]);
    let url = link(&platform, r#","mode":"both""#);
    for _ in 0..3 {
        platform.pass(Duration::from_secs(199));
        assert!(ask(&platform, pay(&url, "coin=USDTT")).body.contains("https://pay.example/s-1"));
    }
    platform.crash();
    platform.pass(Duration::from_secs(201));
    platform.then(&[TAKEN]);
    let page = ask(&platform, pay(&url, "coin=USDTT&mode=address"));
    assert!(page.body.contains("T1"), "another way is another session: {}", page.body);
    assert!(ask(&platform, pay(&url, "coin=USDTT")).body.contains("https://pay.example/s-1"));
    platform.pass(Duration::from_secs(1));
    platform.then(&[CREATED_AGAIN]);
    for _ in 0..2 {
        assert!(ask(&platform, pay(&url, "coin=USDTT")).body.contains("https://pay.example/s-2"));
    }
    assert_eq!(platform.seen().len(), 3);
}

#[test]
fn any_number_of_clicks_at_once_make_one_call() {
    let platform = Scripted::of(&[CREATED]);
    let url = link(&platform, "");
    let service = service(&platform, &[]);
    let clicks = join_all((0..200).map(|_| service.serve(pay(&url, "coin=USDTT"))));
    let answers = platform.run(clicks);
    assert!(answers.iter().all(|(answer, _)| answer.status == 200 && answer.body.contains("https://pay.example/s-1")));
    assert_eq!(platform.seen().len(), 1);
}

#[test]
fn what_became_of_a_call_is_not_known_for_a_while_and_then_it_is_made_again() {
    let platform = Scripted::of(&[Turn::Stalls]);
    let url = link(&platform, "");
    assert_trouble(&ask(&platform, pay(&url, "coin=USDTT")), 504, "timeout");
    let page = ask(&platform, pay(&url, "coin=USDTT"));
    assert_trouble(&page, 409, "outcome_unknown");
    assert!(page.body.contains("Try again") && page.header("retry-after").is_some(), "{}", page.body);
    platform.pass(Duration::from_secs(6));
    platform.then(&[CREATED]);
    assert!(ask(&platform, pay(&url, "coin=USDTT")).body.contains("https://pay.example/s-1"));
}

#[test]
fn a_deposit_address_is_shown_with_its_memo_first() {
    let platform =
        Scripted::of(&[Turn::Answers(200, r#"{"data":{"address":"rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh","tag":17}}"#)]);
    let url = link_with(&platform, r#","coins":["XRP"],"mode":"address","convert_to":"EUR""#);
    assert!(ask(&platform, get(&url)).body.contains(r#"value="XRP" required checked"#), "the only coin is chosen");
    let page = ask(&platform, pay(&url, "coin=XRP"));
    assert_eq!(page.status, 200);
    let at = |text: &str| page.body.find(text).unwrap_or_else(|| panic!("{text} is not in {}", page.body));
    assert!(at("Without it your deposit is lost") < at(r#"<code id="memo">17</code>"#));
    assert!(at(r#"<code id="memo">17</code>"#) < at(r#"<code id="address">rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh</code>"#));
    at("<svg");
    at("The QR code holds the address only");
    at("Send only XRP, and only on the network XRP Ledger.");
    assert!(page.header("content-security-policy").unwrap().contains("script-src 'sha256-"));
    let sent: Value = serde_json::from_slice(platform.seen()[0].body.as_deref().unwrap()).unwrap();
    assert_eq!(sent, json!({"foreign_id": "user-17", "currency": "XRP", "convert_to": "EUR"}));
}

#[test]
fn a_link_without_coins_offers_what_the_gateway_lists() {
    let platform = Scripted::of(&[CURRENCIES, CREATED, Turn::Answers(500, "")]);
    let url = link_with(&platform, "");
    let service = service(&platform, &[]);
    let ask = |request| platform.run(service.serve(request)).0;
    let page = ask(get(&url));
    assert!(
        page.body.contains("USDT on Tron") && page.body.contains("New &lt;b&gt; on Chain &amp; Co"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("EUR"));
    assert_trouble(&ask(pay(&url, "coin=EUR")), 422, "coin_not_offered");
    assert_trouble(&ask(pay(&url, "coin=BTC")), 422, "coin_not_offered");
    assert_eq!(ask(pay(&url, "coin=NEW")).status, 200);
    assert_eq!(platform.seen().len(), 2);
}

#[test]
fn a_gateway_that_is_down_is_explained_and_the_same_link_works_later() {
    let platform = Scripted::of(&[Turn::Answers(503, ""), Turn::Answers(503, ""), Turn::Answers(503, "")]);
    let url = link_with(&platform, "");
    let page = ask(&platform, get(&url));
    assert!((502..=504).contains(&page.status), "{}", page.status);
    assert!(page.body.contains("The payment service cannot be reached") && page.body.contains("Try again"));
    assert!(page.body.contains(&format!("href=\"{}\"", url.strip_prefix(ORIGIN).unwrap())));
    platform.then(&[CURRENCIES]);
    assert_eq!(ask(&platform, get(&url)).status, 200);
    // Coins that are known by their code need no list.
    let url = link(&platform, "");
    assert_eq!(ask(&platform, get(&url)).status, 200);
    platform.then(&[Turn::Answers(400, r#"{"error_code":"network_not_available"}"#)]);
    assert_trouble(&ask(&platform, pay(&url, "coin=USDTT")), 503, "network_not_available");
    platform.then(&[CREATED]);
    assert_eq!(ask(&platform, pay(&url, "coin=USDTT")).status, 200);
}

#[test]
fn what_a_form_cannot_ask_for_is_explained() {
    let platform = Scripted::default();
    let url = link(&platform, "");
    for (form, code) in [
        ("", "missing_parameter"),
        ("coin=", "missing_parameter"),
        ("coin=BTC", "coin_not_offered"),
        ("coin=usdtt", "coin_not_offered"),
        ("coin=%3Cscript%3E", "coin_not_offered"),
        ("coin=USDTT&mode=address", "invalid_parameter"),
        ("coin=USDTT&mode=both", "invalid_parameter"),
        ("coin=USDTT&mode=", "invalid_parameter"),
    ] {
        let page = ask(&platform, pay(&url, form));
        assert_trouble(&page, 422, code);
        assert!(page.body.contains("Try again") && !page.body.contains("<script>"), "{form}");
    }
    assert_trouble(&ask(&platform, pay(&url, &format!("coin=USDTT&x={}", "x".repeat(4096)))), 413, "body_too_large");
    assert_trouble(&ask(&platform, get(&url).by("PUT")), 405, "method_not_allowed");
    assert_eq!(ask(&platform, get(&url).by("PUT")).header("allow"), Some("GET, HEAD, POST"));
}

#[test]
fn a_link_ends_at_the_second() {
    let platform = Scripted::of(&[CREATED]);
    let (url, begun) = (link(&platform, r#","expires_in":2"#), link(&platform, r#","expires_in":2"#));
    assert_eq!(ask(&platform, pay(&begun, "coin=USDTT")).status, 200);
    platform.pass(Duration::from_millis(1_999));
    assert_eq!(ask(&platform, get(&url)).status, 200);
    platform.pass(Duration::from_millis(1));
    assert_trouble(&ask(&platform, get(&url)), 410, "link_expired");
    assert_trouble(&ask(&platform, pay(&url, "coin=USDTT")), 410, "link_expired");
    assert_trouble(&ask(&platform, get(&format!("{url}/status"))), 410, "link_expired");
    assert_trouble(&ask(&platform, pay(&begun, "coin=USDTT")), 410, "link_expired");
    let status = ask(&platform, get(&format!("{begun}/status")));
    assert_eq!(status.status, 200, "whoever has begun still comes back");
    assert!(!status.body.contains("start again"), "{}", status.body);
}

#[test]
fn no_object_is_asked_before_the_mac_is_right() {
    let platform = Scripted::default();
    let foreign = {
        let other = Scripted::default();
        let service = service(&other, &[("CHECKOUT_SECRETS", Some("a:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="))]);
        let body = r#"{"foreign_id":"user-17","return_url":"https://shop.example/"}"#;
        let (answer, _) = other.run(service.serve(Sent::post("/v1/checkout-links", body)));
        let made: Value = serde_json::from_str(&answer.body).unwrap();
        made["url"].as_str().unwrap().to_owned()
    };
    for url in [foreign, format!("{ORIGIN}/c/x"), format!("{ORIGIN}/c/a.{}", "A".repeat(64))] {
        for request in [get(&url), pay(&url, "coin=USDTT"), get(&format!("{url}/status")), get(&url).by("HEAD")] {
            let is_head = request.method() == "HEAD";
            let page = ask(&platform, request);
            if is_head {
                assert_eq!((page.status, page.body.as_str()), (404, ""));
                continue;
            }
            assert_trouble(&page, 404, "link_not_found");
            assert!(!page.body.contains("Try again"));
        }
    }
    assert_eq!((platform.databases(), platform.seen().len()), (vec![], 0));
    assert!(platform.counted().iter().all(|(limiter, key)| (*limiter, key.as_str()) == (Limiter::Address, "")));
}

#[test]
fn a_program_is_told_in_json_and_nothing_of_the_merchant() {
    let platform = Scripted::of(&[Turn::Stalls]);
    let url = link(&platform, "");
    let problem = |answer: Answer| {
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    let told = problem(ask(&platform, pay(&url, "coin=USDTT").with("Accept", "application/json")));
    assert_eq!(
        (&told["code"], &told["status"], &told["executed"]),
        (&json!("timeout"), &json!(504), &json!("unknown"))
    );
    assert!(told.get("foreign_id").is_none(), "{told}");
    let off = service(&platform, &[("CHECKOUT_SECRETS", None)]);
    let told = problem(platform.run(off.serve(get(&url).with("Accept", "application/json"))).0);
    assert_eq!((&told["code"], &told["status"]), (&json!("invalid_configuration"), &json!(503)));
    assert!(!told.to_string().contains("CHECKOUT"), "{told}");
    let browser = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8";
    assert_trouble(&platform.run(off.serve(get(&url).with("Accept", browser))).0, 503, "invalid_configuration");
}

#[test]
fn whoever_makes_links_is_told_which_setting_is_missing() {
    let platform = Scripted::default();
    for (name, value) in [("CHECKOUT_SECRETS", None), ("CHECKOUT_SECRETS", Some("x")), ("PUBLIC_ORIGIN", None)] {
        let service = service(&platform, &[(name, value)]);
        let (answer, _) = platform.run(service.serve(Sent::post("/v1/checkout-links", "{}")));
        let told: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(
            (answer.status, &told["code"], &told["field"]),
            (503, &json!("invalid_configuration"), &json!(name))
        );
    }
    let strangers = Sent::post("/v1/checkout-links", "{}").with("Authorization", "");
    assert_eq!(ask(&platform, strangers).status, 401);
    assert_eq!(platform.databases(), []);
}

#[test]
fn a_link_is_made_once_under_its_key() {
    let platform = Scripted::default();
    let body = r#"{"foreign_id":"user-17","return_url":"https://shop.example/"}"#;
    let keyed = |body: &str| Sent::post("/v1/checkout-links", body).with("Idempotency-Key", "k");
    let (first, second) = (ask(&platform, keyed(body)), ask(&platform, keyed(body)));
    assert_eq!((first.status, &first.body), (201, &second.body));
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    let other = ask(&platform, keyed(&body.replace("user-17", "user-18")));
    assert!(other.status == 422 && other.body.contains("idempotency_key_reused"), "{}", other.body);
    assert_ne!(ask(&platform, Sent::post("/v1/checkout-links", body)).body, first.body);
}

#[test]
fn the_status_tells_what_the_inbox_knows() {
    let platform = Scripted::of(&[CREATED]);
    let url = link(&platform, "");
    let status = || ask(&platform, get(&format!("{url}/status?session=s-1&status=done")));
    assert!(status().body.contains("No deposit has been seen yet"));
    assert_eq!(status().header("refresh"), None, "nothing has begun");
    ask(&platform, deposit(1, "confirmed", MINE));
    platform.pass(Duration::from_secs(60));
    assert_eq!(ask(&platform, pay(&url, "coin=USDTT")).status, 200);
    let page = status();
    assert!(page.body.contains("No deposit has been seen yet"), "what was there before is another matter");
    assert!(
        page.body.contains(r#"href="https://shop.example/thanks""#) && page.body.contains("Back to Test &amp; Shop")
    );
    assert_eq!(page.header("refresh"), Some("10"));
    assert_eq!(ask(&platform, get(&format!("{url}/status?refresh=off"))).header("refresh"), None);

    platform.pass(Duration::from_secs(60));
    ask(&platform, deposit(2, "not_confirmed", MINE));
    ask(&platform, deposit(3, "confirmed", r#","foreign_id":"user-18","address":"T2""#));
    let page = status();
    for text in [
        "12.5 USDT on Tron",
        "Waiting for the network",
        r#"<time datetime="1970-01-01T00:02:00.000Z">1970-01-01 00:02 UTC"#,
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert_eq!(page.body.matches("<section").count(), 1, "{}", page.body);

    platform.pass(Duration::from_secs(60));
    ask(&platform, deposit(2, "confirmed", MINE));
    ask(&platform, deposit(1, "not_confirmed", MINE));
    let page = status();
    assert!(
        page.body.contains("Confirmed by the network") && page.body.contains("1970-01-01 00:03 UTC"),
        "{}",
        page.body
    );
    assert_eq!(page.header("refresh"), Some("60"));
    platform.pass(Duration::from_secs(1));
    ask(&platform, deposit(4, "cancelled", MINE));
    let page = status();
    assert!(page.body.find("Cancelled").unwrap() < page.body.find("Confirmed").unwrap(), "the latest first");
    assert!(!page.body.to_lowercase().contains("paid"), "{}", page.body);
}

#[test]
fn deposits_are_found_by_the_address_too_when_their_callback_names_nobody() {
    let platform = Scripted::of(&[Turn::Answers(200, r#"{"address":"rShared","tag":17}"#)]);
    let url = link_with(&platform, r#","coins":["XRP"],"mode":"address""#);
    assert_eq!(ask(&platform, pay(&url, "coin=XRP")).status, 200);
    let found = || ask(&platform, get(&format!("{url}/status"))).body.matches("<section").count();
    ask(&platform, deposit(1, "confirmed", r#","address":"rShared","memo":"18""#));
    ask(&platform, deposit(2, "confirmed", r#","address":"rShared""#));
    ask(&platform, deposit(3, "confirmed", r#","address":"rShared","memo":"17","foreign_id":"user-18""#));
    assert_eq!(found(), 0, "somebody else's");
    ask(&platform, deposit(4, "not_confirmed", r#","address":"rShared","tag":17"#));
    ask(&platform, deposit(4, "confirmed", ""));
    assert_eq!(found(), 1);
    let erase = |id: u32| {
        let url = format!("https://edge.example/v1/callbacks/{id}");
        ask(&platform, Sent::get(&url).by("DELETE").with("Authorization", &format!("Bearer {TOKEN}"))).status
    };
    assert_eq!((erase(4), found()), (200, 0), "what is erased is not found any more");
}

#[test]
fn a_payer_is_only_sent_where_the_operator_still_wants_him() {
    let platform = Scripted::default();
    let url = link(&platform, "");
    let other = service(&platform, &[("ALLOWED_RETURN_ORIGINS", Some("https://other.example"))]);
    let (answer, _) = platform.run(other.serve(get(&format!("{url}/status"))));
    assert!(answer.status == 200 && !answer.body.contains("shop.example/thanks"), "{}", answer.body);
}

#[test]
fn html_shows_as_text_wherever_it_comes_from() {
    let evil = r#"\"><script>alert(1)</script><img src=x onerror=alert(2)>'&"#;
    let reply: &'static str = Box::leak(format!(r#"{{"address":"A{evil}","memo":"M{evil}"}}"#).into_boxed_str());
    let list: &'static str = Box::leak(
        format!(r#"{{"data":[{{"currency":"NEW","name":"N{evil}","network":"W{evil}"}}]}}"#).into_boxed_str(),
    );
    let redirect = r#"{"url":"https://pay.example/s?a=1&b=%22;url=x'><script>alert(1)</script>"}"#;
    let platform = Scripted::of(&[Turn::Answers(200, list), Turn::Answers(200, reply), Turn::Answers(200, redirect)]);
    let changes = [("MERCHANT_NAME", Some(r#""><script>alert(3)</script>'&"#))];
    let service = service(&platform, &changes);
    let ask = |request| platform.run(service.serve(request)).0;
    let return_url = r#"https://shop.example/?x=\"><script>alert(4)</script>'#\"><script>"#;
    let body = format!(r#"{{"foreign_id":"F{evil}","return_url":"{return_url}","mode":"both"}}"#);
    let made: Value = serde_json::from_str(&ask(Sent::post("/v1/checkout-links", &body)).body).unwrap();
    let url = made["url"].as_str().unwrap();
    let pages = [
        ask(get(url)),
        ask(pay(url, "coin=NEW&mode=address")),
        ask(pay(url, "coin=NEW&mode=redirect")),
        ask(get(&format!("{url}/status"))),
        ask(pay(url, "coin=%22%3E%3Cscript%3E&mode=%22%3E%3Cscript%3E")),
        ask(get(&format!("{url}x"))),
    ];
    for page in &pages {
        let scripts = page.body.matches("<script").count();
        let own = usize::from(page.body.contains("data-copy"));
        assert_eq!((scripts, page.body.contains("<img")), (own, false), "{}", page.body);
        assert!(!page.body.contains(r#""><"#) || !page.body.contains("alert(3)</script>"), "{}", page.body);
    }
    assert!(pages[0].body.contains("N&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"), "{}", pages[0].body);
    assert!(pages[1].body.contains("<code id=\"memo\">M&quot;&gt;&lt;script&gt;"), "{}", pages[1].body);
    assert!(pages[1].body.contains("<code id=\"address\">A&quot;&gt;&lt;script&gt;"), "{}", pages[1].body);
    assert_eq!(pages[2].status, 200, "{}", pages[2].body);
    assert!(pages[3].body.contains("&quot;&gt;&lt;script&gt;alert(3)"), "{}", pages[3].body);
}

#[test]
fn too_many_requests_are_stopped_by_link_and_guesses_by_address() {
    let platform = Scripted::default();
    let url = link(&platform, "");
    platform.limit(Limiter::Address, 2);
    for expected in [200, 200] {
        assert_eq!(ask(&platform, get(&url).with("CF-Connecting-IP", "203.0.113.7")).status, expected);
    }
    let page = ask(&platform, get(&url).with("CF-Connecting-IP", "203.0.113.8"));
    assert_trouble(&page, 429, "too_many_requests");
    assert_eq!(page.header("retry-after"), Some("60"));
    let guess = get(&format!("{ORIGIN}/c/x")).with("CF-Connecting-IP", "203.0.113.7");
    assert_trouble(&ask(&platform, guess), 429, "too_many_requests");
    let keys: Vec<String> = platform.counted().into_iter().map(|(_, key)| key).collect();
    assert!(
        keys.contains(&"203.0.113.7".to_owned()) && keys.iter().filter(|key| key.len() == 64).count() == 3,
        "{keys:?}"
    );
    assert!(!keys.iter().any(|key| key.len() > 8 && url.contains(key.as_str())), "no limiter is told a token");
}

#[test]
fn a_link_is_forgotten_a_week_after_its_end() {
    let platform = Scripted::of(&[CREATED]);
    let url = link(&platform, r#","expires_in":60"#);
    assert_eq!(ask(&platform, pay(&url, "coin=USDTT")).status, 200);
    let week = Duration::from_secs(7 * 86_400 + 60);
    let is_checkout = |object: &crate::bindings::Object| object.namespace == Namespace::Checkout;
    let alarms = || platform.alarms().into_iter().filter(|(object, _)| is_checkout(object)).map(|(_, at)| at);
    assert_eq!(alarms().collect::<Vec<_>>(), [i64::try_from(week.as_millis()).unwrap()]);
    platform.alarms_until(week - Duration::from_millis(1));
    platform.pass(week - Duration::from_millis(1) - platform.clock());
    assert_eq!(ask(&platform, get(&format!("{url}/status"))).status, 200);
    platform.alarms_until(week);
    assert_trouble(&ask(&platform, get(&format!("{url}/status"))), 410, "link_expired");
    assert_eq!(alarms().count(), 0);
}

#[test]
fn storage_that_fails_is_explained() {
    let platform = Scripted::default();
    let url = link(&platform, "");
    platform.unreachable();
    for request in [get(&url), pay(&url, "coin=USDTT"), get(&format!("{url}/status"))] {
        let page = ask(&platform, request);
        assert_trouble(&page, 503, "storage_unavailable");
        assert!(page.body.contains("Try again"));
    }
}
