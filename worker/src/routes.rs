//! The route table, and the handling of a request.

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
        traceparent::{TRACEPARENT, TraceParent},
    },
    inbox, payments, readiness,
};

/// Defines [`Route`] and its handlers from a table.
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

            /// The row of every route, in the same order.
            pub const SPECS: &'static [RouteSpec] =
                &[$(RouteSpec { method: $method, path: $path, auth: Auth::$auth, summary: $summary }),+];

            /// Returns the route's row.
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
        "Returns a deposit address, the same one for the same customer and currency";
    CreateCheckoutLink: "POST" "/v1/checkout-links", Token, checkout::handlers::create,
        "Creates a checkout link, where the payer chooses a coin and pays";
    ShowCheckout: "GET" "/c/{token}", Link, checkout::handlers::show,
        "Shows the payer the coins to choose from";
    BeginCheckout: "POST" "/c/{token}", Link, checkout::handlers::begin,
        "Redirects the payer to the gateway's page, or shows a deposit address";
    CheckoutStatus: "GET" "/c/{token}/status", Link, checkout::handlers::status,
        "Shows the payer the status of their deposits";
    Currencies: "GET" "/v1/currencies", Token, catalogue::currencies, "Lists the currencies";
    Rates: "GET" "/v1/rates", Token, catalogue::rates, "Lists the exchange rates";
    TakeCallback: "POST" "/callbacks", Signature, inbox::handlers::take, "Receives a signed callback from the gateway";
    ListCallbacks: "GET" "/v1/callbacks", Token, inbox::lists::callbacks, "Lists the events of the callback inbox";
    ListDeposits: "GET" "/v1/deposits", Token, inbox::lists::deposits, "Lists the deposits of a customer or an address";
    RedeliverCallbacks: "POST" "/v1/callbacks/redeliver", Token, inbox::redelivery::redeliver,
        "Delivers the events of a filter again";
    EraseCustomer: "DELETE" "/v1/callbacks", Token, inbox::erasure::erase, "Erases the bodies of a customer's events";
    RedeliverCallback: "POST" "/v1/callbacks/{id}/redeliver", Token, inbox::handlers::redeliver,
        "Delivers an event again";
    EraseCallback: "DELETE" "/v1/callbacks/{id}", Token, inbox::handlers::erase, "Erases the body of an event";
    Health: "GET" "/healthz", Open, readiness::health, "Reports whether the Worker is running";
    Ready: "GET" "/readyz", OptionalToken, readiness::ready, "Reports whether the Worker is ready to serve requests";
    Contract: "GET" "/openapi.json", Open, documentation::contract, "Returns this API description (OpenAPI)";
    Guide: "GET" "/llms.txt", Open, documentation::guide, "Returns a guide for coding agents";
    Home: "GET" "/", Open, documentation::home, "Shows a page about this Worker";
}

/// The reason why a method and a path have no route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoutingError {
    /// No route has this path.
    Path,
    /// Routes have this path, but none with this method.
    Method {
        /// The path's pattern.
        pattern: &'static str,
        /// The existing methods, as listed in the header `Allow`.
        allow: String,
    },
}

impl Route {
    /// Returns the route of a method and a path. GET routes also handle HEAD.
    pub fn find(method: &str, path: &str) -> Result<Route, RoutingError> {
        let method = if method == "HEAD" { "GET" } else { method };
        let mut here: Vec<Route> = Route::ALL.iter().copied().filter(|route| route.parameter(path).is_some()).collect();
        // As in OpenAPI, a path without a parameter takes precedence.
        let is_concrete = |route: &Route| route.parameter(path) == Some("");
        if here.iter().any(is_concrete) {
            here.retain(is_concrete);
        }
        match (here.iter().find(|route| route.spec().method == method), here.first()) {
            (Some(route), _) => Ok(*route),
            (None, None) => Err(RoutingError::Path),
            (None, Some(first)) => Err(RoutingError::Method { pattern: first.spec().path, allow: allow(&here) }),
        }
    }

    /// Returns the segment of a path at `{id}` or `{token}`, still percent-encoded, or an empty text if the route has
    /// neither. `None` if the path does not match.
    fn parameter(self, path: &str) -> Option<&str> {
        let spec = self.spec();
        // Callback URLs are often configured with a trailing slash, and the gateway does not retry after a 404.
        let path = if spec.auth == Auth::Signature { path.strip_suffix('/').unwrap_or(path) } else { path };
        let Some((before, rest)) = spec.path.split_once('{') else {
            return (spec.path == path).then_some("");
        };
        let after = rest.split_once('}').map_or("", |(_, after)| after);
        let part = path.strip_prefix(before)?.strip_suffix(after)?;
        (!part.is_empty() && !part.contains('/')).then_some(part)
    }
}

impl RoutingError {
    /// Returns the problem for the caller.
    pub fn problem(self, record: &mut Record) -> Problem {
        match self {
            RoutingError::Path => {
                let routes: Vec<String> =
                    Route::SPECS.iter().map(|spec| format!("{} {}", spec.method, spec.path)).collect();
                let detail = format!("No route has this path. The routes are {}.", routes.join(", "));
                Problem::new(Cause::NotFound, detail)
            }
            RoutingError::Method { pattern, allow } => {
                record.route = Some(pattern);
                Problem::new(Cause::MethodNotAllowed, format!("{pattern} supports only {allow}.")).with("Allow", allow)
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
    /// Handles a request. Returns the answer and the log line.
    pub async fn serve(&self, mut request: impl Incoming) -> (Answer, String) {
        let began = self.platform.now();
        let request_id = id_of(request.header(REQUEST_ID), &self.platform);
        let mut record = Record {
            traceparent: request.header(TRACEPARENT).as_deref().and_then(TraceParent::parse),
            platform_trace: request.trace_id().map(str::to_owned),
            ..Record::default()
        };
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
            answer.rest = None;
        }
        let line = record.line(&request_id, request.method(), answer.status, took, problem.as_ref());
        (answer, line)
    }

    async fn answer(&self, request: &mut impl Incoming, record: &mut Record) -> Result<Answer, Problem> {
        let path = path(request.url());
        let route = Route::find(request.method(), path).map_err(|error| error.problem(record))?;
        let spec = route.spec();
        let parameter = route.parameter(path).unwrap_or_default().to_owned();
        record.route = Some(spec.path);
        let holder = match spec.auth {
            Auth::Token | Auth::OptionalToken => {
                auth::admit(&self.platform, &self.settings.tokens, spec, request, record).await?
            }
            // Their handlers verify signatures and links.
            Auth::Signature | Auth::Link | Auth::Open => None,
        };
        route.handle(&mut Context { app: self, request, record, route: spec, parameter, holder }).await
    }
}

#[cfg(test)]
mod tests;
