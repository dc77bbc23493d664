//! The table of routes, and a request from beginning to end.

use crate::{
    addresses,
    app::{App, Context},
    auth,
    bindings::Runtime,
    catalogue, checkout,
    checkout::pages::error_page::explain,
    clock::elapsed,
    documentation,
    http::{
        Answer, Cause, Incoming, Problem, Record,
        request::{REQUEST_ID, id_of, path},
        route::{Auth, RouteSpec, is_for_payers},
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
            pub fn spec(self) -> &'static RouteSpec {
                match self {
                    $(Route::$route => {
                        &RouteSpec { method: $method, path: $path, auth: Auth::$auth, summary: $summary }
                    })+
                }
            }

            /// Calls the route's handler.
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
    pub fn find(method: &str, path: &str) -> Result<Route, Unrouted> {
        let method = if method == "HEAD" { "GET" } else { method };
        let here: Vec<Route> = Route::ALL.iter().copied().filter(|route| route.parameter(path).is_some()).collect();
        match (here.iter().find(|route| route.spec().method == method), here.first()) {
            (Some(route), _) => Ok(*route),
            (None, None) => Err(Unrouted::Path),
            (None, Some(first)) => Err(Unrouted::Method { pattern: first.spec().path, allow: allow(&here) }),
        }
    }

    /// The part of a path in the place of `{id}` or `{token}`, still encoded; empty if the route has neither. `None` if
    /// the path is another one.
    fn parameter(self, path: &str) -> Option<&str> {
        let spec = self.spec();
        // Callback URLs are often configured with a slash at the end, and the gateway gives up on a 404.
        let path = if spec.auth == Auth::Signature { path.strip_suffix('/').unwrap_or(path) } else { path };
        let Some((before, rest)) = spec.path.split_once('{') else {
            return (spec.path == path).then_some("");
        };
        let after = rest.split_once('}').map_or("", |(_, after)| after);
        let part = path.strip_prefix(before)?.strip_suffix(after)?;
        (!part.is_empty() && !part.contains('/')).then_some(part)
    }
}

impl Unrouted {
    /// The problem that this is to the caller.
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

impl<P: Runtime> App<P> {
    /// Answers a request. The second is the line for the log.
    pub async fn serve(&self, mut request: impl Incoming) -> (Answer, String) {
        let began = self.platform.now();
        let request_id = id_of(request.header(REQUEST_ID), &self.platform);
        let mut record = Record::default();
        let (answer, problem) = match self.answer(&mut request, &mut record).await {
            Ok(answer) => (answer, None),
            Err(problem) if is_for_payers(path(request.url())) => {
                let checkout = self.settings.checkout.as_ref().ok().and_then(Option::as_ref);
                (explain(&problem, &request, checkout, &record, &request_id), Some(problem))
            }
            Err(problem) => (problem.answer(&request_id), Some(problem)),
        };
        let mut answer = answer.to(&request_id);
        let took = elapsed(&self.platform, began);
        answer.headers.push(("Server-Timing", record.server_timing(took)));
        if request.method() == "HEAD" {
            answer.body.clear();
        }
        let line = record.line(&request_id, request.method(), answer.status, took, problem.as_ref());
        (answer, line)
    }

    async fn answer(&self, request: &mut impl Incoming, record: &mut Record) -> Result<Answer, Problem> {
        let path = path(request.url());
        let route = Route::find(request.method(), path).map_err(|unrouted| unrouted.problem(record))?;
        let spec = route.spec();
        let parameter = route.parameter(path).unwrap_or_default().to_owned();
        record.route = Some(spec.path);
        let holder = match spec.auth {
            Auth::Token | Auth::OptionalToken => {
                auth::admit(&self.platform, &self.settings.tokens, spec, request, record).await?
            }
            // Their handlers check signatures and links.
            Auth::Signature | Auth::Link | Auth::Open => None,
        };
        route.handle(&mut Context { app: self, request, record, route: spec, parameter, holder }).await
    }
}

#[cfg(test)]
mod tests;
