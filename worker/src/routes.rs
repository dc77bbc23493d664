//! The routes.

use crate::{
    addresses,
    app::Context,
    bindings::Runtime,
    catalogue, checkout, documentation,
    http::{
        Answer, Cause, Incoming, Problem, Record,
        route::{Auth, RouteSpec},
    },
    inbox, payments, readiness,
};

/// Makes a table into [`Route`] and the call of each route's handler.
macro_rules! routes {
    ($($route:ident: $method:literal $path:literal, $auth:ident, $handler:path, $summary:literal;)+) => {
        /// A route.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Route {
            $(#[doc = $summary] $route,)+
        }

        impl Route {
            /// Every route.
            pub const ALL: &'static [Route] = &[$(Route::$route),+];

            /// Every route's line of the table, in the same order.
            pub const SPECS: &'static [RouteSpec] =
                &[$(RouteSpec { method: $method, path: $path, auth: Auth::$auth, summary: $summary }),+];

            /// The route's line of the table.
            #[must_use]
            pub fn spec(self) -> &'static RouteSpec {
                match self {
                    $(Route::$route => {
                        &RouteSpec { method: $method, path: $path, auth: Auth::$auth, summary: $summary }
                    })+
                }
            }

            /// Calls the route's handler.
            ///
            /// # Errors
            /// Those of the handler.
            pub async fn handle<P: Runtime, R: Incoming>(
                self,
                context: &mut Context<'_, P, R>,
            ) -> Result<Answer, Problem> {
                match self {
                    $(Route::$route => $handler(context).await,)+
                }
            }
        }
    };
}

routes! {
    CreatePayment: "POST" "/v1/payments", Token, payments::create, "Creates a redirect payment";
    TakeAddress: "POST" "/v1/addresses", Token, addresses::take,
        "Takes a deposit address; the same customer and currency give the same one";
    CreateCheckoutLink: "POST" "/v1/checkout-links", Token, checkout::handlers::create,
        "Makes a link that a payer pays by, in a coin of his choice";
    ShowCheckout: "GET" "/c/{token}", Link, checkout::handlers::show,
        "Shows a payer the coins to choose from; creates nothing";
    BeginCheckout: "POST" "/c/{token}", Link, checkout::handlers::begin,
        "Leads the payer on to the gateway's page, or shows a deposit address";
    CheckoutStatus: "GET" "/c/{token}/status", Link, checkout::handlers::status,
        "Shows a payer what is known of his deposits";
    Currencies: "GET" "/v1/currencies", Token, catalogue::currencies, "Lists the currencies";
    Rates: "GET" "/v1/rates", Token, catalogue::rates, "Lists the exchange rates";
    TakeCallback: "POST" "/callbacks", Signature, inbox::handlers::take, "Takes a signed callback of the gateway in";
    ListCallbacks: "GET" "/v1/callbacks", Token, inbox::handlers::list, "Lists the events of the callback inbox";
    RedeliverCallback: "POST" "/v1/callbacks/{id}/redeliver", Token, inbox::handlers::redeliver, "Delivers an event again";
    EraseCallback: "DELETE" "/v1/callbacks/{id}", Token, inbox::handlers::erase, "Erases the body of an event";
    Health: "GET" "/healthz", Open, readiness::health, "Tells whether the Worker runs";
    Ready: "GET" "/readyz", OptionalToken, readiness::ready, "Tells whether the Worker can do its work";
    Contract: "GET" "/openapi.json", Open, documentation::contract, "Gives this contract in the format of OpenAPI";
    Home: "GET" "/", Open, documentation::home, "Shows a page for people";
}

/// Why a method and a path have no route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unrouted {
    /// No route has this path.
    Path,
    /// Routes have this path, but none with this method.
    Method {
        /// The path, as routes write it.
        pattern: &'static str,
        /// The methods that there are, as the header `Allow` lists them.
        allow: String,
    },
}

impl Route {
    /// Returns the route of a method and a path. A GET route answers HEAD as well.
    ///
    /// # Errors
    /// Why there is none.
    pub fn find(method: &str, path: &str) -> Result<Route, Unrouted> {
        let method = if method == "HEAD" { "GET" } else { method };
        let here: Vec<Route> =
            Route::ALL.iter().copied().filter(|route| route.spec().parameter(path).is_some()).collect();
        match (here.iter().find(|route| route.spec().method == method), here.first()) {
            (Some(route), _) => Ok(*route),
            (None, None) => Err(Unrouted::Path),
            (None, Some(first)) => Err(Unrouted::Method { pattern: first.spec().path, allow: allow(&here) }),
        }
    }
}

impl Unrouted {
    /// The problem that this is to the caller.
    #[must_use]
    pub fn problem(self, record: &mut Record) -> Problem {
        match self {
            Unrouted::Path => {
                let routes: Vec<String> =
                    Route::SPECS.iter().map(|spec| format!("{} {}", spec.method, spec.path)).collect();
                let detail = format!("There is nothing at this path. There are {}.", routes.join(", "));
                Problem::new(Cause::NotFound, detail)
            }
            Unrouted::Method { pattern, allow } => {
                record.route = Some(pattern);
                Problem::new(Cause::MethodNotAllowed, format!("{pattern} takes {allow} only.")).with("Allow", allow)
            }
        }
    }
}

fn allow(routes: &[Route]) -> String {
    let methods = routes.iter().map(|route| match route.spec().method {
        "GET" => "GET, HEAD",
        method => method,
    });
    methods.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(Route::EraseCallback.spec().parameter("/v1/callbacks/a%2Fb"), Some("a%2Fb"));
        assert_eq!(Route::find("POST", "/v1/callbacks/17/redeliver"), Ok(Route::RedeliverCallback));
        assert_eq!(Route::RedeliverCallback.spec().parameter("/v1/callbacks/17/redeliver"), Some("17"));
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
        for nothing in
            ["GET /v1/payments", "/healthz", "payments", "", "POST", "post /v1/payments", "POST  /v1/payments"]
        {
            assert!(named(nothing).is_empty(), "{nothing}");
        }
    }
}
