//! The schemas of bodies.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};

use super::queries::{named, time};
use crate::{
    checkout::link::{AllowedModes, LONGEST, LONGEST_COIN, MOST_COINS},
    documentation::openapi::{LONGEST_FOREIGN_ID, foreign_id_pattern},
    http::body::EXTRA,
    inbox::{
        redelivery::{FILTERS, MOST},
        schema::states,
    },
};

/// Returns the schema of a type, without additional properties.
pub(super) fn schema<T: JsonSchema>() -> Value {
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

/// Returns the schema of a request's body. Optional fields are omitted, never null.
pub(super) fn request<T: JsonSchema>() -> Value {
    let mut schema = schema::<T>();
    let properties = schema["properties"].as_object_mut().unwrap();
    properties.insert(EXTRA.to_owned(), extra());
    for (_, property) in properties.iter_mut().filter(|(name, _)| *name != EXTRA) {
        assert!(property["type"] == "string" || property["type"] == json!(["string", "null"]), "{property}");
        property["type"] = "string".into();
    }
    schema
}

/// The schema of extra fields.
fn extra() -> Value {
    json!({
        "type": "object", "examples": [{"end_user_reference": "user-17"}],
        "description": "Fields that the gateway demands and its documentation does not have, with any JSON values. Only \
                        names that the setting CITRN_EXTRA_FIELDS lists; at most 16 levels deep.",
    })
}

pub(super) fn object(mut required: Value, mut optional: Value) -> Value {
    let names: Vec<String> = required.as_object().unwrap().keys().cloned().collect();
    required.as_object_mut().unwrap().append(optional.as_object_mut().unwrap());
    json!({"type": "object", "properties": required, "required": names, "additionalProperties": false})
}

pub(super) fn field(kind: &str, description: &str) -> Value {
    json!({"type": kind, "description": description})
}

pub(super) fn link() -> Value {
    let code = |letters: &str| format!("^[{letters}0-9._-]{{1,{LONGEST_COIN}}}$");
    let required = json!({
        "foreign_id": {
            "type": "string", "minLength": 1, "maxLength": LONGEST_FOREIGN_ID, "pattern": foreign_id_pattern(),
            "description": "The merchant's id of the payer.", "examples": ["user-17"],
        },
        "return_url": {
            "type": "string", "format": "uri", "examples": ["https://shop.example/thanks"],
            "description": "The page that the payer returns to: https, without credentials, with an origin that the \
                            setting ALLOWED_RETURN_ORIGINS lists.",
        },
    });
    let optional = json!({
        "coins": {
            "type": "array", "minItems": 1, "maxItems": MOST_COINS, "uniqueItems": true,
            "items": {"type": "string", "pattern": code("A-Z")}, "examples": [["USDTT", "BTC"]],
            "description": "The coins to choose from. Without it, all that the gateway accepts deposits in.",
        },
        "expires_in": {
            "type": "integer", "minimum": 1, "maximum": LONGEST, "default": 3600,
            "description": "The link's lifetime in seconds.",
        },
        "mode": {
            "enum": [AllowedModes::Redirect, AllowedModes::Address, AllowedModes::Both],
            "default": AllowedModes::Redirect,
            "description": "Whether the payer pays on the gateway's page, to a deposit address, or chooses.",
        },
        "convert_to": {
            "type": "string", "pattern": code("A-Za-z"), "examples": ["EUR"],
            "description": "The currency that deposits to an address are exchanged into. Not with the mode `redirect`.",
        },
        EXTRA: extra(),
    });
    let mut link = object(required, optional);
    let with_addresses = json!({"mode": {"enum": [AllowedModes::Address, AllowedModes::Both]}});
    link["dependentSchemas"] = json!({"convert_to": {"required": ["mode"], "properties": with_addresses}});
    link
}

/// The filter of a redelivery.
pub(super) fn redelivery() -> Value {
    let described = |mut schema: Value, description: &str| {
        schema["description"] = description.into();
        schema
    };
    let optional = json!({
        "state": {"enum": states::ALL, "description": "Only events in this state of delivery."},
        "since": described(time(), "Only events received at this time or later: RFC 3339 in UTC, or a date."),
        "until": described(time(), "Only events received before this time: RFC 3339 in UTC, or a date."),
        "foreign_id": described(named(), "Only events with this `foreign_id`, of a customer or of a withdrawal."),
        "dry_run": {"type": "boolean", "default": false, "description": "Whether to count the events only."},
        "after": field("string", "The `next` of an earlier request with the same filter and `dry_run`."),
    });
    let mut filter = object(json!({}), optional);
    filter["anyOf"] = FILTERS.iter().map(|name| json!({"required": [name]})).collect();
    filter["description"] = format!("A filter. At most {MOST} events are redelivered, the rest after `next`.").into();
    filter
}

/// A list as a stream.
pub(super) fn lines() -> Value {
    let description = "Lines of JSON: the entries, each with the cursor after it as `next`, and at last \
                       `{\"end\": true, \"next\": …, \"has_more\": …}`. If `has_more` is true, the list continues at `next`. A \
                       stream without the last line is incomplete: it continues at the latest `next`.";
    field("string", description)
}

pub(super) fn choice() -> Value {
    let coin = json!({
        "type": "string", "minLength": 1, "examples": ["USDTT"],
        "description": "The code of a coin that the link offers.",
    });
    let optional = json!({
        "mode": {"enum": ["redirect", "address"], "description": "The payment mode, if the link allows both."},
        "again": field("string", "Continues the session of the payer's latest choice, to show its address again."),
        "framed": field("string", "The page is in a frame: the gateway's page opens in a new tab."),
    });
    object(json!({"coin": coin}), optional)
}

pub(super) fn catalogue(data: Value) -> Value {
    let fields = json!({
        "data": data,
        "as_of": {"type": "string", "format": "date-time", "description": "When the gateway returned it."},
        "stale": field("boolean", "Whether it is outdated, because the gateway is unavailable."),
    });
    object(fields, json!({}))
}

pub(super) fn problem() -> Value {
    let required = json!({
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": field("string", "The reason, for programs to compare."),
        "executed": {"enum": ["no", "unknown"], "description": "Whether the gateway carried anything out."},
        "retryable": field("boolean", "Whether the identical request is safe to repeat and may help."),
        "request_id": {"type": "string"},
    });
    let optional = json!({
        "field": field("string", "The parameter or setting that is wrong."),
        "foreign_id": field("string", "The customer, to look for the callback of an unknown outcome."),
        "checks": {"type": "array", "items": {"$ref": "#/components/schemas/Check"}},
    });
    object(required, optional)
}
