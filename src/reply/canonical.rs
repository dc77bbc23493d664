//! The tolerant reader: converts the forms in which the gateway may write a reply to one canonical form.
//!
//! Almost no reply body is documented, so a shape lists the possible names of a field and alternative forms of an
//! object or a list. The canonical form has the fields under their own names, amounts and ids as text with every digit,
//! `null` for missing fields, and then all other fields unchanged.

use super::shape::{Field, ObjectShape, Shape, Word};
use crate::{
    amount::without_exponent,
    json::{Document, Json, Object, Unreadable, Writer},
    limits::MAX_DEPTH,
};

/// Converts a reply: the value of its field `data`, or otherwise the root.
///
/// The documentation shows `data` for balances only; the CoinsPaid family has it everywhere except in the reply to a
/// ping. The canonical form of a list is always `{"data": [...]}`.
pub(crate) fn canonical(shape: &Shape, root: Json<'_>) -> Result<Document<'static>, Unreadable> {
    let mut out = Writer::sized_as(root);
    let data = root.object().and_then(|object| object.get("data")).filter(|data| !data.is_null_or_empty());
    let payload = data.unwrap_or(root);
    if matches!(shape, Shape::List(_) | Shape::Any) {
        let object = out.open("{");
        out.known_name("data");
        match shape {
            Shape::List(item) => {
                let list = out.open("[");
                entries(item, payload, data.is_some(), &mut out)?;
                out.close(list, "]");
            }
            _ if payload.is_object() || payload.is_array() => write(shape, payload, &mut out)?,
            _ => return Err(Unreadable::new("the body is neither a list nor an object")),
        }
        out.close(object, "}");
        let document = out.finish();
        // Wrapping the payload may have made it one level deeper.
        return if document.root().depth() > MAX_DEPTH { Err(Unreadable::too_deep()) } else { Ok(document) };
    }
    if let Err(reason) = write(shape, payload, &mut out) {
        // The fields may also be next to `data`.
        out = Writer::default();
        if data.is_none() || write(shape, root, &mut out).is_err() {
            return Err(reason);
        }
    }
    Ok(out.finish())
}

/// Converts a body that is the value itself, even if it has a field `data`.
pub(crate) fn canonical_root(shape: &Shape, root: Json<'_>) -> Result<Document<'static>, Unreadable> {
    let mut out = Writer::sized_as(root);
    write(shape, root, &mut out)?;
    Ok(out.finish())
}

/// Converts a body that is not JSON.
pub(crate) fn canonical_bare(shape: &Shape, body: &str) -> Option<Document<'static>> {
    let Shape::Object(object) = shape else { return None };
    let (text, field) = object.rules.bare?;
    let mut out = Writer::default();
    (body.trim() == text).then(|| one_field(object, field, &format!("\"{text}\""), &mut out))?;
    Some(out.finish())
}

fn write(shape: &Shape, json: Json<'_>, out: &mut Writer) -> Result<(), Unreadable> {
    match shape {
        Shape::Amount => match json.content_or_digits().as_deref().and_then(without_exponent) {
            Some(plain) => out.string(&plain),
            None => write(&Shape::Text, json, out)?,
        },
        Shape::Text if json.is_string() => out.copy(json),
        Shape::Text if json.is_number() => out.string(json.as_str()),
        Shape::Text => return Err(Unreadable::new("it is neither text nor a number")),
        Shape::Word(words) => {
            // The documentation capitalises these words in its tables, but not in its examples.
            let text = json.content().ok_or_else(|| Unreadable::new("it is not text"))?;
            match Word::normalized(words, &text) {
                "" => return Err(Unreadable::new("it is empty")),
                word => out.string(word),
            }
        }
        Shape::Whole => {
            let text = json.text().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() < 16);
            let digits = text.ok_or_else(|| Unreadable::new("it is not a whole number"))?;
            let digits = digits.trim_start_matches('0');
            out.literal(if digits.is_empty() { "0" } else { digits });
        }
        Shape::Any => out.copy(Document::parse(json.with_literals(plain_literal))?.root()),
        Shape::List(item) => {
            let items = json.items().ok_or_else(|| Unreadable::new("it is not a list"))?;
            let list = out.open("[");
            for json in items {
                write(item, json, out)?;
            }
            out.close(list, "]");
        }
        Shape::Object(shape) => match (shape.rules.text, json.object()) {
            (Some(field), None) if json.is_string() => one_field(shape, field, json.as_str(), out),
            (_, Some(object)) => fields(shape, &object, out)?,
            _ => return Err(Unreadable::new("the body is not a JSON object")),
        },
    }
    Ok(())
}

