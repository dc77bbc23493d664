//! The contract as it follows from the code.

use std::{fs, path::Path};

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{LONGEST_FOREIGN_ID, TEXT, foreign_id_pattern};
use crate::{
    checkout::{
        link::{AllowedModes, LONGEST, LONGEST_COIN, MOST_COINS},
        links::Made,
    },
    creation::{Address, Created, Payment, Taken},
    http::{
        Cause, body,
        problem::Check,
        request::REQUEST_ID,
        response::{HTML, PROBLEM},
        route::{Auth, RouteSpec, is_for_payers},
    },
    idempotency,
    inbox::{
        handlers::{Acknowledged, Erased, LIMIT, PAGE, Queued},
        schema::states,
    },
    readiness::{Alive, checks::Ready},
    routes::Route,
};

#[test]
fn the_contract_is_what_follows_from_the_code() {
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
    // A fault of the Worker can be the answer of any route.
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
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "citrn Worker",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Creates redirect payments, deposit addresses and checkout links at the edge, and takes callbacks in.",
            "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of the setting WORKER_TOKENS."},
            },
            "schemas": {"Problem": problem(), "Event": event(), "Check": schema::<Check>()},
        },
    })
}

fn operation(route: Route) -> Value {
    let RouteSpec { method, path, .. } = route.spec();
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
    let body = match route {
        Route::CreatePayment => Some(json!({"application/json": {"schema": request::<Payment>()}})),
        Route::TakeAddress => Some(json!({"application/json": {"schema": request::<Address>()}})),
        Route::CreateCheckoutLink => Some(json!({"application/json": {"schema": link()}})),
        Route::BeginCheckout => Some(json!({"application/x-www-form-urlencoded": {"schema": choice()}})),
        Route::TakeCallback => Some(json!({"application/json": {"schema": {
            "description": format!("The gateway's callback, at most {LIMIT} bytes. Whatever is signed is stored."),
        }}})),
        _ => None,
    };
    if let Some(content) = body {
        let limit = format!("At most {} bytes of UTF-8; a byte order mark is ignored. Each field once.", body::LIMIT,);
        operation["requestBody"] = json!({"required": true, "content": content});
        if takes_json(route) {
            operation["requestBody"]["description"] = limit.into();
        }
    }
    assert!(*method != "GET" || operation["requestBody"].is_null(), "{path}");
    operation
}

/// Whether a route takes an object in JSON with fields of its own.
fn takes_json(route: Route) -> bool {
    matches!(route, Route::CreatePayment | Route::TakeAddress | Route::CreateCheckoutLink)
}

fn parameters(route: Route) -> Value {
    let header = |name: &str, description: &str, required: bool| json!({"name": name, "in": "header", "required": required, "description": description, "schema": {"type": "string"}});
    let with_pattern = |mut header: Value, pattern: &str, example: &str| {
        header["schema"]["pattern"] = pattern.into();
        header["schema"]["examples"] = json!([example]);
        header
    };
    let mut parameters = vec![header(
        REQUEST_ID,
        "An id to find the request by in the logs; it is answered. Without one, one is made up.",
        false,
    )];
    if route.spec().path.contains("{id}") {
        parameters.push(json!({
            "name": "id", "in": "path", "required": true,
            "description": "The id of an event, or of a transaction: then all of its events are meant.",
            "schema": {"type": "string", "minLength": 1},
        }));
    }
    if route.spec().path.contains("{token}") {
        parameters.push(json!({
            "name": "token", "in": "path", "required": true,
            "description": "What the `url` of a link ends with. It can be guessed by nobody and written in one way only.",
            "schema": {"type": "string"},
        }));
        parameters.push(header(
            "Accept",
            "With `application/json`, and without `text/html`, problems are answered as such instead of as pages.",
            false,
        ));
    }
    match route {
        Route::CreatePayment | Route::TakeAddress | Route::CreateCheckoutLink => {
            let key = header(
                idempotency::HEADER,
                "Makes the request happen once, however often it is sent within 24 hours. 1 to 128 visible ASCII characters \
                 without spaces, in one header. A refusal before anything was sent, or one that repeating may help with, \
                 releases the key, unless an earlier attempt under it may have been sent.",
                false,
            );
            parameters.push(with_pattern(key, &format!("^[!-~]{{1,{}}}$", idempotency::LONGEST), "order-17"));
        }
        Route::TakeCallback => {
            let signature = header(citrn::SIGNATURE_HEADER, "HMAC-SHA512 of the body, in hex.", true);
            parameters.push(with_pattern(signature, "^[0-9A-Fa-f]{128}$", &"0".repeat(128)));
        }
        Route::ListCallbacks => {
            let query = |name: &str, description: &str, schema: Value| json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema});
            parameters.push(query(
                "limit",
                "Events on the page.",
                json!({"type": "integer", "minimum": 1, "maximum": PAGE.1, "default": PAGE.0}),
            ));
            parameters.push(query("after", "The `next` of an earlier page.", json!({"type": "string"})));
            parameters.push(query("callback_id", "Only events of this transaction.", json!({"type": "string"})));
            parameters.push(query("state", "Only events in this state of delivery.", json!({"enum": states::ALL})));
        }
        _ => {}
    }
    Value::Array(parameters)
}

