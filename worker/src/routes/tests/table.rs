use super::super::*;

#[test]
fn every_route_is_found_by_its_own_line() {
    for route in Route::ALL {
        let RouteSpec { method, path, .. } = route.spec();
        assert_eq!(Route::find(method, &path.replace("{id}", "17").replace("{token}", "17")), Ok(*route));
    }
}

#[test]
fn head_asks_for_what_get_asks_for() {
    assert_eq!(Route::find("HEAD", "/healthz"), Ok(Route::Health));
    assert_eq!(
        Route::find("HEAD", "/v1/payments"),
        Err(Unrouted::Method { pattern: "/v1/payments", allow: "POST".to_owned() })
    );
}

#[test]
fn an_unknown_path_is_told_from_a_wrong_method() {
    for path in ["//", "/v1/payments/", "/V1/payments", "/v1", "//v1/payments", "/v1/payments/17"] {
        assert_eq!(Route::find("POST", path), Err(Unrouted::Path), "{path}");
    }
    assert_eq!(
        Route::find("DELETE", "/readyz"),
        Err(Unrouted::Method { pattern: "/readyz", allow: "GET, HEAD".to_owned() })
    );
}

#[test]
fn callbacks_alone_may_have_one_slash_at_the_end() {
    for path in ["/callbacks", "/callbacks/"] {
        assert_eq!(Route::find("POST", path), Ok(Route::TakeCallback), "{path}");
        assert_eq!(
            Route::find("GET", path),
            Err(Unrouted::Method { pattern: "/callbacks", allow: "POST".to_owned() }),
            "{path}"
        );
    }
    for path in ["/callbacks//", "//callbacks", "//callbacks/", "/callbacks/1", "/callbacks/%2F", "/callbacks%2F"] {
        assert_eq!(Route::find("POST", path), Err(Unrouted::Path), "{path}");
    }
    for route in Route::ALL.iter().filter(|route| **route != Route::TakeCallback && **route != Route::Home) {
        let RouteSpec { method, path, .. } = route.spec();
        let path = format!("{}/", path.replace("{id}", "17").replace("{token}", "17"));
        assert_eq!(Route::find(method, &path), Err(Unrouted::Path), "{path}");
    }
}

#[test]
fn a_parameter_is_one_whole_part_of_the_path() {
    assert_eq!(Route::find("DELETE", "/v1/callbacks/17"), Ok(Route::EraseCallback));
    assert_eq!(Route::EraseCallback.parameter("/v1/callbacks/a%2Fb"), Some("a%2Fb"));
    assert_eq!(Route::find("POST", "/v1/callbacks/17/redeliver"), Ok(Route::RedeliverCallback));
    assert_eq!(Route::RedeliverCallback.parameter("/v1/callbacks/17/redeliver"), Some("17"));
    for path in ["/v1/callbacks/", "/v1/callbacks/1/2", "/v1/callbacks//redeliver", "/v1/callbacks/1/redeliver/"] {
        assert_eq!(Route::find("POST", path), Err(Unrouted::Path), "{path}");
    }
    assert_eq!(
        Route::find("GET", "/v1/callbacks/17"),
        Err(Unrouted::Method { pattern: "/v1/callbacks/{id}", allow: "DELETE".to_owned() })
    );
}

#[test]
fn a_token_names_routes_by_path_or_by_method_and_path() {
    let named = |entry: &str| -> Vec<Route> {
        Route::ALL.iter().copied().filter(|route| route.spec().is_named(entry)).collect()
    };
    assert_eq!(named("/v1/payments"), [Route::CreatePayment]);
    assert_eq!(named("POST /v1/addresses"), [Route::TakeAddress]);
    assert_eq!(named("GET /readyz"), [Route::Ready]);
    for nothing in ["GET /v1/payments", "/healthz", "payments", "", "POST", "post /v1/payments", "POST  /v1/payments"] {
        assert!(named(nothing).is_empty(), "{nothing}");
    }
}