/// Expands the exponent of a number, or of a string that holds one.
fn plain_literal(json: Json<'_>) -> Option<String> {
    let plain = without_exponent(&json.content_or_digits()?).filter(|_| !json.is_name())?;
    Some(if json.is_string() { format!("\"{plain}\"") } else { plain })
}

/// Writes the entries of a list, which can be an array, a map from keys to entries, or a single entry.
///
/// A map is accepted only under `data`, since at the root every reply is an object.
fn entries(item: &Shape, json: Json<'_>, is_under_data: bool, out: &mut Writer) -> Result<(), Unreadable> {
    if let Some(mut items) = json.items() {
        return items.try_for_each(|json| write(item, json, out));
    }
    let before = out.mark();
    let Err(reason) = write(item, json, out) else { return Ok(()) };
    out.rewind(before);
    let Shape::Object(ObjectShape { rules, fields: named, .. }) = item else { return Err(reason) };
    let (Some((key, value)), Some(map), true) = (rules.keyed, json.object(), is_under_data) else { return Err(reason) };
    for (name, json) in map.iter() {
        // An object with a known field is not a map of entries.
        if named.iter().any(|field| field.name == name) {
            return Err(reason);
        }
        write(item, entry(key, name, value, json).root(), out)?;
    }
    Ok(())
}

/// Returns an entry of a map as an object: the map's key becomes its field `key`, a bare number its field `value`.
fn entry(key: &str, name: &str, value: &str, json: Json<'_>) -> Document<'static> {
    let mut out = Writer::default();
    let object = out.open("{");
    out.name(key);
    out.string(name);
    if let Some(fields) = json.object() {
        for (name, json) in fields.iter() {
            out.name(name);
            out.copy(json);
        }
    } else if json.text().is_some_and(|text| text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit())) {
        out.name(value);
        out.copy(json);
    }
    out.close(object, "}");
    out.finish()
}

fn fields(shape: &ObjectShape, object: &Object<'_>, out: &mut Writer) -> Result<(), Unreadable> {
    let start = out.mark();
    let written = out.open("{");
    // The fields that are complete, so that they are not copied again.
    let mut done = Vec::with_capacity(shape.fields.len());
    for field in shape.fields {
        let before = out.mark();
        out.known_name(field.name);
        if value(field, shape.rules.prefixed == Some(field.name), object, out) {
            done.push(field.name);
        } else if field.required {
            return Err(Unreadable::new(format!("the body has no usable `{}`", field.name)));
        } else if object.get(field.name).is_some_and(|json| !json.is_null_or_empty()) {
            // It is copied with the other fields, in its unknown shape.
            out.rewind(before);
        } else {
            out.literal("null");
        }
    }
    for (name, json) in object.iter() {
        let is_done =
            done.contains(&name) || json.is_null_or_empty() && shape.fields.iter().any(|field| field.name == name);
        if !is_done {
            out.name(name);
            out.copy(json);
        }
    }
    out.close(written, "}");
    let Some(check) = shape.rules.check else { return Ok(()) };
    out.since(start).object().map_or(Ok(()), |object| check(&object))
}

/// Writes the value under the first of a field's names that has the field's shape. Null, empty text and other shapes
/// count as missing.
fn value(field: &Field, is_prefixed: bool, object: &Object<'_>, out: &mut Writer) -> bool {
    let before = out.mark();
    let found = field.aliases.iter().filter_map(|name| Some((*name, object.get(name)?)));
    found.filter(|(_, json)| !json.is_null_or_empty()).any(|(name, json)| {
        let is_read = if is_prefixed && name != field.name {
            json.text().map(|text| out.string(&format!("{name}:{text}"))).is_some()
        } else {
            write(field.shape, json, out).is_ok()
        };
        if !is_read {
            out.rewind(before);
        }
        is_read
    })
}

/// Writes an object in which only one field has a value.
fn one_field(shape: &ObjectShape, name: &str, literal: &str, out: &mut Writer) {
    let object = out.open("{");
    for field in shape.fields {
        out.known_name(field.name);
        out.literal(if field.name == name { literal } else { "null" });
    }
    out.close(object, "}");
}
