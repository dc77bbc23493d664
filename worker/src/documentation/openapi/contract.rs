//! Generates the OpenAPI description from the code.

mod deposits;
mod events;
mod queries;
mod schemas;

use std::{fs, path::Path};

use serde_json::{Map, Value, json};

use super::TEXT;
use crate::{
    checkout::{
        links::CreatedLink,
        status::{format::EVENT_STREAM, snapshot::Snapshot},
    },
    creation::{Address, CreatedPayment, DepositAddress, Payment},
    http::{
        Cause, body,
        problem::Check,
        request::{ACCEPT, REQUEST_ID},
        response::{HTML, PLAIN_TEXT, PROBLEM},
        route::{Auth, RouteSpec, is_for_payers},
    },
    idempotency,
    inbox::{
        handlers::{Acknowledged, Erased, LIMIT, Queued},
        redelivery::Redelivery,
        stream::NDJSON,
    },
    readiness::{Alive, checks::Ready},
    routes::Route,
};
use schemas::{request, schema};

#[test]
fn the_contract_matches_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let generated = format!("{:#}\n", contract());
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(file, &generated).unwrap();
        return;
    }
    assert!(
        generated == fs::read_to_string(file).unwrap(),
        "worker/openapi.json is out of date: `npm run generate` writes it"
    );
}

#[test]
fn every_route_and_every_cause_is_in_the_contract() {
    let contract: Value = serde_json::from_str(TEXT).unwrap();
    for route in Route::ALL {
        let RouteSpec { method, path, .. } = route.spec();
        assert!(contract["paths"][*path][method.to_lowercase()].is_object(), "{method} {path}");
    }
    // Any route can answer with an internal error.
    let causes = Cause::ALL.iter().filter(|cause| **cause != Cause::InternalError);
    for (_, code, _) in causes.map(|cause| cause.describe()) {
        assert!(TEXT.contains(&format!("`{code}`")), "{code}");
    }
}

fn contract() -> Value {
    let mut paths = Map::new();
    for route in Route::ALL {
        let RouteSpec { method, path, .. } = route.spec();
        let entry = paths.entry(*path).or_insert_with(|| json!({}));
        entry[method.to_lowercase()] = operation(*route);
    }
    let mut components = Map::new();
    let own = [("Problem", schemas::problem()), ("Check", schema::<Check>()), ("Deposit", deposits::deposit())];
    for (name, schema) in own.into_iter().chain(events::components()) {
        components.insert(name.to_owned(), schema);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "citrn Worker",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Creates redirect payments, deposit addresses and checkout links, and stores and delivers \
                            the gateway's callbacks.",
            "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "webhooks": events::webhooks(),
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token from the setting WORKER_TOKENS."},
            },
            "schemas": components,
        },
    })
}

fn operation(route: Route) -> Value {
    let mut operation = json!({
        "operationId": format!("{route:?}"),
        "summary": route.spec().summary,
        "parameters": parameters(route),
        "responses": responses(route),
        "security": match route.spec().auth {
            Auth::Token => json!([{"token": []}]),
            Auth::OptionalToken => json!([{}, {"token": []}]),
            Auth::Signature | Auth::Link | Auth::Open => json!([]),
        },
    });
    let (media_type, schema) = match route {
        Route::CreatePayment => ("application/json", request::<Payment>()),
        Route::TakeAddress => ("application/json", request::<Address>()),
        Route::CreateCheckoutLink => ("application/json", schemas::link()),
        Route::RedeliverCallbacks => ("application/json", schemas::redelivery()),
        Route::BeginCheckout => ("application/x-www-form-urlencoded", schemas::choice()),
        Route::TakeCallback => {
            let description = format!("The gateway's callback, at most {LIMIT} bytes. Every signed body is stored.");
            ("application/json", json!({"description": description}))
        }
        _ => return operation,
    };
    operation["requestBody"] = json!({"required": true, "content": {media_type: {"schema": schema}}});
    if is_creation(route) || route == Route::RedeliverCallbacks {
        let limit = body::LIMIT;
        let description =
            format!("At most {limit} bytes of UTF-8; a byte order mark is ignored. Each field may appear once.");
        operation["requestBody"]["description"] = description.into();
    }
    operation
}

/// Whether a route creates something, and so takes an `Idempotency-Key`.
fn is_creation(route: Route) -> bool {
    matches!(route, Route::CreatePayment | Route::TakeAddress | Route::CreateCheckoutLink)
}