fn responses(route: Route) -> Value {
    let json_of = |schema: Value| json!({"application/json": {"schema": schema}});
    let (status, description, content) = match route {
        Route::CreatePayment => (201, "The payment is created.", json_of(schema::<Created>())),
        Route::TakeAddress => (200, "The address.", json_of(schema::<Taken>())),
        Route::CreateCheckoutLink => (201, "The link.", json_of(schema::<Made>())),
        Route::ShowCheckout => (200, "The page with the coins.", page_of()),
        Route::BeginCheckout => (200, "A page that leads on to the gateway, or one with a deposit address.", page_of()),
        Route::CheckoutStatus => (200, "The page with what is known of the deposits.", page_of()),
        Route::Currencies => {
            (200, "The currencies.", json_of(catalogue(json!({"type": "array", "items": {"type": "object"}}))))
        }
        Route::Rates => (200, "The rates, in whatever shape the gateway has.", json_of(catalogue(json!({})))),
        Route::TakeCallback => (200, "The callback is stored.", json_of(schema::<Acknowledged>())),
        Route::ListCallbacks => (200, "A page of events, oldest first.", json_of(page())),
        Route::RedeliverCallback => (202, "Another delivery is queued.", json_of(schema::<Queued>())),
        Route::EraseCallback => (200, "The bodies are dropped.", json_of(schema::<Erased>())),
        Route::Health => (200, "The Worker runs.", json_of(schema::<Alive>())),
        Route::Ready => (200, "All checks are in order.", json_of(schema::<Ready<'_>>())),
        Route::Contract => (200, "This document.", json_of(json!({"type": "object"}))),
        Route::Home => (200, "A page for people.", page_of()),
    };
    let mut responses = Map::new();
    responses.insert(status.to_string(), json!({"description": description, "content": content}));
    for cause in causes(route) {
        let (status, code, title) = cause.describe();
        let response = responses.entry(status.to_string()).or_insert_with(|| problem_of(route));
        let said = response["description"].as_str().unwrap();
        response["description"] = format!("{said}{}`{code}`: {title}.", if said.is_empty() { "" } else { " " }).into();
    }
    if calls_the_gateway(route) {
        for (status, said) in [
            (409, "`duplication_request`: the gateway knows this request already."),
            (422, "The gateway's own reasons."),
            (502, "The gateway failed."),
            (503, "The gateway is limited, or the coin's network is down for now."),
            (504, "The gateway did not answer in time."),
        ] {
            let response = responses.entry(status.to_string()).or_insert_with(|| problem_of(route));
            let before = response["description"].as_str().unwrap();
            response["description"] = format!("{before}{}{said}", if before.is_empty() { "" } else { " " }).into();
        }
    }
    Value::Object(responses)
}

fn problem_of(route: Route) -> Value {
    let mut content = json!({PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}});
    if is_for_payers(route.spec().path) || route == Route::Home {
        content[HTML] = json!({"schema": {"type": "string"}});
    }
    json!({"description": "", "content": content})
}

fn calls_the_gateway(route: Route) -> bool {
    matches!(
        route,
        Route::CreatePayment
            | Route::TakeAddress
            | Route::ShowCheckout
            | Route::BeginCheckout
            | Route::Currencies
            | Route::Rates
    )
}

/// What can go wrong, besides what the gateway does.
fn causes(route: Route) -> Vec<Cause> {
    use Cause::*;
    let mut causes = vec![NotFound, MethodNotAllowed];
    if route.spec().auth == Auth::Token {
        causes.extend([TokenRequired, TokenUnknown, RouteNotAllowed, TooManyRequests, InvalidConfiguration]);
    }
    match route {
        Route::ShowCheckout | Route::BeginCheckout | Route::CheckoutStatus => {
            causes.extend([LinkNotFound, LinkExpired, TooManyRequests, StorageUnavailable, InvalidConfiguration]);
            if route == Route::ShowCheckout {
                causes.push(NoCoinAvailable);
            }
            if route == Route::BeginCheckout {
                causes.extend([
                    BodyTooLarge,
                    MalformedBody,
                    MissingParameter,
                    UnknownParameter,
                    DuplicateParameter,
                    InvalidParameter,
                    CoinNotOffered,
                    OutcomeUnknown,
                ]);
            }
        }
        Route::CreatePayment | Route::TakeAddress | Route::CreateCheckoutLink => causes.extend([
            BodyTooLarge,
            MalformedBody,
            MissingParameter,
            UnknownParameter,
            DuplicateParameter,
            InvalidParameter,
            ReturnUrlNotAllowed,
            IdempotencyKeyReused,
            OutcomeUnknown,
            StorageUnavailable,
        ]),
        Route::TakeCallback => causes.extend([
            BodyTooLarge,
            MalformedBody,
            InvalidSignature,
            TooManyRequests,
            StorageUnavailable,
            InvalidConfiguration,
        ]),
        Route::ListCallbacks => {
            causes.extend([UnknownParameter, DuplicateParameter, InvalidParameter, StorageUnavailable]);
        }
        Route::RedeliverCallback => causes.extend([CallbackNotFound, CallbackErased, StorageUnavailable]),
        Route::EraseCallback => causes.extend([CallbackNotFound, StorageUnavailable]),
        Route::Ready => causes.extend([TokenRequired, TokenUnknown, TooManyRequests, Checking, NotReady]),
        Route::Home => causes.extend([TooManyRequests, Checking]),
        Route::Currencies | Route::Rates | Route::Health | Route::Contract => {}
    }
    if !matches!(route, Route::CreatePayment | Route::CreateCheckoutLink) {
        causes.retain(|cause| *cause != ReturnUrlNotAllowed);
    }
    causes
}

/// The schema of a type, closed: the Worker sends, and takes, no field more.
fn schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let mut schema = settings.for_serialize().into_generator().into_root_schema_for::<T>().to_value();
    let object = schema.as_object_mut().unwrap();
    object.remove("title");
    object.insert("additionalProperties".to_owned(), false.into());
    schema
}

