//! The pages that a payer may be sent to.

use crate::{
    Error,
    characters::is_control_or_format,
    json::Unreadable,
    sanitize::sanitize,
    url::{Url, is_plain},
};

/// The setting that names the origins, as its user spells it.
const SETTING: &str = if cfg!(feature = "js") { "redirectOrigins" } else { "redirect_origins" };

/// The rule for the URL of a page.
pub(crate) struct PayerPages {
    /// Where the gateway is.
    pub(crate) base_url: String,
    /// The only origins that a page may have; any when empty.
    pub(crate) origins: Vec<String>,
}

impl PayerPages {
    /// The URL of a page as the platform's parser writes it, if the payer may be sent there.
    pub(crate) fn normalised(&self, text: &str) -> Result<String, Unreadable> {
        let is_absolute = text.starts_with("https://") || text.starts_with("http://");
        let url =
            if is_absolute && is_plain(text) && !text.contains(is_control_or_format) { Url::parse(text) } else { None };
        let base = Url::parse(&self.base_url);
        let url = url.filter(|page| !page.has_credentials && base.is_some_and(|base| is_allowed(page, &base)));
        let url = url.ok_or_else(|| Unreadable::new("the body's redirect URL is not an absolute https URL"))?;
        if !self.origins.is_empty() && !self.origins.contains(&url.origin) {
            let origin = sanitize(&url.origin);
            return Err(Unreadable::new(format!("the body's redirect URL is at {origin}, which is not in {SETTING}")));
        }
        Ok(url.href)
    }
}

/// Whether a gateway at a base URL may send a payer to a page: to this machine only if the gateway is there too; to another
/// over https, or over http to the gateway's own host if its calls go over http.
fn is_allowed(page: &Url, base: &Url) -> bool {
    let is_local = is_this_machine(page);
    let is_http_allowed = is_local || base.scheme == "http" && page.host == base.host;
    (!is_local || is_this_machine(base)) && (page.scheme == "https" || page.scheme == "http" && is_http_allowed)
}

/// Whether a host means the machine that reads it, however it is spelt after parsing (RFC 6761, section 6.3; RFC 1122,
/// section 3.2.1.3; RFC 4291, section 2.5).
fn is_this_machine(url: &Url) -> bool {
    let host = url.host.trim_end_matches('.');
    host == "localhost"
        || host.ends_with(".localhost")
        || is_ipv4_of_this_machine(host)
        || matches!(host, "[::]" | "[::1]")
        || host.starts_with("[::ffff:7f")
        || host.starts_with("[::ffff:0:")
}

fn is_ipv4_of_this_machine(host: &str) -> bool {
    let is_address = host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_address && (host.starts_with("127.") || host.starts_with("0."))
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
