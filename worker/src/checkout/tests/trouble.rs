//! What goes wrong, as payers and programs are told.

use super::*;

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
    assert_trouble(&ask(&platform, get(&format!("{url}/"))), 404, "not_found");
    assert_trouble(&ask(&platform, get(&url).by("PUT")), 405, "method_not_allowed");
    assert_eq!(ask(&platform, get(&url).by("PUT")).header("allow"), Some("GET, HEAD, POST"));
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
    let told = problem(ask(&platform, pay(&url, "coin=BTC").with("Accept", "application/json")));
    assert_eq!((&told["code"], &told["field"]), (&json!("coin_not_offered"), &json!("coin")));
    let off = service(&platform, &[("CHECKOUT_SECRETS", None)]);
    let told = problem(platform.run(off.serve(get(&url).with("Accept", "application/json"))).0);
    assert_eq!((&told["code"], &told["status"]), (&json!("invalid_configuration"), &json!(503)));
    assert!(!told.to_string().contains("CHECKOUT"), "{told}");
    let browser = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8";
    assert_trouble(&platform.run(off.serve(get(&url).with("Accept", browser))).0, 503, "invalid_configuration");
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
