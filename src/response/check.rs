//! Checks of a reply beyond its shape: it answers this request, and can be shown to a payer.

use crate::{
    call::Call,
    characters::is_control_or_format,
    json::{Json, Object, Unreadable, text},
    redact::Secrets,
    sanitize::sanitize,
    shape::{ObjectShape, Shape},
};

/// The setting that turns the comparison with the request off, as its user spells it.
const SETTING: &str = if cfg!(feature = "js") { "allowOtherCurrency" } else { "allow_other_currency" };

/// Checks a reply in its canonical form, and writes the page for the payer as the platform's URL parser does.
pub(super) fn checked(
    shape: &Shape,
    canonical: String,
    call: &Call,
    secrets: &Secrets<'_>,
) -> Result<String, Unreadable> {
    let Shape::Object(ObjectShape { also, .. }) = shape else { return Ok(canonical) };
    if also.plain.is_none() && also.page.is_none() && call.echoes.is_empty() {
        return Ok(canonical);
    }
    let Some(object) = Json::parse(&canonical)?.object() else { return Ok(canonical) };
    for name in also.plain.unwrap_or_default() {
        if object.string(name).is_some_and(|text| text.contains(is_control_or_format)) {
            return Err(Unreadable::new(format!("the body's `{name}` holds a control or format character")));
        }
    }
    for (name, asked) in &call.echoes {
        repeated(name, asked, &object, secrets)?;
    }
    match (also.page.and_then(|name| Some((name, object.string(name)?))), &call.pages) {
        (Some((name, url)), Some(pages)) => Ok(with_text(&object, name, &pages.normalised(&url)?)),
        _ => Ok(canonical),
    }
}

/// Checks that a reply repeats the request's values: otherwise it answers another request.
fn repeated(name: &str, asked: &str, object: &Object<'_>, secrets: &Secrets<'_>) -> Result<(), Unreadable> {
    let Some(given) = object.get(name).and_then(Json::text).filter(|given| !given.is_empty()) else { return Ok(()) };
    let is_same = if name == "foreign_id" { given == asked } else { is_same_currency(asked, &given) };
    if is_same {
        return Ok(());
    }
    let (asked, given) = (sanitize(asked), secrets.shown(&given));
    Err(Unreadable::new(format!(
        "the body's `{name}` is \"{given}\", and the request's is \"{asked}\" ({SETTING} turns this check off)"
    )))
}

/// Compares currency codes without case. The gateway may leave out the letter of the network; digits alone are
/// another id.
fn is_same_currency(asked: &str, given: &str) -> bool {
    let (asked, given) = (asked.trim(), given.trim());
    let is_token = asked.len() == given.len() + 1 && given.len() >= 3;
    given.bytes().all(|byte| byte.is_ascii_digit())
        || asked.eq_ignore_ascii_case(given)
        || is_token && asked.get(..given.len()).is_some_and(|token| token.eq_ignore_ascii_case(given))
}

fn with_text(object: &Object<'_>, name: &str, value: &str) -> String {
    let mut out = String::from("{");
    for (at, (field, json)) in object.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        text::write(field, &mut out);
        out.push(':');
        match field == name {
            true => text::write(value, &mut out),
            false => out.push_str(json.as_str()),
        }
    }
    out.push('}');
    out
}