/// The schema of a body that is taken: what is not wanted is left out, never null.
fn request<T: JsonSchema>() -> Value {
    let mut schema = schema::<T>();
    for property in schema["properties"].as_object_mut().unwrap().values_mut() {
        assert!(property["type"] == "string" || property["type"] == json!(["string", "null"]), "{property}");
        property["type"] = "string".into();
    }
    schema
}

fn closed(properties: Value) -> Value {
    let required: Vec<String> = properties.as_object().unwrap().keys().cloned().collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn link() -> Value {
    json!({
        "type": "object",
        "properties": {
            "foreign_id": {"type": "string", "minLength": 1, "maxLength": LONGEST_FOREIGN_ID, "pattern": foreign_id_pattern(), "description": "The merchant's id of the payer.", "examples": ["user-17"]},
            "return_url": {"type": "string", "format": "uri", "description": "Where the payer goes afterwards: https, without credentials, of an origin that the setting ALLOWED_RETURN_ORIGINS lists.", "examples": ["https://shop.example/thanks"]},
            "coins": {
                "type": "array", "minItems": 1, "maxItems": MOST_COINS, "uniqueItems": true,
                "items": {"type": "string", "pattern": format!("^[A-Z0-9._-]{{1,{LONGEST_COIN}}}$")},
                "examples": [["USDTT", "BTC"]],
                "description": "The coins to choose from; without it all of the gateway's that take deposits.",
            },
            "expires_in": {"type": "integer", "minimum": 1, "maximum": LONGEST, "default": 3600, "description": "For how many seconds it works."},
            "mode": {"enum": [AllowedModes::Redirect, AllowedModes::Address, AllowedModes::Both], "default": AllowedModes::Redirect, "description": "Whether the payer pays on the gateway's page, to a deposit address, or as he likes."},
            "convert_to": {"type": "string", "pattern": format!("^[A-Za-z0-9._-]{{1,{LONGEST_COIN}}}$"), "description": "The currency into which what arrives at an address is exchanged; not with the mode `redirect`.", "examples": ["EUR"]},
        },
        "required": ["foreign_id", "return_url"],
        "dependentSchemas": {"convert_to": {"required": ["mode"], "properties": {"mode": {"enum": [AllowedModes::Address, AllowedModes::Both]}}}},
        "additionalProperties": false,
    })
}

fn choice() -> Value {
    json!({
        "type": "object",
        "properties": {
            "coin": {"type": "string", "minLength": 1, "description": "The code of a coin that the link offers.", "examples": ["USDTT"]},
            "mode": {"enum": ["redirect", "address"], "description": "How to pay, where the link leaves that open."},
            "again": {"type": "string", "description": "Stays in the session of the payer's last choice: it was shown before."},
        },
        "required": ["coin"],
        "additionalProperties": false,
    })
}

fn page_of() -> Value {
    json!({HTML: {"schema": {"type": "string"}}})
}

fn catalogue(data: Value) -> Value {
    closed(json!({
        "data": data,
        "as_of": {"type": "string", "format": "date-time", "description": "When the gateway gave it."},
        "stale": {"type": "boolean", "description": "Whether it is older than it should be: the gateway is down."},
    }))
}

fn page() -> Value {
    closed(json!({
        "data": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
        "next": {"type": "string", "description": "Where the next page begins; what is stored later comes behind it."},
        "has_more": {"type": "boolean"},
    }))
}

fn event() -> Value {
    let time = || json!({"type": ["string", "null"], "format": "date-time"});
    let mut event = closed(json!({
        "id": {"type": "string", "description": "The event's id, which is the webhook-id of its deliveries."},
        "type": {"enum": ["callback.received", "callback.amended", "callback.conflict", "callback.unreadable"]},
        "callback_id": {"type": ["string", "null"], "description": "The transaction."},
        "status": {"type": ["string", "null"]},
        "superseded": {"type": "boolean", "description": "Whether it came after a final status."},
        "current_status": {"type": ["string", "null"], "description": "Where the transaction stands."},
        "received_at": {"type": "string", "format": "date-time"},
        "delivery": closed(json!({
            "state": {"enum": states::ALL},
            "attempts": {"type": "integer"},
            "next_attempt_at": time(),
            "settled_at": time(),
            "last_failure": {"type": ["string", "null"]},
        })),
        "callback": {"type": ["object", "null"], "description": "The gateway's body; null once it is dropped, and beside body_base64."},
        "erased_at": time(),
    }));
    event["properties"]["body_base64"] = json!({"type": "string", "description": "The bytes of a body that was not understood, or that some JSON reader would refuse."});
    event
}

fn problem() -> Value {
    let mut problem = closed(json!({
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "What happened, as programs compare it."},
        "executed": {"enum": ["no", "unknown"], "description": "Whether the gateway carried anything out."},
        "retryable": {"type": "boolean", "description": "Whether the identical request is safe to repeat and may help."},
        "request_id": {"type": "string"},
    }));
    problem["properties"]["field"] =
        json!({"type": "string", "description": "The parameter or setting that is wrong."});
    problem["properties"]["foreign_id"] = json!({"type": "string", "description": "What to reconcile by."});
    problem["properties"]["checks"] = json!({"type": "array", "items": {"$ref": "#/components/schemas/Check"}});
    problem
}
