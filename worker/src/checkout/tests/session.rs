//! What a payer gets for his choice.

use futures_util::future::join_all;

use super::*;

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
