//! The routes: which method and path ask for what.

/// Something that can be asked of the Worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Creates a redirect payment.
    CreatePayment,
    /// Takes a deposit address.
    TakeAddress,
    /// Makes a link to the checkout.
    CreateCheckoutLink,
    /// Shows the coins that a payer can choose from.
    ShowCheckout,
    /// Begins what a payer chose.
    BeginCheckout,
    /// Shows what is known of a payer's deposits.
    CheckoutStatus,
    /// Lists currencies.
    Currencies,
    /// Lists rates.
    Rates,
    /// Takes a callback in.
    TakeCallback,
    /// Lists what the inbox holds.
    ListCallbacks,
    /// Delivers a callback again.
    RedeliverCallback,
    /// Drops the body of a callback.
    EraseCallback,
    /// Whether the Worker runs.
    Health,
    /// Whether the Worker can do its work.
    Ready,
    /// The contract, for programs.
    Contract,
    /// The page for people.
    Home,
}

/// Why a method and a path ask for nothing.
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
    /// Every route.
    pub const ALL: &'static [Route] = &[
        Route::CreatePayment,
        Route::TakeAddress,
        Route::CreateCheckoutLink,
        Route::ShowCheckout,
        Route::BeginCheckout,
        Route::CheckoutStatus,
        Route::Currencies,
        Route::Rates,
        Route::TakeCallback,
        Route::ListCallbacks,
        Route::RedeliverCallback,
        Route::EraseCallback,
        Route::Health,
        Route::Ready,
        Route::Contract,
        Route::Home,
    ];

    /// The method and the path that ask for it.
    #[must_use]
    pub fn line(self) -> (&'static str, &'static str) {
        match self {
            Route::CreatePayment => ("POST", "/v1/payments"),
            Route::TakeAddress => ("POST", "/v1/addresses"),
            Route::CreateCheckoutLink => ("POST", "/v1/checkout-links"),
            Route::ShowCheckout => ("GET", "/c/{token}"),
            Route::BeginCheckout => ("POST", "/c/{token}"),
            Route::CheckoutStatus => ("GET", "/c/{token}/status"),
            Route::Currencies => ("GET", "/v1/currencies"),
            Route::Rates => ("GET", "/v1/rates"),
            Route::TakeCallback => ("POST", "/callbacks"),
            Route::ListCallbacks => ("GET", "/v1/callbacks"),
            Route::RedeliverCallback => ("POST", "/v1/callbacks/{id}/redeliver"),
            Route::EraseCallback => ("DELETE", "/v1/callbacks/{id}"),
            Route::Health => ("GET", "/healthz"),
            Route::Ready => ("GET", "/readyz"),
            Route::Contract => ("GET", "/openapi.json"),
            Route::Home => ("GET", "/"),
        }
    }

    /// The path, as logs and tokens write it.
    #[must_use]
    pub fn pattern(self) -> &'static str {
        self.line().1
    }

    /// What it does, in a line.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Route::CreatePayment => "Creates a redirect payment",
            Route::TakeAddress => "Takes a deposit address; the same customer and currency give the same one",
            Route::CreateCheckoutLink => "Makes a link that a payer pays by, in a coin of his choice",
            Route::ShowCheckout => "Shows a payer the coins to choose from; creates nothing",
            Route::BeginCheckout => "Leads the payer on to the gateway's page, or shows a deposit address",
            Route::CheckoutStatus => "Shows a payer what is known of his deposits",
            Route::Currencies => "Lists the currencies",
            Route::Rates => "Lists the exchange rates",
            Route::TakeCallback => "Takes a signed callback of the gateway in",
            Route::ListCallbacks => "Lists the events of the callback inbox",
            Route::RedeliverCallback => "Delivers an event again",
            Route::EraseCallback => "Erases the body of an event",
            Route::Health => "Tells whether the Worker runs",
            Route::Ready => "Tells whether the Worker can do its work",
            Route::Contract => "Gives this contract in the format of OpenAPI",
            Route::Home => "Shows a page for people",
        }
    }

    /// Whether it is only for holders of a token.
    #[must_use]
    pub fn needs_token(self) -> bool {
        match self {
            Route::CreatePayment
            | Route::TakeAddress
            | Route::CreateCheckoutLink
            | Route::Currencies
            | Route::Rates
            | Route::ListCallbacks
            | Route::RedeliverCallback
            | Route::EraseCallback => true,
            Route::TakeCallback
            | Route::ShowCheckout
            | Route::BeginCheckout
            | Route::CheckoutStatus
            | Route::Health
            | Route::Ready
            | Route::Contract
            | Route::Home => false,
        }
    }

    /// Whether it reads a token: then a wrong one is refused, and a token's `routes` can name it. `/readyz` is
    /// open to any caller, and gives details to holders.
    #[must_use]
    pub fn reads_token(self) -> bool {
        self.needs_token() || self == Route::Ready
    }

    /// Whether a path is one of the checkout's pages, or looks like one: what goes wrong there is told in words.
    #[must_use]
    pub fn is_for_payers(path: &str) -> bool {
        path.starts_with("/c/")
    }

    /// The part of a path that stands where the pattern has `{id}` or `{token}`, still encoded; empty where the pattern has
    /// neither. `None` when the path is another one.
    #[must_use]
    pub fn parameter(self, path: &str) -> Option<&str> {
        // Callback URLs are often configured with a slash at the end, and the gateway gives up on a 404.
        let path = if self == Route::TakeCallback { path.strip_suffix('/').unwrap_or(path) } else { path };
        let Some((before, rest)) = self.pattern().split_once('{') else {
            return (self.pattern() == path).then_some("");
        };
        let after = rest.split_once('}').map_or("", |(_, after)| after);
        let id = path.strip_prefix(before)?.strip_suffix(after)?;
        (!id.is_empty() && !id.contains('/')).then_some(id)
    }

    /// The route that a method and a path ask for. A GET route answers HEAD as well.
    ///
    /// # Errors
    /// Why there is none.
    pub fn find(method: &str, path: &str) -> Result<Route, Unrouted> {
        let method = if method == "HEAD" { "GET" } else { method };
        let here: Vec<Route> = Route::ALL.iter().copied().filter(|route| route.parameter(path).is_some()).collect();
        match (here.iter().find(|route| route.line().0 == method), here.first()) {
            (Some(route), _) => Ok(*route),
            (None, None) => Err(Unrouted::Path),
            (None, Some(first)) => Err(Unrouted::Method { pattern: first.pattern(), allow: allow(&here) }),
        }
    }

    /// The routes that a token's `routes` means by one of its entries: a method and a path, or a path for all its methods.
    #[must_use]
    pub fn named(text: &str) -> Vec<Route> {
        let (method, path) = text.split_once(' ').map_or((None, text), |(method, path)| (Some(method), path));
        let is_meant = |route: &Route| {
            let line = route.line();
            route.reads_token() && line.1 == path && method.is_none_or(|method| method == line.0)
        };
        Route::ALL.iter().copied().filter(is_meant).collect()
    }
}

fn allow(routes: &[Route]) -> String {
    let methods: Vec<&str> = routes
        .iter()
        .map(|route| match route.line().0 {
            "GET" => "GET, HEAD",
            method => method,
        })
        .collect();
    methods.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_found_by_its_own_line() {
        for route in Route::ALL {
            let (method, path) = route.line();
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
            let (method, path) = route.line();
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
        assert_eq!(Route::named("/v1/payments"), [Route::CreatePayment]);
        assert_eq!(Route::named("POST /v1/addresses"), [Route::TakeAddress]);
        assert_eq!(Route::named("GET /readyz"), [Route::Ready]);
        for nothing in
            ["GET /v1/payments", "/healthz", "payments", "", "POST", "post /v1/payments", "POST  /v1/payments"]
        {
            assert!(Route::named(nothing).is_empty(), "{nothing}");
        }
    }
}
