//! JSON Schemas of parameters and replies, from the endpoint table.

use citrn::{
    EndpointSpec,
    endpoint::{Parameter, Rule},
    shape::{Field, ObjectShape, Shape, Values},
};
use serde_json::{Map, Value, json};

use crate::evidence::with_evidence;

/// A decimal number, above zero in requests.
const DECIMAL: &str = r"^-?[0-9]+(\.[0-9]+)?$";

/// Returns the schema of a body with parameters. Further fields are allowed: Citron can demand them of an account.
pub fn body(spec: &EndpointSpec) -> Value {
    let properties = spec.parameters.iter().map(|parameter| (parameter.name, self::parameter(spec, parameter)));
    let required: Vec<_> = spec.parameters.iter().filter(|parameter| parameter.required).collect();
    let names = required.iter().map(|parameter| parameter.name);
    object(properties, names, "The parameters. Other fields are passed on too.")
}

fn parameter(spec: &EndpointSpec, parameter: &Parameter) -> Value {
    let mut schema = match parameter.rule {
        Rule::Amount => json!({ "type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$" }),
        // An empty text counts as left out.
        Rule::Date => json!({ "type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$" }),
        Rule::ReturnUrl => json!({ "type": "string", "format": "uri" }),
        Rule::ForeignId => json!({ "type": "string", "minLength": 1, "maxLength": 255 }),
        Rule::Currencies => json!({ "type": ["string", "array"], "items": { "type": "string" } }),
        Rule::Text | Rule::Words(_) | Rule::Currency if parameter.required => {
            json!({ "type": "string", "minLength": 1 })
        }
        Rule::Text | Rule::Words(_) | Rule::Currency | Rule::Memo | Rule::Key => json!({ "type": "string" }),
    };
    if !parameter.required {
        // The sandbox reads null as left out.
        schema = nullable(schema);
    }
    schema["description"] = json!(parameter.description);
    schema["examples"] = match parameter.rule {
        Rule::Words(words) => json!(words),
        _ => json!([parameter.example]),
    };
    with_evidence(schema, spec.name, parameter.name)
}

/// Returns the schema of a successful reply. All but a ping's are in `data`.
pub fn reply(spec: &EndpointSpec) -> Value {
    let data = match spec.reply {
        Shape::Object(shape) if spec.name == "ping" => return component(shape),
        Shape::Any => json!({ "type": ["object", "array"], "items": {}, "description": "A map or a list of rates." }),
        shape => self::shape(shape),
    };
    let owner = format!("{} reply", spec.name);
    object([("data", with_evidence(data, &owner, "data"))], ["data"], "The reply.")
}

/// Returns the schema of an object with the fields of a shape.
pub fn component(shape: &ObjectShape) -> Value {
    let properties = shape.fields.iter().map(|field| (field.name, self::field(shape.name, field)));
    let required = shape.fields.iter().filter(|field| field.required).map(|field| field.name);
    object(properties, required, shape.description)
}

/// Returns the object and all objects in it.
pub fn objects(shape: &'static Shape) -> Vec<&'static ObjectShape> {
    match shape {
        Shape::List(items) => objects(items),
        Shape::Object(object) => {
            core::iter::once(*object).chain(object.fields.iter().flat_map(|field| objects(field.shape))).collect()
        }
        _ => Vec::new(),
    }
}

fn field(owner: &str, field: &Field) -> Value {
    let mut schema = match field.shape {
        // Integers in an older generation, UUIDs in a newer one.
        Shape::Text if field.name == "id" || field.name == "internal_id" || field.name == "quote_id" => {
            json!({ "type": ["string", "integer"] })
        }
        shape => self::shape(shape),
    };
    if let Values::Words(words) = field.values {
        schema["examples"] = json!(words);
    }
    if !field.required {
        schema = nullable(schema);
    }
    schema["description"] = json!(field.description);
    let other_names: Vec<_> = field.aliases.iter().filter(|alias| **alias != field.name).collect();
    if !other_names.is_empty() {
        schema["x-also-named"] = json!(other_names);
    }
    with_evidence(schema, owner, field.name)
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Amount => json!({ "type": "string", "pattern": DECIMAL }),
        Shape::Word(words) => {
            json!({ "type": "string", "examples": words.iter().map(|word| word.text).collect::<Vec<_>>() })
        }
        Shape::Whole => json!({ "type": "integer" }),
        Shape::Any => json!({}),
        Shape::List(items) => json!({ "type": "array", "items": self::shape(items) }),
        // Not a bare reference, since a field has members beside it.
        Shape::Object(object) => json!({ "allOf": [reference(object)] }),
    }
}

fn nullable(mut schema: Value) -> Value {
    match schema.get("type").cloned() {
        Some(Value::Array(types)) => schema["type"] = types.into_iter().chain([json!("null")]).collect(),
        Some(one) => schema["type"] = json!([one, "null"]),
        None => schema = json!({ "anyOf": [schema["allOf"][0], { "type": "null" }] }),
    }
    schema
}

fn reference(object: &ObjectShape) -> Value {
    json!({ "$ref": format!("#/components/schemas/{}", object.name) })
}

/// Returns the schema of an object.
pub fn object<'a>(
    properties: impl IntoIterator<Item = (&'a str, Value)>,
    required: impl IntoIterator<Item = &'a str>,
    description: &str,
) -> Value {
    let properties: Map<String, Value> =
        properties.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    let required: Vec<_> = required.into_iter().collect();
    let mut schema = json!({ "type": "object", "description": description, "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}
