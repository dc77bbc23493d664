//! Checks of a reply beyond its shape: it is not a refusal, it matches the request, and its page is safe for a payer.

use super::shape::{ObjectShape, Shape};
use crate::{
    Error, Kind,
    characters::is_control_or_format,
    json::{Document, Json, Object, Unreadable, Writer},
    redact::Secrets,
    sanitize::sanitize,
    url::{Url, is_plain},
};

/// Fields in which an envelope may be nested.
pub(super) const NESTS: [&str; 3] = ["data", "error", "errors"];

/// The expectations that a reply is checked against.
pub(crate) struct Context {
    pub(crate) kind: Kind,
    /// The largest body of a success. A refusal has its own limit.
    pub(crate) max_reply_bytes: usize,
    /// The shape of the reply; `None` for any JSON.
    pub(crate) shape: Option<&'static Shape>,
    /// The currency codes in the request, for messages.
    pub(crate) coins: Vec<String>,
    /// Parameters whose values the reply must repeat if it has fields of these names.
    pub(crate) echoes: Vec<(&'static str, String)>,
    /// The rule for the page to which the payer is sent, if the reply has one.
    pub(crate) pages: Option<PayerPages>,
}

/// Checks a reply in its canonical form, and normalises the URL of the payer's page.
pub(super) fn checked(
    shape: &Shape,
    canonical: Document<'static>,
    context: &Context,
    secrets: &Secrets<'_>,
) -> Result<Document<'static>, Unreadable> {
    let (Shape::Object(ObjectShape { rules, .. }), Some(object)) = (shape, canonical.root().object()) else {
        return Ok(canonical);
    };
    for name in rules.plain.unwrap_or_default() {
        if object.string(name).is_some_and(|text| text.contains(is_control_or_format)) {
            return Err(Unreadable::new(format!("the body's `{name}` contains a control or format character")));
        }
    }
    for (name, sent) in &context.echoes {
        check_echo(name, sent, &object, secrets)?;
    }
    let page = rules.page.and_then(|name| Some((name, object.string(name)?)));
    let (Some((name, url)), Some(pages)) = (page, &context.pages) else { return Ok(canonical) };
    let url = pages.normalised(&url)?;
    Ok(with_text(&object, name, &url))
}

/// Checks that a reply repeats a value of the request. Otherwise it belongs to another request.
fn check_echo(name: &str, sent: &str, object: &Object<'_>, secrets: &Secrets<'_>) -> Result<(), Unreadable> {
    let Some(received) = object.get(name).and_then(Json::text).filter(|text| !text.is_empty()) else { return Ok(()) };
    let is_same = if name == "foreign_id" { received == sent } else { is_same_currency(sent, &received) };
    if is_same {
        return Ok(());
    }
    let (sent, received) = (sanitize(sent), secrets.shown(&received));
    Err(Unreadable::new(format!(
        "the body's `{name}` is \"{received}\", but the request's is \"{sent}\" (allow_other_currency disables this \
         check)"
    )))
}

/// Compares currency codes without case. The gateway may omit the letter of the network. An empty code, or a number,
/// which is an id of another kind, cannot be compared and counts as the same.
pub(crate) fn is_same_currency(sent: &str, received: &str) -> bool {
    let (sent, received) = (sent.trim(), received.trim());
    let is_token = sent.len() == received.len() + 1 && received.len() >= 3;
    received.bytes().all(|byte| byte.is_ascii_digit())
        || sent.eq_ignore_ascii_case(received)
        || is_token && sent.get(..received.len()).is_some_and(|token| token.eq_ignore_ascii_case(received))
}

/// Returns the object with the text of one field replaced.
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

/// The rule for the URL of a payer's page.
pub(crate) struct PayerPages {
    /// The gateway's base URL.
    pub(crate) base_url: Url,
    /// The allowed origins of a page; any if empty.
    pub(crate) origins: Vec<String>,
}

impl PayerPages {
    /// Returns the normalised URL of a page, if the payer may be sent there.
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

/// Whether a gateway at a base URL may send a payer to a page. A page on this machine requires a gateway on this
/// machine; any other requires https, or http to the gateway's own host if the base URL is http too.
fn is_allowed(page: &Url, base: &Url) -> bool {
    let is_local = is_this_machine(page);
    let is_http_allowed = is_local || base.scheme == "http" && page.host == base.host;
    (!is_local || is_this_machine(base)) && (page.scheme == "https" || page.scheme == "http" && is_http_allowed)
}

/// Whether a host is this machine, in any spelling that remains after parsing (RFC 6761, section 6.3; RFC 1122,
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
/// `invalid_configuration` if one is not an origin.
pub(crate) fn check_origins(origins: &[String]) -> Result<(), Error> {
    let is_origin = |text: &String| Url::parse(text).is_some_and(|url| url.origin == *text);
    match origins.iter().all(is_origin) {
        true => Ok(()),
        false => {
            Err(Error::configuration("redirect_origins", "must contain only origins, such as https://pay.example"))
        }
    }
}

/// Returns the `error_code` of a body, at the root or nested, if it is a text that is not empty.
pub(super) fn error_code(root: &Object<'_>) -> Option<String> {
    word(root, "error_code").or_else(|| nested(root).find_map(|object| word(&object, "error_code")))
}

pub(super) fn nested<'a>(root: &Object<'a>) -> impl Iterator<Item = Object<'a>> {
    NESTS.iter().filter_map(|name| root.get(name)?.object())
}

pub(super) fn word(object: &Object<'_>, name: &str) -> Option<String> {
    object.string(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
