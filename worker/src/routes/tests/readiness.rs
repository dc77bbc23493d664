//! `/readyz` and the home page: timeouts, and the details for each audience.

use futures_util::future::{join, join_all};
use serde_json::json;

use super::*;

#[test]
fn readiness_calls_the_gateway_at_most_every_ten_seconds() {
    let platform = Scripted::of(&[
        PONG,
        ACCOUNTS,
        PONG,
        Turn::Answers(403, r#"{"error":"Bad key header","code":"bad_header_key"}"#),
    ]);
    let app = app(&platform, &[]);
    let url = "https://edge.example/readyz";
    let first = ready(&app, Sent::get(url));
    assert_eq!(
        (first.status, first.body),
        (
            200,
            json!({"status": "ready", "checks": [
                {"name": "settings", "ok": true}, {"name": "gateway", "ok": true}, {"name": "credentials", "ok": true},
                {"name": "rate_limits", "ok": true}
            ]})
        )
    );
    platform.pass(Duration::from_millis(9_900));
    assert_eq!(ready(&app, Sent::get(url)).status, 200);
    assert_eq!(platform.seen().len(), 2);
    platform.pass(Duration::from_millis(200));
    let later = ready(&app, Sent::get(url));
    assert_eq!((later.status, later.body["code"].as_str()), (503, Some("not_ready")));
    assert_eq!(later.log["failed_checks"], json!(["credentials"]));
    assert_eq!(later.body["checks"][2], json!({"name": "credentials", "ok": false, "code": "authentication_failed"}));
}

#[test]
fn concurrent_readiness_checks_make_one_call_each() {
    let platform = Scripted::of(&[PONG, ACCOUNTS]);
    let app = app(&platform, &[]);
    let request = || app.serve(Sent::get("https://edge.example/readyz"));
    let ((first, second), third) = platform.run(join(join(request(), request()), request()));
    assert_eq!([reply_of(first).status, reply_of(second).status, reply_of(third).status], [200; 3]);
    assert_eq!(platform.seen().len(), 2);
}

#[test]
fn a_check_continues_after_the_request_that_started_it_ended() {
    let platform = Scripted::of(&[PONG, ACCOUNTS]);
    let app = app(&platform, &[]);
    {
        let mut lost = core::pin::pin!(app.serve(Sent::get("https://edge.example/readyz")));
        let mut context = core::task::Context::from_waker(core::task::Waker::noop());
        assert!(lost.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(ready(&app, Sent::get("https://edge.example/readyz")).status, 200);
    assert_eq!(platform.seen().len(), 2);
}

#[test]
fn requests_without_a_token_wait_at_most_a_second_for_a_hanging_check() {
    for path in ["/readyz", "/"] {
        let platform = Scripted::of(&[Turn::Stalls, Turn::Stalls]);
        let app = app(&platform, &[("UPSTREAM_DEADLINE_MS", Some("10000"))]);
        let url = format!("https://edge.example{path}");
        let timers = platform.timers();
        let answers = platform.run(join_all((0..20).map(|_| app.serve(Sent::get(&url)))));
        assert_eq!(platform.clock(), Duration::from_secs(1), "{path}");
        for (answer, line) in answers {
            assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{line}");
            assert!(answer.body.contains("checking") || answer.body.contains("being checked"), "{}", answer.body);
        }
        // One timer for each request, and those of the two calls to the gateway.
        assert!(platform.timers() - timers <= 22, "{} timers", platform.timers() - timers);
        assert_eq!(platform.seen().len(), 2, "{path}");
    }
}

#[test]
fn requests_without_a_token_receive_the_latest_result_while_a_new_check_hangs() {
    for (turns, status) in [([PONG, ACCOUNTS], 200), ([BROKEN, ACCOUNTS], 503)] {
        let platform = Scripted::of(&turns);
        let app = app(&platform, &[("UPSTREAM_DEADLINE_MS", Some("10000"))]);
        let url = "https://edge.example/readyz";
        let first = ready(&app, Sent::get(url));
        assert_eq!(first.status, status);
        platform.then(&[Turn::Stalls, Turn::Stalls]);
        platform.pass(Duration::from_secs(11));
        let began = platform.clock();
        let later = ready(&app, Sent::get(url));
        assert_eq!((later.status, &later.body["checks"]), (status, &first.body["checks"]));
        assert_eq!(platform.clock() - began, Duration::from_secs(1));
        let holder = Sent::get(url).with("Authorization", &format!("Bearer {TOKEN}"));
        assert_eq!(ready(&app, holder).body["checks"][1]["code"], "timeout", "a holder waits for the result");
        assert_eq!(platform.clock() - began, Duration::from_secs(10));
    }
}

/// Returns a request for a route, with an invalid parameter in its path and an empty body.
fn of_route(route: Route) -> Sent {
    let (method, path) = (route.spec().method, route.spec().path);
    Sent::get(&format!("https://edge.example{}", path.replace("{id}", "17").replace("{token}", "x"))).by(method)
}

#[test]
fn an_unknown_token_is_counted_and_refused_by_the_routes_that_read_one() {
    for route in Route::ALL {
        for invalid in ["Bearer unknown", "Basic c2hvcDpzZWNyZXQ=", "Bearer"] {
            let counted = |header: Option<&str>| {
                let platform = Scripted::of(&[PONG, ACCOUNTS]);
                platform.limit(Limiter::Address, 9);
                let request = match header {
                    Some(header) => of_route(*route).with("Authorization", header),
                    None => of_route(*route),
                };
                let request = request.with("CF-Connecting-IP", "203.0.113.7").with("X-Request-Id", "r");
                let (answer, _) = platform.run(app(&platform, &[]).serve(request));
                (answer.status, answer.body, platform.counted())
            };
            let (with, without) = (counted(Some(invalid)), counted(None));
            if route.spec().reads_token() {
                let address = (Limiter::Address, "203.0.113.7".to_owned());
                assert_eq!((with.0, with.2), (401, vec![address]), "{route:?} {invalid}");
            } else {
                assert_eq!(with, without, "{route:?} {invalid}");
            }
        }
    }
}

#[test]
fn readiness_details_require_a_token_for_the_route() {
    let names = ["/readyz", "GET /readyz"];
    for (routes, is_allowed) in [
        (String::new(), true),
        (format!(r#","routes":["{}"]"#, names[0]), true),
        (format!(r#","routes":["POST /v1/payments","{}"]"#, names[1]), true),
        (r#","routes":["POST /v1/payments"]"#.to_owned(), false),
        (r#","routes":[]"#.to_owned(), false),
    ] {
        let tokens = format!(r#"[{{"name":"shop","token":"{TOKEN}"{routes}}}]"#);
        let app = app(&Scripted::default(), &[("WORKER_TOKENS", Some(&tokens)), ("CITRN_SECRET", None)]);
        for url in ["https://edge.example/readyz", "http://127.0.0.1:8787/readyz"] {
            let reply = ready(&app, Sent::get(url).with("Authorization", &format!("Bearer {TOKEN}")));
            assert_eq!((reply.status, reply.answer.body.contains("CITRN_SECRET")), (503, is_allowed), "{tokens} {url}");
            assert_eq!(reply.log["token"], "shop");
        }
    }
}

#[test]
fn requests_without_a_token_are_limited_by_address() {
    for path in ["/readyz", "/"] {
        let platform = Scripted::of(&[PONG, ACCOUNTS]);
        platform.limit(Limiter::Address, 2);
        platform.limit(Limiter::Token, 9);
        let app = app(&platform, &[]);
        let url = format!("https://edge.example{path}");
        let statuses = [(); 3].map(|()| ready(&app, Sent::get(&url).with("CF-Connecting-IP", "2001:db8::1")).status);
        assert_eq!(statuses, [200, 200, 429], "{path}");
        assert_eq!(platform.counted()[0], (Limiter::Address, "2001:db8:0:0::/56".to_owned()));
    }
}

#[test]
fn readiness_reports_to_holders_that_no_payment_is_allowed() {
    for (origins, code) in
        [("", Some("not_configured")), (" , ", Some("not_configured")), ("https://shop.example", None)]
    {
        let platform = Scripted::of(&[PONG, ACCOUNTS]);
        let app = app(&platform, &[("ALLOWED_RETURN_ORIGINS", Some(origins))]);
        let reply = ready(&app, catalogue("/readyz"));
        let check = &reply.body["checks"][0];
        assert_eq!((reply.status, check["ok"].as_bool(), check["code"].as_str()), (200, Some(true), code), "{origins}");
        let listed = origins.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        assert_eq!(check["return_origins"], json!(listed.collect::<Vec<_>>()));
        let stranger = ready(&app, Sent::get("https://edge.example/readyz"));
        assert!(!stranger.answer.body.contains("ORIGINS"), "{}", stranger.body);
        assert_eq!(stranger.body["checks"][0]["return_origins"], Value::Null);
    }
}

#[test]
fn names_of_settings_are_shown_only_to_holders_of_a_token_and_on_this_machine() {
    let app = app(&Scripted::default(), &[("CITRN_SECRET", None)]);
    let outside = Sent::get("https://edge.example/readyz");
    let wrong = Sent::get("https://edge.example/readyz").with("Authorization", "Bearer unknown");
    let refused = ready(&app, wrong);
    assert_eq!((refused.status, refused.body["code"].as_str()), (401, Some("token_unknown")));
    {
        let reply = ready(&app, outside);
        assert_eq!(reply.status, 503);
        assert!(!reply.answer.body.contains("CITRN_SECRET"), "{}", reply.body);
        assert_eq!(
            reply.body["checks"],
            json!([
                {"name": "settings", "ok": false, "code": "invalid_configuration"}, {"name": "rate_limits", "ok": true}
            ])
        );
    }
    let inside = Sent::get("http://127.0.0.1:8787/readyz");
    let holder = Sent::get("https://edge.example/readyz").with("Authorization", &format!("Bearer {TOKEN}"));
    for request in [inside, holder] {
        let reply = ready(&app, request);
        let detail = reply.body["checks"][0]["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("CITRN_SECRET is not set"), "{detail}");
    }
}

#[test]
fn readiness_counts_given_up_deliveries_only_for_holders_of_a_token() {
    let platform = Scripted::of(&[PONG, ACCOUNTS]);
    let app = app(&platform, &[]);
    let stranger = Sent::get("https://edge.example/readyz");
    assert_eq!(ready(&app, stranger).status, 200);
    assert_eq!(ready(&app, Sent::get("http://127.0.0.1:8787/readyz")).body["checks"][3]["code"], "not_bound");
    assert_eq!(platform.databases(), []);
    let deliveries = &ready(&app, catalogue("/readyz")).body["checks"][4];
    assert_eq!(*deliveries, json!({"name": "deliveries", "ok": true, "webhook_url": "https://shop.example/webhooks"}));
    platform.merchant(&[500; 40]);
    for id in 0..2 {
        let body = format!(r#"{{"id":{id},"status":"confirmed"}}"#);
        assert_eq!(ready(&app, Sent::callback(body.as_bytes())).status, 200);
    }
    platform.alarms_until(Duration::from_secs(5 * 86_400));
    platform.then(&[PONG, ACCOUNTS]);
    let reply = ready(&app, catalogue("/readyz"));
    assert_eq!((reply.status, reply.body["checks"][4]["code"].as_str()), (503, Some("deliveries_parked")));
    assert!(reply.body["checks"][4]["detail"].as_str().unwrap().starts_with("Deliveries given up: 2."));
    assert_eq!(reply.log["failed_checks"], json!(["deliveries"]));
}
