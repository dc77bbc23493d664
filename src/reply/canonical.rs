//! The tolerant reader: from a reply as the gateway may write it to the one form that everything else works with.
//!
//! Almost no reply body is documented, so a shape lists the names of a field, and the other ways to write an object or
//! a list. The canonical form has the fields under their own names, amounts and ids as text with every digit, `null` for
//! what is missing, and then everything else as it came.

use super::shape::{Field, ObjectShape, Shape, Word};
use crate::{
    amount::without_exponent,
    json::{Document, Json, Object, Unreadable, Writer},
    limits::MAX_DEPTH,
};

/// Reads a reply: the value under `data`, or else the root.
///
/// The documentation shows `data` for balances only; the CoinsPaid-family API has it everywhere except on ping. A list
/// is always written as `{"data": [...]}`.
pub(crate) fn canonical(shape: &Shape, root: Json<'_>) -> Result<Document<'static>, Unreadable> {
    let mut out = Writer::sized_as(root);
    let data = root.object().and_then(|object| object.get("data")).filter(|data| !data.is_nothing());
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
        // The payload may be one level deeper than it was.
        return if document.root().depth() > MAX_DEPTH { Err(Unreadable::too_deep()) } else { Ok(document) };
    }
    if let Err(reason) = write(shape, payload, &mut out) {
        // The fields may also be beside `data`.
        out = Writer::default();
        if data.is_none() || write(shape, root, &mut out).is_err() {
            return Err(reason);
        }
    }
    Ok(out.finish())
}

/// Reads a body that is the value itself, even if it has a field `data`.
pub(crate) fn canonical_root(shape: &Shape, root: Json<'_>) -> Result<Document<'static>, Unreadable> {
    let mut out = Writer::sized_as(root);
    write(shape, root, &mut out)?;
    Ok(out.finish())
}

/// Reads a body that is not JSON.
pub(crate) fn canonical_bare(shape: &Shape, body: &str) -> Option<Document<'static>> {
    let Shape::Object(object) = shape else { return None };
    let (text, field) = object.also.bare?;
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
            // The documentation's tables print these words with a capital, its examples without.
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
        Shape::Object(shape) => match (shape.also.text, json.object()) {
            (Some(field), None) if json.is_string() => one_field(shape, field, json.as_str(), out),
            (_, Some(object)) => fields(shape, &object, out)?,
            _ => return Err(Unreadable::new("the body is not a JSON object")),
        },
    }
    Ok(())
}

/// A number, or a text that is one, without its exponent.
fn plain_literal(json: Json<'_>) -> Option<String> {
    let plain = without_exponent(&json.content_or_digits()?).filter(|_| !json.is_name())?;
    Some(if json.is_string() { format!("\"{plain}\"") } else { plain })
}

/// Writes the entries of a list: an array, a map from what identifies an entry, or one entry alone.
///
/// A map counts only under `data`: at the root, any reply at all is an object.
fn entries(item: &Shape, json: Json<'_>, is_under_data: bool, out: &mut Writer) -> Result<(), Unreadable> {
    if let Some(mut items) = json.items() {
        return items.try_for_each(|json| write(item, json, out));
    }
    let before = out.mark();
    let Err(reason) = write(item, json, out) else { return Ok(()) };
    out.rewind(before);
    let Shape::Object(ObjectShape { also, fields: named, .. }) = item else { return Err(reason) };
    let (Some((key, value)), Some(map), true) = (also.keyed, json.object(), is_under_data) else { return Err(reason) };
    for (name, json) in map.iter() {
        // An object with a known field is not a map of entries.
        if named.iter().any(|field| field.name == name) {
            return Err(reason);
        }
        write(item, entry(key, name, value, json).root(), out)?;
    }
    Ok(())
}

/// An entry of a map as an object: the map's key is its field `key`, a number alone its field `value`.
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
    // The names of the fields that need not be copied.
    let mut settled = Vec::with_capacity(shape.fields.len());
    for field in shape.fields {
        let before = out.mark();
        out.known_name(field.name);
        if value(field, shape.also.prefixed == Some(field.name), object, out) {
            settled.push(field.name);
        } else if field.required {
            return Err(Unreadable::new(format!("the body has no usable `{}`", field.name)));
        } else if object.get(field.name).is_some_and(|json| !json.is_nothing()) {
            // It comes with the rest, in the shape that was not understood.
            out.rewind(before);
        } else {
            out.literal("null");
        }
    }
    for (name, json) in object.iter() {
        let is_settled =
            settled.contains(&name) || json.is_nothing() && shape.fields.iter().any(|field| field.name == name);
        if !is_settled {
            out.name(name);
            out.copy(json);
        }
    }
    out.close(written, "}");
    let Some(check) = shape.also.check else { return Ok(()) };
    out.since(start).object().map_or(Ok(()), |object| check(&object))
}

/// Writes the value under the first of a field's names that reads as its shape; nothing, and other shapes, count as
/// missing.
fn value(field: &Field, is_prefixed: bool, object: &Object<'_>, out: &mut Writer) -> bool {
    let before = out.mark();
    let found = field.aliases.iter().filter_map(|name| Some((*name, object.get(name)?)));
    found.filter(|(_, json)| !json.is_nothing()).any(|(name, json)| {
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

/// Writes an object of which only one field is known.
fn one_field(shape: &ObjectShape, name: &str, literal: &str, out: &mut Writer) {
    let object = out.open("{");
    for field in shape.fields {
        out.known_name(field.name);
        out.literal(if field.name == name { literal } else { "null" });
    }
    out.close(object, "}");
}
