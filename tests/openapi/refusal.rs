//! The schemas of refusals. Citron documents the codes, but neither their envelope nor HTTP statuses.

use citrn::ErrorCode;
use serde_json::{Map, Value, json};

use crate::{evidence::with_evidence, schema::object};

/// Returns the three forms of a refusal, by name.
pub fn components() -> Map<String, Value> {
    let field = |owner: &str, name: &str, schema: Value| with_evidence(schema, owner, name);
    let codes: Vec<_> = ErrorCode::ALL.iter().map(ErrorCode::as_str).collect();
    let error_code = json!({ "type": "string", "examples": codes, "description": "The documented code." });
    let message = json!({ "type": "string", "description": "The code's sentence." });
    let errors = json!({
        "type": "object",
        "additionalProperties": { "type": ["string", "array"], "items": { "type": "string" } },
        "description": "What is wrong with each field.",
    });
    let sentence = json!({ "type": "string", "description": "A sentence." });
    let code = json!({ "type": "string", "examples": AUTHENTICATION, "description": "The reason." });
    let properties = |owner: &'static str, fields: [(&'static str, Value); 2]| {
        fields.map(|(name, schema)| (name, field(owner, name, schema)))
    };
    let forms = [
        (
            "CodeRefusal",
            object(
                properties("CodeRefusal", [("error_code", error_code), ("message", message)]),
                ["error_code"],
                "A refusal with a documented code. Nothing was executed.",
            ),
        ),
        (
            "FieldRefusal",
            object(
                [("errors", field("FieldRefusal", "errors", errors))],
                ["errors"],
                "A refusal of missing or invalid fields.",
            ),
        ),
        (
            "AuthRefusal",
            object(
                properties("AuthRefusal", [("error", sentence), ("code", code)]),
                ["error", "code"],
                "A refusal of the key, the signature, the path, the method or the content type.",
            ),
        ),
    ];
    forms.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// Codes of the CoinsPaid family.
const AUTHENTICATION: [&str; 5] = [
    "required_header_key",
    "bad_header_key",
    "required_header_signature",
    "bad_header_signature",
    "bad_content_format",
];

/// Returns the response of all refusals.
pub fn response() -> Value {
    let forms = components().keys().map(|name| json!({ "$ref": format!("#/components/schemas/{name}") })).collect();
    json!({
        "description": "A refusal. Nothing was executed. Citron documents no HTTP status for any code.",
        "content": { "application/json": { "schema": { "anyOf": Value::Array(forms) } } },
    })
}
