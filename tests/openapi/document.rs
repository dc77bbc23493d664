//! The OpenAPI description of the gateway.

use std::collections::BTreeSet;

use citrn::{
    EndpointSpec, FromJson, KEY_HEADER, Kind, SIGNATURE_HEADER, callback::Callback, endpoint::Method, endpoints::ALL,
    shape::Shape,
};
use serde_json::{Map, Value, json};

use crate::{refusal, schema};

const ABOUT: &str = "The crypto-payment gateway Citron, as the project citrn knows it. Not an official description.\n\n\
    Citron documents its endpoints, their parameters and the error codes, but hardly any reply. So each field has \
    `x-evidence` and its `x-source`:\n\n\
    - `documented`: by Citron.\n\
    - `family`: by the CoinsPaid family, whose API is nearly the same. Not verified for Citron.\n\
    - `invented`: an assumption of this project, which its sandbox follows.\n\n\
    `x-also-named` lists other names under which a client should look for a field. A reply may lack the envelope \
    `data`, ids may be integers, amounts may be numbers, and a refusal may have status 200. A client that moves money \
    should read tolerantly.\n\n\
    Amounts are decimal text: do not convert them to floating point. Send what moves money (`x-kind`: `moves_money`) \
    at most once: if its outcome is unknown, only the callback reports it.\n\n\
    Sign the exact bytes of the body that you send.";

const AUTH: &str = "Citron: API Documentation / Authorization";

/// Returns the description.
pub fn document() -> Value {
    let paths: Map<String, Value> = ALL.iter().map(|spec| (spec.path.to_owned(), path(spec))).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Citron gateway",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Crypto payments: deposit addresses, redirect payments, withdrawals and exchanges.",
            "description": ABOUT,
            "license": { "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") },
        },
        "servers": [server(ALL[0])],
        "tags": tags(),
        "paths": paths,
        "webhooks": { "callback": { "post": callback() } },
        "components": {
            "schemas": schemas(),
            "responses": { "Refusal": refusal::response() },
            "securitySchemes": security_schemes(),
        },
    })
}

/// Returns the owner and the name of every field in the description.
pub fn fields() -> BTreeSet<(String, String)> {
    let named = |owner: &str, field: &str| (owner.to_owned(), field.to_owned());
    let objects = ALL.iter().map(|spec| spec.reply).chain([&Callback::SHAPE]).flat_map(schema::objects);
    let replies = objects.flat_map(|object| object.fields.iter().map(|field| named(object.name, field.name)));
    let parameters =
        ALL.iter().flat_map(|spec| spec.parameters.iter().map(|parameter| named(spec.name, parameter.name)));
    let envelopes = ALL.iter().map(|spec| named(&format!("{} reply", spec.name), "data"));
    let refusals = refusal::components();
    let refused = refusals.iter().flat_map(|(owner, schema)| {
        schema["properties"].as_object().into_iter().flat_map(Map::keys).map(|field| named(owner, field))
    });
    replies.chain(parameters).chain(envelopes).chain(refused).collect()
}

fn server(spec: &EndpointSpec) -> Value {
    let url = spec.host.documented_base_url();
    json!({ "url": url, "description": "Production. Your onboarding may name another one." })
}

/// Returns the first part of each endpoint's name.
fn tags() -> Value {
    let names: BTreeSet<_> = ALL.iter().map(|spec| tag(spec)).collect();
    names.into_iter().map(|name| json!({ "name": name })).collect()
}

fn tag(spec: &EndpointSpec) -> &'static str {
    spec.name.split('.').next().unwrap()
}

/// Returns the name of the schema of a reply. A ping's has no envelope.
fn reply_name(spec: &EndpointSpec) -> String {
    match spec.reply {
        Shape::Object(shape) if spec.name == "ping" => shape.name.to_owned(),
        _ => format!("{}.reply", spec.name),
    }
}

fn path(spec: &EndpointSpec) -> Value {
    let mut path = json!({ spec.method.as_str().to_lowercase(): operation(spec) });
    if spec.host != ALL[0].host {
        path["servers"] = json!([server(spec)]);
    }
    path
}

