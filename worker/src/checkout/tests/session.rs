//! Sessions: the pages after the payer's choice.

use futures_util::future::join_all;

use super::*;

#[test]
fn a_choice_redirects_to_the_gateway_which_returns_to_the_status() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    let page = send(&platform, pay(&url, "coin=USDTT&mode=redirect"));
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains(r#"<meta http-equiv="refresh" content="0;url=https://pay.example/s-1">"#),
        "{}",
        page.body
    );
    assert!(page.body.contains(r#"href="https://pay.example/s-1" rel="noreferrer""#), "{}", page.body);
    let sent: Value = serde_json::from_slice(platform.seen()[0].body.as_deref().unwrap()).unwrap();
    let return_url = sent["return_url"].as_str().unwrap();
    assert_eq!(sent, json!({"foreign_id": "user-17", "coin_name": "USDTT", "return_url": return_url}));
    assert!(return_url.starts_with(&format!("{ORIGIN}/c/a.")) && return_url.ends_with("/status"), "{return_url}");
    assert_eq!(send(&platform, get(return_url)).status, 200);
}

#[test]
fn a_repeated_choice_belongs_to_the_same_session_until_it_expires() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, r#","mode":"both""#);
    for _ in 0..3 {
        platform.pass(Duration::from_secs(199));
        assert!(send(&platform, pay(&url, "coin=USDTT")).body.contains("https://pay.example/s-1"));
    }
    platform.crash();
    platform.pass(Duration::from_secs(201));
    platform.then(&[TAKEN]);
    let page = send(&platform, pay(&url, "coin=USDTT&mode=address"));
    assert!(page.body.contains("T1"), "another mode is another session: {}", page.body);
    assert!(send(&platform, pay(&url, "coin=USDTT")).body.contains("https://pay.example/s-1"));
    platform.pass(Duration::from_secs(1));
    platform.then(&[CREATED_AGAIN]);
    for _ in 0..2 {
        assert!(send(&platform, pay(&url, "coin=USDTT")).body.contains("https://pay.example/s-2"));
    }
    assert_eq!(platform.seen().len(), 3);
}

#[test]
fn concurrent_clicks_make_one_call() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    let app = app(&platform, &[]);
    let clicks = join_all((0..200).map(|_| app.serve(pay(&url, "coin=USDTT"))));
    let answers = platform.run(clicks);
    assert!(answers.iter().all(|(answer, _)| answer.status == 200 && answer.body.contains("https://pay.example/s-1")));
    assert_eq!(platform.seen().len(), 1);
}

#[test]
fn a_call_with_an_unknown_outcome_is_repeated_after_a_while() {
    let platform = gateway(&[Turn::Stalls]);
    let url = link(&platform, "");
    assert_payer_error(&send(&platform, pay(&url, "coin=USDTT")), 504, "timeout");
    let page = send(&platform, pay(&url, "coin=USDTT"));
    assert_payer_error(&page, 409, "outcome_unknown");
    assert!(page.body.contains("Try again") && page.header("retry-after").is_some(), "{}", page.body);
    platform.pass(Duration::from_secs(6));
    platform.then(&[CREATED]);
    assert!(send(&platform, pay(&url, "coin=USDTT")).body.contains("https://pay.example/s-1"));
}

