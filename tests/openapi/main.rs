//! Compares the committed OpenAPI description of the gateway (`openapi/gateway.json`) with the endpoint table and the
//! evidence of each field. After a change of these, `npm run generate` updates it.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

mod document;
mod evidence;
mod refusal;
mod schema;

use std::collections::BTreeSet;

use serde_json::Value;

#[test]
fn the_committed_description_matches_the_definitions() {
    let mut written = serde_json::to_string_pretty(&document::document()).unwrap();
    written.push('\n');
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/gateway.json");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(committed == written, "openapi/gateway.json is out of date: run `npm run generate`");
}

/// Collects the properties of all schemas, with their paths.
fn properties<'a>(value: &'a Value, path: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = format!("{path}/{name}");
                if let ("properties", Value::Object(properties)) = (name.as_str(), member) {
                    found.extend(properties.iter().map(|(name, property)| (format!("{path}/{name}"), property)));
                }
                properties(member, &path, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| properties(item, path, found)),
        _ => {}
    }
}

#[test]
fn every_field_has_its_evidence_and_a_source() {
    let document = document::document();
    let mut found = Vec::new();
    properties(&document, "", &mut found);
    assert!(found.len() > 100, "{}", found.len());
    let mut kinds = BTreeSet::new();
    for (path, property) in found {
        kinds.insert(property["x-evidence"].as_str().unwrap_or_else(|| panic!("{path} has no evidence")));
        assert!(property["x-source"].as_str().is_some_and(|source| !source.is_empty()), "{path} has no source");
    }
    assert_eq!(kinds, BTreeSet::from(["documented", "family", "invented"]));
}

#[test]
fn every_row_of_the_evidence_is_of_one_field() {
    let (used, mut seen) = (document::fields(), BTreeSet::new());
    for (owner, field) in evidence::rows() {
        assert!(seen.insert((owner, field)), "{owner}, {field} has two rows");
        assert!(used.contains(&(owner.to_owned(), field.to_owned())), "{owner} has no field {field}");
    }
}
