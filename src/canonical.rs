//! The tolerant reader: from a reply as the gateway may write it to the one form that everything else works with.
//!
//! Almost no reply body is documented, so a shape says under which names a field may come, and in which other ways an
//! object or a list may be written. The canonical form has the fields under their own names, amounts and ids as text with
//! every digit, `null` for what is not there, and then everything else as it came.

use crate::{
    amount::without_exponent,
    json::{Json, Object, Unreadable, rewrite, text},
    shape::{Field, ObjectShape, Shape, Word},
};

/// Reads the body of a reply: what stands under `data`, or else at the root.
///
/// The documentation shows `data` for balances only; the siblings of this API have it everywhere except on ping. A list is
/// written as `{"data": [...]}` whatever it was.
pub(crate) fn canonical(shape: &Shape, body: &str) -> Result<String, Unreadable> {
    let mut out = String::with_capacity(body.len());
    let root = match Json::parse(body) {
        Ok(root) => root,
        Err(reason) => {
            bare(shape, body, &mut out).ok_or(reason)?;
            return Ok(out);
        }
    };
    let data = root.object().and_then(|object| object.get("data")).filter(|data| !data.is_nothing());
    match (shape, data.unwrap_or(root)) {
        (Shape::List(item), payload) => {
            out.push_str("{\"data\":[");
            list(item, payload, data.is_some(), &mut out)?;
            out.push_str("]}");
        }
        (Shape::Any, payload) if payload.is_object() || payload.is_array() => {
            out.push_str("{\"data\":");
            write(shape, payload, &mut out)?;
            out.push('}');
        }
        (Shape::Any, _) => return Err(Unreadable::new("the body is neither a list nor an object")),
        (shape, payload) => {
            if let Err(reason) = write(shape, payload, &mut out) {
                // Fields may also stand beside `data`.
                out.clear();
                if data.is_none() || write(shape, root, &mut out).is_err() {
                    return Err(reason);
                }
            }
        }
    }
    if matches!(shape, Shape::List(_) | Shape::Any) {
        // The root is one level deeper now.
        Json::parse(&out)?;
    }
    Ok(out)
}

/// Reads a body that is the value itself, whatever it has under `data`.
pub(crate) fn canonical_root(shape: &Shape, body: &str) -> Result<String, Unreadable> {
    let mut out = String::with_capacity(body.len());
    write(shape, Json::parse(body)?, &mut out)?;
    Ok(out)
}

/// Reads a body that is not JSON.
fn bare(shape: &Shape, body: &str, out: &mut String) -> Option<()> {
    let Shape::Object(object) = shape else { return None };
    let (text, field) = object.also.bare?;
    (body.trim() == text).then(|| one_field(object, field, &format!("\"{text}\""), out))
}

