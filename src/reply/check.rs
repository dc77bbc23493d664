//! Checks of a reply beyond its shape: it is not a refusal, it answers this request, and a payer may be sent to its page.

use super::shape::{ObjectShape, Shape};
use crate::{
    Error, Kind,
    characters::is_control_or_format,
    json::{Document, Json, Object, Unreadable, Writer},
    redact::Secrets,
    sanitize::sanitize,
    url::{Url, is_plain},
};

/// Fields under which an envelope may be nested.
pub(super) const NESTS: [&str; 3] = ["data", "error", "errors"];

/// What a reply is checked against.
pub(crate) struct Context {
    pub(crate) kind: Kind,
    /// The largest body of a success. That of a refusal has a limit of its own.
    pub(crate) max_reply_bytes: usize,
    /// What the reply reads as; `None` is any JSON.
    pub(crate) shape: Option<&'static Shape>,
    /// The currency codes in the request, for messages.
    pub(crate) coins: Vec<String>,
    /// Parameters whose values the reply must repeat if it has fields of these names.
    pub(crate) echoes: Vec<(&'static str, String)>,
    /// Where the payer may be sent, if the reply says where.
    pub(crate) pages: Option<PayerPages>,
}

/// Checks a reply in its canonical form, and writes the page for the payer as the platform's URL parser does.
pub(super) fn checked(
    shape: &Shape,
    canonical: Document<'static>,
    context: &Context,
    secrets: &Secrets<'_>,
) -> Result<Document<'static>, Unreadable> {
    let (Shape::Object(ObjectShape { also, .. }), Some(object)) = (shape, canonical.root().object()) else {
        return Ok(canonical);
    };
    for name in also.plain.unwrap_or_default() {
        if object.string(name).is_some_and(|text| text.contains(is_control_or_format)) {
            return Err(Unreadable::new(format!("the body's `{name}` holds a control or format character")));
        }
    }
    for (name, asked) in &context.echoes {
        check_echo(name, asked, &object, secrets)?;
    }
    let page = also.page.and_then(|name| Some((name, object.string(name)?)));
    let (Some((name, url)), Some(pages)) = (page, &context.pages) else { return Ok(canonical) };
    let url = pages.normalised(&url)?;
    Ok(with_text(&object, name, &url))
}

/// Checks that a reply repeats a value of the request: otherwise it answers another request.
fn check_echo(name: &str, asked: &str, object: &Object<'_>, secrets: &Secrets<'_>) -> Result<(), Unreadable> {
    let Some(given) = object.get(name).and_then(Json::text).filter(|given| !given.is_empty()) else { return Ok(()) };
    let is_same = if name == "foreign_id" { given == asked } else { is_same_currency(asked, &given) };
    if is_same {
        return Ok(());
    }
    let (asked, given) = (sanitize(asked), secrets.shown(&given));
    Err(Unreadable::new(format!(
        "the body's `{name}` is \"{given}\", and the request's is \"{asked}\" (allow_other_currency turns this check \
         off)"
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

/// The object with another text in one field.
fn with_text(object: &Object<'_>, name: &str, text: &str) -> Document<'static> {
    let mut out = Writer::default();
    let written = out.open("{");
    for (field, json) in object.iter() {
        out.name(field);
        if field == name { out.string(text) } else { out.copy(json) }
    }
    out.close(written, "}");
    out.finish()
}

/// The rule for the URL of a page.
pub(crate) struct PayerPages {
    /// Where the gateway is.
    pub(crate) base_url: Url,
    /// The only origins that a page may have; any when empty.
    pub(crate) origins: Vec<String>,
}

impl PayerPages {
    /// The URL of a page as the platform's parser writes it, if the payer may be sent there.
    pub(crate) fn normalised(&self, text: &str) -> Result<String, Unreadable> {
        let is_absolute = text.starts_with("https://") || text.starts_with("http://");
        let url =
            if is_absolute && is_plain(text) && !text.contains(is_control_or_format) { Url::parse(text) } else { None };
        let url = url.filter(|page| !page.has_credentials && is_allowed(page, &self.base_url));
        let url = url.ok_or_else(|| Unreadable::new("the body's redirect URL is not an absolute https URL"))?;
        if !self.origins.is_empty() && !self.origins.contains(&url.origin) {
            let origin = sanitize(&url.origin);
            return Err(Unreadable::new(format!(
                "the body's redirect URL is at {origin}, which is not in redirect_origins"
            )));
        }
        Ok(url.href)
    }
}

/// Whether a gateway at a base URL may send a payer to a page: to this machine only if the gateway is there too; to
/// another over https, or over http to the gateway's own host if its calls go over http.
fn is_allowed(page: &Url, base: &Url) -> bool {
    let is_local = is_this_machine(page);
    let is_http_allowed = is_local || base.scheme == "http" && page.host == base.host;
    (!is_local || is_this_machine(base)) && (page.scheme == "https" || page.scheme == "http" && is_http_allowed)
}

/// Whether a host is this machine, however it is spelt after parsing (RFC 6761, section 6.3; RFC 1122,
/// section 3.2.1.3; RFC 4291, section 2.5).
fn is_this_machine(url: &Url) -> bool {
    let host = url.host.trim_end_matches('.');
    let is_ipv4 = host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    host == "localhost"
        || host.ends_with(".localhost")
        || is_ipv4 && (host.starts_with("127.") || host.starts_with("0."))
        || matches!(host, "[::]" | "[::1]")
        || host.starts_with("[::ffff:7f")
        || host.starts_with("[::ffff:0:")
}

/// Checks a list of origins.
///
/// # Errors
/// `invalid_configuration` when one is not an origin.
pub(crate) fn check_origins(origins: &[String]) -> Result<(), Error> {
    let is_origin = |text: &String| Url::parse(text).is_some_and(|url| url.origin == *text);
    match origins.iter().all(is_origin) {
        true => Ok(()),
        false => Err(Error::configuration("redirect_origins", "must hold only origins, such as https://pay.example")),
    }
}

/// Returns the `error_code` of a body, at the root or in one of the nests: a text that is not empty.
pub(super) fn error_code(root: &Object<'_>) -> Option<String> {
    word(root, "error_code").or_else(|| nested(root).find_map(|object| word(&object, "error_code")))
}

pub(super) fn nested<'a>(root: &Object<'a>) -> impl Iterator<Item = Object<'a>> {
    NESTS.iter().filter_map(|name| root.get(name)?.object())
}

pub(super) fn word(object: &Object<'_>, name: &str) -> Option<String> {
    object.string(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
