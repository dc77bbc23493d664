//! Problems as payers and programs receive them.

use super::*;

#[test]
fn a_gateway_that_is_down_is_explained_and_the_same_link_works_later() {
    let platform = Scripted::of(&[Turn::Answers(503, ""), Turn::Answers(503, ""), Turn::Answers(503, "")]);
    let url = link_with(&platform, "");
    let page = send(&platform, get(&url));
    assert!((502..=504).contains(&page.status), "{}", page.status);
    assert!(page.body.contains("The payment service cannot be reached") && page.body.contains("Try again"));
    assert!(page.body.contains(&format!("href=\"{}\"", url.strip_prefix(ORIGIN).unwrap())));
    platform.then(&[CURRENCIES]);
    assert_eq!(send(&platform, get(&url)).status, 200);
    // Known coins need no list, so a failing list does not matter.
    platform.lists("");
    let url = link(&platform, "");
    assert_eq!(send(&platform, get(&url)).status, 200);
    platform.then(&[Turn::Answers(400, r#"{"error_code":"network_not_available"}"#)]);
    assert_payer_error(&send(&platform, pay(&url, "coin=USDTT")), 503, "network_not_available");
    platform.then(&[CREATED]);
    assert_eq!(send(&platform, pay(&url, "coin=USDTT")).status, 200);
}

#[test]
fn an_invalid_form_or_path_is_explained() {
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
        let page = send(&platform, pay(&url, form));
        assert_payer_error(&page, 422, code);
        assert!(page.body.contains("Try again") && !page.body.contains("<script>"), "{form}");
    }
    assert_payer_error(
        &send(&platform, pay(&url, &format!("coin=USDTT&x={}", "x".repeat(4096)))),
        413,
        "body_too_large",
    );
    let path = url.strip_prefix(ORIGIN).unwrap();
    for (request, status, code, target) in [
        (get(&format!("{url}/")), 404, "not_found", path.to_owned()),
        (get(&format!("{url}/status/")), 404, "not_found", format!("{path}/status")),
        (get(&url).by("PUT"), 405, "method_not_allowed", path.to_owned()),
        (pay(&format!("{url}/status"), "session=s-1"), 405, "method_not_allowed", format!("{path}/status")),
    ] {
        let page = send(&platform, request);
        assert_payer_error(&page, status, code);
        assert!(page.body.contains("Your link is valid"), "{}", page.body);
        assert!(page.body.contains(&format!("href=\"{target}\">Open the link again")), "{}", page.body);
    }
    assert!(send(&platform, get(&format!("{url}x/"))).body.contains("This link is not valid"));
    assert_eq!(send(&platform, get(&url).by("PUT")).header("allow"), Some("GET, HEAD, POST"));
}

#[test]
fn a_program_receives_json_without_data_of_the_merchant() {
    let platform = gateway(&[Turn::Stalls]);
    let url = link(&platform, "");
    let problem = |answer: Answer| {
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    let body = problem(send(&platform, pay(&url, "coin=USDTT").with("Accept", "application/json")));
    assert_eq!(
        (&body["code"], &body["status"], &body["executed"]),
        (&json!("timeout"), &json!(504), &json!("unknown"))
    );
    assert!(body.get("foreign_id").is_none(), "{body}");
    let body = problem(send(&platform, pay(&url, "coin=BTC").with("Accept", "application/json")));
    assert_eq!((&body["code"], &body["field"]), (&json!("coin_not_offered"), &json!("coin")));
    let off = app(&platform, &[("CHECKOUT_SECRETS", None)]);
    let body = problem(platform.run(off.serve(get(&url).with("Accept", "application/json"))).0);
    assert_eq!((&body["code"], &body["status"]), (&json!("invalid_configuration"), &json!(503)));
    assert!(!body.to_string().contains("CHECKOUT"), "{body}");
    let browser = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8";
    assert_payer_error(&platform.run(off.serve(get(&url).with("Accept", browser))).0, 503, "invalid_configuration");
}

#[test]
fn requests_are_limited_by_link_and_guesses_by_address() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    platform.limit(Limiter::Address, 2);
    for expected in [200, 200] {
        assert_eq!(send(&platform, get(&url).with("CF-Connecting-IP", "203.0.113.7")).status, expected);
    }
    let page = send(&platform, get(&url).with("CF-Connecting-IP", "203.0.113.8"));
    assert_payer_error(&page, 429, "too_many_requests");
    assert_eq!(page.header("retry-after"), Some("60"));
    let guess = get(&format!("{ORIGIN}/c/x")).with("CF-Connecting-IP", "203.0.113.7");
    assert_payer_error(&send(&platform, guess), 429, "too_many_requests");
    let keys: Vec<String> = platform.counted().into_iter().map(|(_, key)| key).collect();
    assert!(
        keys.contains(&"203.0.113.7".to_owned()) && keys.iter().filter(|key| key.len() == 64).count() == 3,
        "{keys:?}"
    );
    assert!(!keys.iter().any(|key| key.len() > 8 && url.contains(key.as_str())), "no limiter receives a token");
}

#[test]
fn a_failure_of_the_storage_is_explained() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    platform.unreachable();
    for request in [get(&url), pay(&url, "coin=USDTT"), get(&format!("{url}/status"))] {
        let page = send(&platform, request);
        assert_payer_error(&page, 503, "storage_unavailable");
        assert!(page.body.contains("Try again"));
    }
}

#[test]
fn an_unavailable_status_page_retries() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    let path = format!("{}/status", url.strip_prefix(ORIGIN).unwrap());
    let assert_retries = |page: &Answer| {
        assert!(page.body.contains("Your deposit is not affected") && !page.body.contains("not been charged"));
        assert!(page.body.contains(&format!("href=\"{path}\">Try again")), "{}", page.body);
        assert_eq!(page.header("refresh"), Some("60"));
    };
    platform.limit(Limiter::Address, 0);
    let page = send(&platform, get(&format!("{url}/status")));
    assert_payer_error(&page, 429, "too_many_requests");
    assert_retries(&page);
    assert_eq!(send(&platform, get(&url)).header("refresh"), None);
    platform.limit(Limiter::Address, 99);
    platform.unreachable();
    let page = send(&platform, get(&format!("{url}/status")));
    assert_payer_error(&page, 503, "storage_unavailable");
    assert_retries(&page);
    assert_eq!(send(&platform, get(&format!("{url}/status?refresh=off"))).header("refresh"), None);
    assert_eq!(send(&platform, get(&format!("{url}x/status"))).header("refresh"), None, "an invalid link");
}

