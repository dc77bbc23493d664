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
    // Coins that are known by their code need no list, nor does it matter if that cannot be had.
    platform.lists("");
    let url = link(&platform, "");
    assert_eq!(ask(&platform, get(&url)).status, 200);
    platform.then(&[Turn::Answers(400, r#"{"error_code":"network_not_available"}"#)]);
    assert_trouble(&ask(&platform, pay(&url, "coin=USDTT")), 503, "network_not_available");
    platform.then(&[CREATED]);
    assert_eq!(ask(&platform, pay(&url, "coin=USDTT")).status, 200);
}

#[test]
fn what_a_form_cannot_ask_for_is_explained() {
    let platform = gateway(&[]);
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
    let path = url.strip_prefix(ORIGIN).unwrap();
    for (request, status, code, onward) in [
        (get(&format!("{url}/")), 404, "not_found", path.to_owned()),
        (get(&format!("{url}/status/")), 404, "not_found", format!("{path}/status")),
        (get(&url).by("PUT"), 405, "method_not_allowed", path.to_owned()),
        (pay(&format!("{url}/status"), "session=s-1"), 405, "method_not_allowed", format!("{path}/status")),
    ] {
        let page = ask(&platform, request);
        assert_trouble(&page, status, code);
        assert!(page.body.contains("Your link is valid"), "{}", page.body);
        assert!(page.body.contains(&format!("href=\"{onward}\">Open the link again")), "{}", page.body);
    }
    assert!(ask(&platform, get(&format!("{url}x/"))).body.contains("This link is not valid"));
    assert_eq!(ask(&platform, get(&url).by("PUT")).header("allow"), Some("GET, HEAD, POST"));
}

#[test]
fn a_program_is_told_in_json_and_nothing_of_the_merchant() {
    let platform = gateway(&[Turn::Stalls]);
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
    let off = app(&platform, &[("CHECKOUT_SECRETS", None)]);
    let told = problem(platform.run(off.serve(get(&url).with("Accept", "application/json"))).0);
    assert_eq!((&told["code"], &told["status"]), (&json!("invalid_configuration"), &json!(503)));
    assert!(!told.to_string().contains("CHECKOUT"), "{told}");
    let browser = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8";
    assert_trouble(&platform.run(off.serve(get(&url).with("Accept", browser))).0, 503, "invalid_configuration");
}

#[test]
fn too_many_requests_are_stopped_by_link_and_guesses_by_address() {
    let platform = gateway(&[]);
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
    let platform = gateway(&[]);
    let url = link(&platform, "");
    platform.unreachable();
    for request in [get(&url), pay(&url, "coin=USDTT"), get(&format!("{url}/status"))] {
        let page = ask(&platform, request);
        assert_trouble(&page, 503, "storage_unavailable");
        assert!(page.body.contains("Try again"));
    }
}

#[test]
fn a_status_that_cannot_be_shown_for_now_is_looked_for_again() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    let path = format!("{}/status", url.strip_prefix(ORIGIN).unwrap());
    let assert_goes_on = |page: &Answer| {
        assert!(page.body.contains("Your deposit is not affected") && !page.body.contains("Nothing was taken"));
        assert!(page.body.contains(&format!("href=\"{path}\">Try again")), "{}", page.body);
        assert_eq!(page.header("refresh"), Some("60"));
    };
    platform.limit(Limiter::Address, 0);
    let page = ask(&platform, get(&format!("{url}/status")));
    assert_trouble(&page, 429, "too_many_requests");
    assert_goes_on(&page);
    assert_eq!(ask(&platform, get(&url)).header("refresh"), None);
    platform.limit(Limiter::Address, 99);
    platform.unreachable();
    let page = ask(&platform, get(&format!("{url}/status")));
    assert_trouble(&page, 503, "storage_unavailable");
    assert_goes_on(&page);
    assert_eq!(ask(&platform, get(&format!("{url}/status?refresh=off"))).header("refresh"), None);
    assert_eq!(ask(&platform, get(&format!("{url}x/status"))).header("refresh"), None, "none of ours");
}

#[test]
fn a_program_is_known_by_what_it_accepts() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    for (accept, is_json) in [
        ("application/json", true),
        ("Application/JSON", true),
        ("application/json, text/html;q=0", true),
        ("application/problem+json, text/html; q=0.000", true),
        ("application/json, TEXT/HTML", false),
        ("application/json, text/html;q=0.1", false),
        ("application/json;q=0", false),
        ("*/*", false),
    ] {
        let answer = ask(&platform, pay(&url, "coin=BTC").with("Accept", accept));
        assert_eq!(answer.header("content-type") == Some("application/problem+json"), is_json, "{accept}");
    }
}

#[test]
fn what_the_merchant_has_to_repair_does_not_stay_with_the_payer() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    let broken = app(&platform, &[("CITRN_BASE_URL", Some("no url"))]);
    let page = platform.run(broken.serve(pay(&url, "coin=USDTT"))).0;
    assert_trouble(&page, 503, "invalid_configuration");
    for (body, status, code) in [
        (r#"{"code":"bad_header_key"}"#, 502, "authentication_failed"),
        (r#"{"error_code":"user_blocked"}"#, 422, "user_blocked"),
    ] {
        platform.then(&[Turn::Answers(403, body)]);
        let page = ask(&platform, pay(&url, "coin=USDTT"));
        assert_trouble(&page, status, code);
        assert!(page.body.contains("Deposits are not possible at the moment"), "{}", page.body);
    }
    platform.then(&[CREATED]);
    assert!(ask(&platform, pay(&url, "coin=USDTT")).body.contains("https://pay.example/s-1"));
    assert_eq!(platform.seen().len(), 3);
}
