//! The routes: which method and path ask for what.

/// Something that can be asked of the Worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Creates a redirect payment.
    CreatePayment,
    /// Takes a deposit address.
    TakeAddress,
    /// Whether the Worker runs.
    Health,
    /// Whether the Worker can do its work.
    Ready,
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
    pub const ALL: &'static [Route] = &[Route::CreatePayment, Route::TakeAddress, Route::Health, Route::Ready];

    /// The method and the path that ask for it.
    #[must_use]
    pub fn line(self) -> (&'static str, &'static str) {
        match self {
            Route::CreatePayment => ("POST", "/v1/payments"),
            Route::TakeAddress => ("POST", "/v1/addresses"),
            Route::Health => ("GET", "/healthz"),
            Route::Ready => ("GET", "/readyz"),
        }
    }

    /// The path, as logs and tokens write it.
    #[must_use]
    pub fn pattern(self) -> &'static str {
        self.line().1
    }

    /// Whether it is only for holders of a token; only these can be named in a token's `routes`.
    #[must_use]
    pub fn needs_token(self) -> bool {
        matches!(self, Route::CreatePayment | Route::TakeAddress)
    }

    /// The route that a method and a path ask for. A GET route answers HEAD as well.
    ///
    /// # Errors
    /// Why there is none.
    pub fn find(method: &str, path: &str) -> Result<Route, Unrouted> {
        let method = if method == "HEAD" { "GET" } else { method };
        let here: Vec<Route> = Route::ALL.iter().copied().filter(|route| route.pattern() == path).collect();
        match (here.iter().find(|route| route.line().0 == method), here.first()) {
            (Some(route), _) => Ok(*route),
            (None, None) => Err(Unrouted::Path),
            (None, Some(first)) => Err(Unrouted::Method { pattern: first.pattern(), allow: allow(&here) }),
        }
    }

    /// The routes that a token's `routes` means by one of its entries: a path, or a method and a path.
    #[must_use]
    pub fn named(text: &str) -> Vec<Route> {
        let (method, path) = text.split_once(' ').map_or((None, text), |(method, path)| (Some(method), path));
        let is_meant = |route: &Route| {
            let line = route.line();
            route.needs_token() && line.1 == path && method.is_none_or(|method| method == line.0)
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
            assert_eq!(Route::find(method, path), Ok(*route));
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
        for path in ["/", "/v1/payments/", "/V1/payments", "/v1", "//v1/payments", "/v1/payments/17"] {
            assert_eq!(Route::find("POST", path), Err(Unrouted::Path), "{path}");
        }
        assert_eq!(
            Route::find("DELETE", "/readyz"),
            Err(Unrouted::Method { pattern: "/readyz", allow: "GET, HEAD".to_owned() })
        );
    }

    #[test]
    fn a_token_names_routes_by_path_or_by_method_and_path() {
        assert_eq!(Route::named("/v1/payments"), [Route::CreatePayment]);
        assert_eq!(Route::named("POST /v1/addresses"), [Route::TakeAddress]);
        for nothing in
            ["GET /v1/payments", "/healthz", "payments", "", "POST", "post /v1/payments", "POST  /v1/payments"]
        {
            assert!(Route::named(nothing).is_empty(), "{nothing}");
        }
    }
}