fn operation(spec: &EndpointSpec) -> Value {
    let (summary, rest) = spec.description.split_once(". ").unwrap_or((spec.description, ""));
    let reply = format!("#/components/schemas/{}", reply_name(spec));
    let mut success = json!({
        "description": "Success.",
        "content": { "application/json": { "schema": { "$ref": reply } } },
    });
    let links: Map<String, Value> = ALL.iter().filter_map(|next| link(spec, next)).collect();
    if !links.is_empty() {
        success["links"] = json!(links);
    }
    let mut responses = json!({ "200": success, "4XX": { "$ref": "#/components/responses/Refusal" } });
    if spec.kind != Kind::Read {
        responses["201"] = responses["200"].clone();
    }
    let mut operation = json!({
        "operationId": spec.name,
        "tags": [tag(spec)],
        "summary": summary.trim_end_matches('.'),
        "responses": responses,
        "security": if spec.signed { json!([{ "key": [], "signature": [] }]) } else { json!([]) },
        "x-kind": spec.kind.as_str(),
        "x-source": spec.source,
        "x-error-codes": spec.errors,
    });
    if !rest.is_empty() {
        operation["description"] = json!(rest);
    }
    if spec.method == Method::Post {
        operation["requestBody"] = json!({
            "required": spec.parameters.iter().any(|parameter| parameter.required),
            "description": "Send `{}` if there is no parameter.",
            "content": { "application/json": { "schema": schema::body(spec) } },
        });
    }
    operation
}

/// Returns the link to an endpoint that takes the id in this one's reply.
fn link(spec: &EndpointSpec, next: &EndpointSpec) -> Option<(String, Value)> {
    let Shape::Object(reply) = spec.reply else { return None };
    let id = next.reference().filter(|id| reply.fields.iter().any(|field| field.name == *id))?;
    let is_given = spec.parameters.iter().any(|parameter| parameter.name == id);
    let body = json!({ id: format!("$response.body#/data/{id}") });
    let link = json!({ "operationId": next.name, "requestBody": body });
    (!is_given && spec.name != next.name).then(|| (next.name.to_owned(), link))
}

fn callback() -> Value {
    json!({
        "operationId": "callback",
        "summary": "Reports a deposit or a withdrawal",
        "description": "Sent to the merchant's callback URL, and again until the answer is HTTP 200, at most 13 \
            times. Verify the signature of the exact body before you read it.",
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "$ref": "#/components/schemas/Callback",
        } } } },
        "responses": { "200": { "description": "The merchant has stored the callback." } },
        "security": [{ "key": [], "signature": [] }],
        "x-source": "Citron: Integration Guide / Callbacks",
    })
}

fn schemas() -> Map<String, Value> {
    let shapes = ALL.iter().map(|spec| spec.reply).chain([&Callback::SHAPE]);
    let objects = shapes.flat_map(schema::objects);
    let mut schemas: Map<String, Value> =
        objects.map(|object| (object.name.to_owned(), schema::component(object))).collect();
    schemas.extend(ALL.iter().map(|spec| (reply_name(spec), schema::reply(spec))));
    schemas.extend(refusal::components());
    schemas
}

fn security_schemes() -> Value {
    let header = |name: &str, description: &str| {
        json!({
            "type": "apiKey", "in": "header", "name": name, "description": description,
            "x-evidence": "documented", "x-source": AUTH,
        })
    };
    json!({
        "key": header(KEY_HEADER, "The merchant's public key."),
        "signature": header(
            SIGNATURE_HEADER,
            "The HMAC-SHA512 of the exact bytes of the body under the merchant's secret, in lower-case hex.",
        ),
    })
}

/// Keeps the names of the objects unique: the schemas are looked up by them.
#[test]
fn objects_have_unique_names() {
    let mut seen = std::collections::BTreeMap::new();
    for object in ALL.iter().map(|spec| spec.reply).chain([&Callback::SHAPE]).flat_map(schema::objects) {
        let fields: Vec<_> = object.fields.iter().map(|field| field.name).collect();
        assert_eq!(*seen.entry(object.name).or_insert_with(|| fields.clone()), fields, "{}", object.name);
    }
}
