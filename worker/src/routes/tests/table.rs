use super::super::*;

#[test]
fn every_route_is_found_by_its_method_and_path() {
    for route in Route::ALL {
        let RouteSpec { method, path, .. } = route.spec();
        assert_eq!(Route::find(method, &path.replace("{id}", "17").replace("{token}", "17")), Ok(*route));
    }
}

#[test]
fn a_path_without_a_parameter_takes_precedence() {
    let path = "/v1/callbacks/redeliver";
    assert_eq!(Route::find("POST", path), Ok(Route::RedeliverCallbacks));
    let allow = "POST".to_owned();
    assert_eq!(Route::find("DELETE", path), Err(RoutingError::Method { pattern: path, allow }));
}

#[test]
fn get_routes_also_handle_head() {
    assert_eq!(Route::find("HEAD", "/healthz"), Ok(Route::Health));
    assert_eq!(
        Route::find("HEAD", "/v1/payments"),
        Err(RoutingError::Method { pattern: "/v1/payments", allow: "POST".to_owned() })
    );
}

#[test]
fn unknown_paths_and_wrong_methods_are_distinguished() {
    for path in ["//", "/v1/payments/", "/V1/payments", "/v1", "//v1/payments", "/v1/payments/17"] {
        assert_eq!(Route::find("POST", path), Err(RoutingError::Path), "{path}");
    }
    assert_eq!(
        Route::find("DELETE", "/readyz"),
        Err(RoutingError::Method { pattern: "/readyz", allow: "GET, HEAD".to_owned() })
    );
}

#[test]
fn only_callbacks_may_have_a_trailing_slash() {
    for path in ["/callbacks", "/callbacks/"] {
        assert_eq!(Route::find("POST", path), Ok(Route::TakeCallback), "{path}");
        assert_eq!(
            Route::find("GET", path),
            Err(RoutingError::Method { pattern: "/callbacks", allow: "POST".to_owned() }),
            "{path}"
        );
    }
    for path in ["/callbacks//", "//callbacks", "//callbacks/", "/callbacks/1", "/callbacks/%2F", "/callbacks%2F"] {
        assert_eq!(Route::find("POST", path), Err(RoutingError::Path), "{path}");
    }
    for route in Route::ALL.iter().filter(|route| **route != Route::TakeCallback && **route != Route::Home) {
        let RouteSpec { method, path, .. } = route.spec();
        let path = format!("{}/", path.replace("{id}", "17").replace("{token}", "17"));
        assert_eq!(Route::find(method, &path), Err(RoutingError::Path), "{path}");
    }
}

#[test]
fn a_parameter_is_a_whole_segment_of_the_path() {
    assert_eq!(Route::find("DELETE", "/v1/callbacks/17"), Ok(Route::EraseCallback));
    assert_eq!(Route::EraseCallback.parameter("/v1/callbacks/a%2Fb"), Some("a%2Fb"));
    assert_eq!(Route::find("POST", "/v1/callbacks/17/redeliver"), Ok(Route::RedeliverCallback));
    assert_eq!(Route::RedeliverCallback.parameter("/v1/callbacks/17/redeliver"), Some("17"));
    for path in ["/v1/callbacks/", "/v1/callbacks/1/2", "/v1/callbacks//redeliver", "/v1/callbacks/1/redeliver/"] {
        assert_eq!(Route::find("POST", path), Err(RoutingError::Path), "{path}");
    }
    assert_eq!(
        Route::find("GET", "/v1/callbacks/17"),
        Err(RoutingError::Method { pattern: "/v1/callbacks/{id}", allow: "DELETE".to_owned() })
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
    for unknown in ["GET /v1/payments", "/healthz", "payments", "", "POST", "post /v1/payments", "POST  /v1/payments"] {
        assert!(named(unknown).is_empty(), "{unknown}");
    }
}