fn parameters(route: Route) -> Vec<Value> {
    let text = json!({"type": "string"});
    let mut parameters = vec![json!({
        "name": REQUEST_ID, "in": "header", "required": false, "schema": text,
        "description": "An id for the request in the logs, returned in the response. Generated if absent or unusable.",
    })];
    if route.spec().path.contains("{id}") {
        parameters.push(json!({
            "name": "id", "in": "path", "required": true, "schema": {"type": "string", "minLength": 1},
            "description": "The id of an event, or of a transaction, which selects all of its events.",
        }));
    }
    if route.spec().path.contains("{token}") {
        parameters.push(json!({
            "name": "token", "in": "path", "required": true, "schema": text,
            "description": "The last part of a link's `url`. It cannot be guessed and has exactly one spelling.",
        }));
        parameters.push(json!({
            "name": "Accept", "in": "header", "required": false, "schema": text,
            "description": "If it accepts JSON or `text/event-stream`, and not `text/html`, problems are returned as \
                            JSON instead of as pages, and the status in that format.",
        }));
    }
    if route == Route::CheckoutStatus {
        parameters.push(json!({
            "name": "Origin", "in": "header", "required": false, "schema": text,
            "description": "An origin of the setting CHECKOUT_FRAME_ORIGINS may read the JSON and the events (CORS, \
                            without credentials).",
        }));
    }
    if is_creation(route) {
        let pattern = format!("^[!-~]{{1,{}}}$", idempotency::LONGEST);
        parameters.push(json!({
            "name": idempotency::HEADER, "in": "header", "required": false,
            "schema": {"type": "string", "pattern": pattern, "examples": ["order-17"]},
            "description": "Makes the request take effect once, however often it is sent within 24 hours. 1 to 128 \
                            visible ASCII characters without spaces, in one header. A refusal before anything was \
                            sent, or a refusal that may be temporary, releases the key, unless an earlier attempt with \
                            it may have been sent.",
        }));
    }
    if is_list(route) {
        parameters.push(json!({
            "name": ACCEPT, "in": "header", "required": false, "schema": text,
            "description": format!("`{NDJSON}` streams all entries instead of a page. `limit` does not apply then."),
        }));
    }
    if route == Route::TakeCallback {
        parameters.push(json!({
            "name": citrn::SIGNATURE_HEADER, "in": "header", "required": true,
            "schema": {"type": "string", "pattern": "^[0-9A-Fa-f]{128}$", "examples": ["0".repeat(128)]},
            "description": "HMAC-SHA512 of the body, in hex.",
        }));
    }
    parameters.extend(queries::parameters(route));
    parameters
}

/// Whether a route lists events or deposits.
fn is_list(route: Route) -> bool {
    matches!(route, Route::ListCallbacks | Route::ListDeposits)
}