#[test]
fn a_program_is_recognised_by_its_accept_header() {
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
        let answer = send(&platform, pay(&url, "coin=BTC").with("Accept", accept));
        assert_eq!(answer.header("content-type") == Some("application/problem+json"), is_json, "{accept}");
    }
}

#[test]
fn a_session_works_again_once_the_merchant_has_fixed_the_problem() {
    let platform = gateway(&[]);
    let url = link(&platform, "");
    let broken = app(&platform, &[("CITRN_BASE_URL", Some("no url"))]);
    let page = platform.run(broken.serve(pay(&url, "coin=USDTT"))).0;
    assert_payer_error(&page, 503, "invalid_configuration");
    for (body, status, code) in [
        (r#"{"code":"bad_header_key"}"#, 502, "authentication_failed"),
        (r#"{"error_code":"user_blocked"}"#, 422, "user_blocked"),
    ] {
        platform.then(&[Turn::Answers(403, body)]);
        let page = send(&platform, pay(&url, "coin=USDTT"));
        assert_payer_error(&page, status, code);
        assert!(page.body.contains("Deposits are not possible at the moment"), "{}", page.body);
    }
    platform.then(&[CREATED]);
    assert!(send(&platform, pay(&url, "coin=USDTT")).body.contains("https://pay.example/s-1"));
    assert_eq!(platform.seen().len(), 3);
}