fn write(shape: &Shape, json: Json<'_>, out: &mut String) -> Result<(), Unreadable> {
    match shape {
        Shape::Amount => match json.text().as_deref().and_then(without_exponent) {
            Some(plain) => text::write(&plain, out),
            None => write(&Shape::Text, json, out)?,
        },
        Shape::Text if json.is_string() => out.push_str(json.as_str()),
        Shape::Text if json.is_number() => {
            out.push('"');
            out.push_str(json.as_str());
            out.push('"');
        }
        Shape::Text => return Err(Unreadable::new("it is neither text nor a number")),
        Shape::Word(words) => {
            // The documentation's tables print these words with a capital, its examples without.
            let text = json.string().ok_or_else(|| Unreadable::new("it is not text"))?;
            match Word::normalized(words, &text) {
                "" => return Err(Unreadable::new("it is empty")),
                word => text::write(word, out),
            }
        }
        Shape::Whole => {
            let text = json.text().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() < 16);
            let digits = text.ok_or_else(|| Unreadable::new("it is not a whole number"))?;
            let digits = digits.trim_start_matches('0');
            out.push_str(if digits.is_empty() { "0" } else { digits });
        }
        Shape::Any => out.push_str(&rewrite(json.as_str(), plain_token)),
        Shape::List(item) => {
            let items = json.array().ok_or_else(|| Unreadable::new("it is not a list"))?;
            out.push('[');
            each(item, &items, out)?;
            out.push(']');
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
fn plain_token(token: &str) -> Option<String> {
    match token.strip_prefix('"') {
        Some(_) => without_exponent(&text::read(token)?).map(|plain| format!("\"{plain}\"")),
        None => without_exponent(token),
    }
}

/// Reads a list: an array, a map from what identifies an entry, or one entry alone.
///
/// A map counts only under `data`: at the root, any reply at all is an object.
fn list(item: &Shape, json: Json<'_>, under_data: bool, out: &mut String) -> Result<(), Unreadable> {
    if let Some(items) = json.array() {
        return each(item, &items, out);
    }
    let start = out.len();
    let Err(reason) = write(item, json, out) else { return Ok(()) };
    out.truncate(start);
    let Shape::Object(ObjectShape { also, fields: named, .. }) = item else { return Err(reason) };
    let (Some((key, value)), Some(entries), true) = (also.keyed, json.object(), under_data) else { return Err(reason) };
    for (at, (name, json)) in entries.iter().enumerate() {
        // Any other object is not a map of entries, whatever its fields are called.
        if named.iter().any(|field| field.name == name) {
            return Err(reason);
        }
        let mut entry = String::from("{");
        push_field(key, true, &mut entry);
        text::write(name, &mut entry);
        if let Some(object) = json.object() {
            for (name, json) in object.iter() {
                push_field(name, false, &mut entry);
                entry.push_str(json.as_str());
            }
        } else if json.text().is_some_and(|text| text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit()))
        {
            push_field(value, false, &mut entry);
            entry.push_str(json.as_str());
        }
        entry.push('}');
        if at > 0 {
            out.push(',');
        }
        write(item, Json::parse(&entry)?, out)?;
    }
    Ok(())
}

fn each(item: &Shape, items: &[Json<'_>], out: &mut String) -> Result<(), Unreadable> {
    for (at, json) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(item, *json, out)?;
    }
    Ok(())
}

fn fields(shape: &ObjectShape, object: &Object<'_>, out: &mut String) -> Result<(), Unreadable> {
    let start = out.len();
    out.push('{');
    let mut understood = Vec::with_capacity(shape.fields.len());
    for field in shape.fields {
        let before = out.len();
        push_field(field.name, before == start + 1, out);
        if value(field, shape.also.prefixed == Some(field.name), object, out) {
            understood.push(field.name);
        } else if field.required {
            return Err(Unreadable::new(format!("the body has no usable `{}`", field.name)));
        } else if object.get(field.name).is_some_and(|json| !json.is_nothing()) {
            // It comes with the rest, in the shape that was not understood.
            out.truncate(before);
        } else {
            out.push_str("null");
        }
    }
    for (name, json) in object.iter() {
        let named = shape.fields.iter().any(|field| field.name == name);
        if !(understood.contains(&name) || named && json.is_nothing()) {
            push_field(name, out.len() == start + 1, out);
            out.push_str(json.as_str());
        }
    }
    out.push('}');
    let Some(check) = shape.also.check else { return Ok(()) };
    match out.get(start..).and_then(|written| Json::parse(written).ok()).and_then(Json::object) {
        Some(object) => check(&object),
        None => Ok(()),
    }
}

/// Writes the first of a field's names that reads as its shape; nothing, and other shapes, count as not there.
fn value(field: &Field, prefixed: bool, object: &Object<'_>, out: &mut String) -> bool {
    let before = out.len();
    let found = field.aliases.iter().filter_map(|name| Some((*name, object.get(name)?)));
    found.filter(|(_, json)| !json.is_nothing()).any(|(name, json)| {
        let read = if prefixed && name != field.name {
            json.text().map(|text| text::write(&format!("{name}:{text}"), out)).is_some()
        } else {
            write(field.shape, json, out).is_ok()
        };
        if !read {
            out.truncate(before);
        }
        read
    })
}

/// Writes an object of which only one field is known.
fn one_field(shape: &ObjectShape, name: &str, json: &str, out: &mut String) {
    out.push('{');
    for (at, field) in shape.fields.iter().enumerate() {
        push_field(field.name, at == 0, out);
        out.push_str(if field.name == name { json } else { "null" });
    }
    out.push('}');
}

fn push_field(name: &str, first: bool, out: &mut String) {
    if !first {
        out.push(',');
    }
    text::write(name, out);
    out.push(':');
}