fn responses(route: Route) -> Value {
    let page = || json!({HTML: {"schema": {"type": "string"}}});
    let json_of = |schema: Value| json!({"application/json": {"schema": schema}});
    let (status, description, content) = match route {
        Route::CreatePayment => (201, "The payment is created.", json_of(schema::<CreatedPayment>())),
        Route::TakeAddress => (200, "The address.", json_of(schema::<DepositAddress>())),
        Route::CreateCheckoutLink => (201, "The link.", json_of(schema::<CreatedLink>())),
        Route::ShowCheckout => (200, "The page with the coins.", page()),
        Route::BeginCheckout => (200, "A page that redirects to the gateway, or one with a deposit address.", page()),
        Route::CheckoutStatus => {
            let description = "The status of the deposits: a page, JSON, or events named `status` whose data are the \
                               same JSON. A stream ends after 10 minutes.";
            (200, description, page())
        }
        Route::Currencies => {
            let list = json!({"type": "array", "items": {"type": "object"}});
            (200, "The currencies.", json_of(schemas::catalogue(list)))
        }
        Route::Rates => (200, "The rates, in the gateway's format.", json_of(schemas::catalogue(json!({})))),
        Route::TakeCallback => (200, "The callback is stored.", json_of(schema::<Acknowledged>())),
        Route::ListCallbacks => (200, "A page of events, oldest first.", json_of(events::events())),
        Route::ListDeposits => (200, "A page of deposits, oldest first.", json_of(deposits::deposits())),
        Route::RedeliverCallbacks => {
            (202, "The deliveries are queued, or counted with `dry_run`.", json_of(schema::<Redelivery>()))
        }
        Route::EraseCustomer => (200, "The bodies are dropped.", json_of(schema::<Erased>())),
        Route::RedeliverCallback => (202, "Another delivery is queued.", json_of(schema::<Queued>())),
        Route::EraseCallback => (200, "The bodies are dropped.", json_of(schema::<Erased>())),
        Route::Health => (200, "The Worker is running.", json_of(schema::<Alive>())),
        Route::Ready => (200, "All checks passed.", json_of(schema::<Ready<'_>>())),
        Route::Contract => (200, "This document.", json_of(json!({"type": "object"}))),
        Route::Guide => (200, "The guide.", json!({PLAIN_TEXT: {"schema": {"type": "string"}}})),
        Route::Home => (200, "The home page.", page()),
    };
    let mut content = content;
    if route == Route::CheckoutStatus {
        content["application/json"] = json!({"schema": schema::<Snapshot<'_>>()});
        content[EVENT_STREAM] = json!({"schema": {"type": "string"}});
    }
    if is_list(route) {
        content[NDJSON] = json!({"schema": schemas::lines()});
    }
    let mut responses = Map::new();
    responses.insert(status.to_string(), json!({"description": description, "content": content}));
    for (status, text) in causes(route) {
        let problem = || {
            let mut content = json!({PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}});
            if is_for_payers(route.spec().path) || route == Route::Home {
                content[HTML] = page()[HTML].take();
            }
            json!({"description": "", "content": content})
        };
        let response = responses.entry(status.to_string()).or_insert_with(problem);
        let before = response["description"].as_str().unwrap();
        response["description"] = format!("{before} {text}").trim_start().into();
    }
    Value::Object(responses)
}

/// The causes of routes that take parameters in the body.
const BODY: [Cause; 6] = {
    use Cause::*;
    [BodyTooLarge, MalformedBody, MissingParameter, UnknownParameter, DuplicateParameter, InvalidParameter]
};

/// The failures of the gateway's calls.
const GATEWAY: [(u16, &str); 5] = [
    (409, "`duplication_request`: the gateway already received this request."),
    (422, "The gateway refused the request: `code` is its reason."),
    (502, "The gateway failed."),
    (503, "The gateway limits the Worker's calls, or the coin's network is temporarily unavailable."),
    (504, "The gateway did not answer in time."),
];

/// Returns the error statuses of a route, each with a sentence about it.
fn causes(route: Route) -> Vec<(u16, String)> {
    use Cause::*;
    let mut causes = vec![NotFound, MethodNotAllowed];
    match route.spec().auth {
        Auth::Token => {
            causes.extend([TokenRequired, TokenUnknown, RouteNotAllowed, TooManyRequests, InvalidConfiguration]);
        }
        Auth::Link => {
            causes.extend([LinkNotFound, LinkExpired, TooManyRequests, StorageUnavailable, InvalidConfiguration]);
        }
        Auth::OptionalToken => causes.extend([TokenRequired, TokenUnknown]),
        Auth::Signature | Auth::Open => {}
    }
    match route {
        Route::ShowCheckout => causes.push(NoCoinAvailable),
        Route::BeginCheckout => causes.extend(BODY.into_iter().chain([CoinNotOffered, OutcomeUnknown])),
        Route::CreatePayment | Route::TakeAddress | Route::CreateCheckoutLink => {
            causes.extend(BODY);
            causes.extend((route != Route::TakeAddress).then_some(ReturnUrlNotAllowed));
            causes.extend([IdempotencyKeyReused, OutcomeUnknown, StorageUnavailable]);
        }
        Route::TakeCallback => {
            causes.extend([BodyTooLarge, MalformedBody, InvalidSignature]);
            causes.extend([TooManyRequests, StorageUnavailable, InvalidConfiguration]);
        }
        Route::ListCallbacks => {
            causes.extend([UnknownParameter, DuplicateParameter, InvalidParameter, StorageUnavailable]);
        }
        Route::ListDeposits => causes.extend([
            MissingParameter,
            UnknownParameter,
            DuplicateParameter,
            InvalidParameter,
            StorageUnavailable,
        ]),
        Route::RedeliverCallbacks => causes.extend(BODY.into_iter().chain([StorageUnavailable])),
        Route::EraseCustomer => causes.extend([
            UnknownParameter,
            DuplicateParameter,
            InvalidParameter,
            MissingParameter,
            StorageUnavailable,
        ]),
        Route::RedeliverCallback => causes.extend([CallbackNotFound, CallbackErased, StorageUnavailable]),
        Route::EraseCallback => causes.extend([CallbackNotFound, StorageUnavailable]),
        Route::Ready => causes.extend([TooManyRequests, Checking, NotReady]),
        Route::Home => causes.extend([TooManyRequests, Checking]),
        Route::CheckoutStatus | Route::Currencies | Route::Rates | Route::Health | Route::Contract | Route::Guide => {}
    }
    let calls_the_gateway = matches!(
        route,
        Route::CreatePayment
            | Route::TakeAddress
            | Route::ShowCheckout
            | Route::BeginCheckout
            | Route::Currencies
            | Route::Rates
    );
    let describe = |cause: Cause| {
        let (status, code, title) = cause.describe();
        (status, format!("`{code}`: {title}."))
    };
    let gateway = GATEWAY.iter().filter(|_| calls_the_gateway).map(|(status, text)| (*status, (*text).to_owned()));
    causes.into_iter().map(describe).chain(gateway).collect()
}