#[test]
fn a_deposit_address_is_shown_below_its_memo() {
    let platform =
        gateway(&[Turn::Answers(200, r#"{"data":{"address":"rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh","tag":17}}"#)]);
    let url = link_with(&platform, r#","coins":["XRP"],"mode":"address","convert_to":"EUR""#);
    assert!(
        send(&platform, get(&url)).body.contains(r#"value="XRP" required checked"#),
        "the only coin is preselected"
    );
    let page = send(&platform, pay(&url, "coin=XRP"));
    assert_eq!(page.status, 200);
    let at = |text: &str| page.body.find(text).unwrap_or_else(|| panic!("{text} is not in {}", page.body));
    assert!(at("Without it your deposit is lost") < at(r#"<code id="memo" dir="ltr">17</code>"#));
    assert!(
        at(r#"<code id="memo" dir="ltr">17</code>"#)
            < at(
                r#"<code id="address" dir="ltr"><b>rEb8TK</b><span>3gBgk5auZkwc6sHnwrGVJH</span><b>8DuaLh</b></code>"#
            )
    );
    at("<svg");
    at("The QR code contains only the address");
    at("Send only XRP, and only on the network XRP Ledger.");
    assert!(page.header("content-security-policy").unwrap().contains("script-src 'sha256-"));
    let sent: Value = serde_json::from_slice(platform.seen()[0].body.as_deref().unwrap()).unwrap();
    assert_eq!(sent, json!({"foreign_id": "user-17", "currency": "XRP", "convert_to": "EUR"}));
}

#[test]
fn the_address_page_shows_the_minimum_or_mentions_one() {
    let platform = gateway(&[TAKEN, TAKEN]);
    let url = link_with(&platform, r#","coins":["USDTT","BTC"],"mode":"address""#);
    let page = send(&platform, pay(&url, "coin=USDTT"));
    assert!(
        page.body.contains("Send at least 5 USDT. Smaller deposits are not credited and may be lost."),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Deposits below the coin's minimum"), "{}", page.body);
    let page = send(&platform, pay(&url, "coin=BTC"));
    assert!(page.body.contains("Deposits below the coin's minimum are not credited and may be lost."), "{}", page.body);
}

#[test]
fn a_coin_without_a_known_network_shows_its_code() {
    let platform = gateway(&[TAKEN, TAKEN, TAKEN]);
    platform.lists(
        r#"{"data":[{"currency":"USDTSOL","type":"crypto","name":"Tether"},{"currency":"USDC","network":"Polygon"},{"currency":"DAI"}]}"#,
    );
    let url = link_with(&platform, r#","coins":["USDTSOL","USDC","DAI","ETH"],"mode":"address""#);
    for (coin, title, warning) in [
        ("USDTSOL", "Send Tether (USDTSOL)", "Send only Tether (USDTSOL). Anything else"),
        ("USDC", "Send USD Coin on Polygon", "Send only USD Coin, and only on the network Polygon."),
        ("DAI", "Send Dai (DAI)", "Send only Dai (DAI). Anything else"),
    ] {
        let page = send(&platform, pay(&url, &format!("coin={coin}")));
        assert!(page.body.contains(&format!("<h1>{title}</h1>")) && page.body.contains(warning), "{}", page.body);
    }
    platform.then(&[TAKEN]);
    let page = send(&platform, pay(&url, "coin=ETH"));
    assert!(page.body.contains("<h1>Send ETH on Ethereum</h1>"), "{}", page.body);
    assert!(page.body.contains("Send only ETH, and only on the network Ethereum."), "{}", page.body);
}

#[test]
fn an_address_is_shown_again_in_the_same_session() {
    let platform = gateway(&[TAKEN]);
    let url = link_with(&platform, r#","coins":["USDTT"],"mode":"both","expires_in":200000"#);
    let status = || send(&platform, get(&format!("{url}/status")));
    assert!(!status().body.contains("Show the deposit address again"));
    let page = send(&platform, pay(&url, "coin=USDTT&mode=address"));
    assert_eq!(page.header("cache-control"), Some("private, no-cache"), "the history may show it again");
    assert_eq!(status().header("cache-control"), Some("no-store"));
    platform.pass(Duration::from_secs(3_600));
    send(&platform, deposit(1, "not_confirmed", MINE));
    for field in [
        r#"<input type="hidden" name="coin" value="USDTT">"#,
        r#"<input type="hidden" name="mode" value="address">"#,
        r#"<input type="hidden" name="again" value="1">"#,
    ] {
        assert!(status().body.contains(field), "{field}: {}", status().body);
    }
    let again = send(&platform, pay(&url, "coin=USDTT&mode=address&again=1"));
    assert_eq!((again.body, platform.seen().len()), (page.body, 1));
    assert!(status().body.contains("waiting for the network") && !status().body.contains("Earlier"));
    platform.pass(Duration::from_secs(86_400));
    platform.then(&[TAKEN]);
    assert_eq!(status().header("refresh"), None);
    assert_eq!(send(&platform, pay(&url, "coin=USDTT&mode=address&again=1")).status, 200);
    assert_eq!(status().header("refresh"), Some("5"), "a new session expects a deposit");
    platform.pass(Duration::from_secs(200_000));
    assert!(!status().body.contains("Show the deposit address again"), "the link has expired");
}
