//! JSON of the gateway, embedded as it came in JSON of our own.

use std::collections::BTreeSet;

use citrn::json::Json;
use serde_json::value::RawValue;

/// Returns the text of a value that every JSON reader accepts. One refused value would make the text around it
/// unreadable.
#[must_use]
pub fn embeddable(json: Json<'_>) -> Option<Box<RawValue>> {
    let text = is_portable(json).then(|| json.as_str().to_owned())?;
    RawValue::from_string(text).ok()
}

/// Returns whether a value is I-JSON (RFC 7493, section 2): no lone surrogate, no duplicate name, no number that
/// overflows a double.
fn is_portable(json: Json<'_>) -> bool {
    if json.is_object() {
        let Some(object) = json.object() else { return false };
        let mut names = BTreeSet::new();
        return object.iter().all(|(name, value)| names.insert(name) && is_portable(value));
    }
    if json.is_array() {
        return json.array().is_some_and(|items| items.into_iter().all(is_portable));
    }
    if json.is_string() {
        return json.string().is_some();
    }
    !json.is_number() || json.as_str().parse::<f64>().is_ok_and(f64::is_finite)
}
