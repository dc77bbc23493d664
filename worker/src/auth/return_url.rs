//! The allow list for `return_url`, the page that a payer returns to after paying.
//!
//! An unchecked `return_url` would be an open redirect: an attacker could send payers from a trusted page to their own.
//! Its origin must therefore be in the setting `ALLOWED_RETURN_ORIGINS`.

use citrn::url::Url;

use crate::http::{Cause, Problem};

/// The parameter's name.
const FIELD: &str = "return_url";

/// The origins of the setting `ALLOWED_RETURN_ORIGINS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedOrigins(Vec<String>);

impl AllowedOrigins {
    /// Parses origins separated by commas. An empty list is valid and refuses every URL.
    ///
    /// # Errors
    /// A description of the invalid entry.
    pub fn read(text: &str) -> Result<Self, String> {
        origins(text).map(Self)
    }

    /// Returns the origins.
    pub fn list(&self) -> &[String] {
        &self.0
    }

    /// Whether every `return_url` is refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks a URL, and returns it as normalised by the parser that checked it, so that no later parser reads another
    /// host.
    ///
    /// # Errors
    /// `invalid_parameter` or `return_url_not_allowed`.
    pub fn admit(&self, text: &str) -> Result<String, Problem> {
        let refuse = |cause: Cause, detail: &str| Err(Problem::new(cause, format!("{FIELD} {detail}")).about(FIELD));
        let Some(url) = Url::parse(text) else {
            return refuse(Cause::InvalidParameter, "must be an absolute URL, such as https://shop.example/thanks");
        };
        if url.scheme != "https" && url.scheme != "http" {
            return refuse(Cause::InvalidParameter, "must be an http or https URL");
        }
        if url.has_credentials {
            return refuse(Cause::InvalidParameter, "must not contain a user name or password");
        }
        if !url.is_secure() {
            return refuse(Cause::ReturnUrlNotAllowed, "must be https; plain http is allowed only for this machine");
        }
        if self.0.is_empty() {
            let detail = "is refused: the setting ALLOWED_RETURN_ORIGINS lists no origin";
            return refuse(Cause::ReturnUrlNotAllowed, detail);
        }
        if !self.0.contains(&url.origin) {
            let detail =
                format!("has the origin {}, which the setting ALLOWED_RETURN_ORIGINS does not list", url.origin);
            return refuse(Cause::ReturnUrlNotAllowed, &detail);
        }
        Ok(url.href)
    }
}

/// Parses origins separated by commas.
///
/// # Errors
/// A description of the invalid entry.
pub(crate) fn origins(text: &str) -> Result<Vec<String>, String> {
    text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).map(entry).collect()
}

fn entry(text: &str) -> Result<String, String> {
    // The text may contain a password.
    origin(text).map_err(|problem| match text.contains('@') {
        true => format!("has an entry that {problem}"),
        false => format!("has an entry {text:?} that {problem}"),
    })
}

/// Parses an origin: a scheme, a host and, unless it is the default, a port.
///
/// # Errors
/// A description of the fault.
pub(crate) fn origin(text: &str) -> Result<String, &'static str> {
    let url = Url::parse(text).ok_or("is not an origin such as https://shop.example")?;
    if url.has_credentials {
        return Err("has a user name or a password");
    }
    if !url.is_secure() {
        return Err("is not https (plain http is allowed only for this machine)");
    }
    if url.host.contains('*') {
        return Err("has a wildcard: list each origin");
    }
    if url.href.strip_suffix('/') != Some(url.origin.as_str()) {
        return Err("has more than scheme, host and port");
    }
    Ok(url.origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(origins: &str, url: &str) -> Result<String, (String, String)> {
        AllowedOrigins::read(origins).unwrap().admit(url).map_err(|problem| {
            assert_eq!(problem.field.as_deref(), Some("return_url"));
            (problem.code.clone(), problem.detail.clone())
        })
    }

    #[test]
    fn the_normalised_url_of_an_allowed_origin_is_admitted() {
        let origins = "https://shop.example, https://pay.shop.example:8443 ,http://127.0.0.1:3000";
        for (url, href) in [
            ("https://shop.example/thanks?order=17#top", "https://shop.example/thanks?order=17#top"),
            ("HTTPS://Shop.Example:443", "https://shop.example/"),
            ("https://shop.example\\@evil.example/", "https://shop.example/@evil.example/"),
            ("  https://shop.example/a b\t ", "https://shop.example/a%20b"),
            ("https://pay.shop.example:8443/x/../y", "https://pay.shop.example:8443/y"),
            ("http://127.0.0.1:3000/", "http://127.0.0.1:3000/"),
        ] {
            assert_eq!(admit(origins, url).as_deref(), Ok(href), "{url}");
        }
    }

    #[test]
    fn urls_of_other_origins_are_refused() {
        let origins = "https://shop.example,http://localhost:3000";
        for (url, code) in [
            ("https://evil.example/", "return_url_not_allowed"),
            ("https://shop.example.evil.example/", "return_url_not_allowed"),
            ("https://evil.example/https://shop.example", "return_url_not_allowed"),
            ("https://sub.shop.example/", "return_url_not_allowed"),
            ("https://shop.example:8443/", "return_url_not_allowed"),
            ("http://shop.example/", "return_url_not_allowed"),
            ("http://localhost/", "return_url_not_allowed"),
            ("https://shop.example@evil.example/", "invalid_parameter"),
            ("https://user:pass@shop.example/", "invalid_parameter"),
            ("https://user@shop.example/", "invalid_parameter"),
            ("javascript:alert(1)//https://shop.example", "invalid_parameter"),
            ("data:text/html,x", "invalid_parameter"),
            ("blob:https://shop.example/17", "invalid_parameter"),
            ("ftp://shop.example/", "invalid_parameter"),
            ("//shop.example/", "invalid_parameter"),
            ("/thanks", "invalid_parameter"),
            ("shop.example", "invalid_parameter"),
            ("https://", "invalid_parameter"),
            ("", "invalid_parameter"),
        ] {
            let (got, detail) = admit(origins, url).expect_err(url);
            assert_eq!(got, code, "{url}: {detail}");
        }
    }

    #[test]
    fn an_empty_list_refuses_everything() {
        for empty in ["", " ", ",", " , "] {
            let (code, detail) = admit(empty, "https://shop.example/").expect_err("it was admitted");
            assert_eq!(code, "return_url_not_allowed");
            assert!(detail.contains("lists no origin"), "{detail}");
        }
    }

    #[test]
    fn a_malformed_list_of_origins_is_refused() {
        for wrong in [
            "shop.example",
            "*",
            "https://*.shop.example",
            "https://shop.example/thanks",
            "https://shop.example?x",
            "http://shop.example",
            "https://shop.example https://other.example",
            "https://user:secret@shop.example",
            "[\"https://shop.example\"]",
        ] {
            let problem = AllowedOrigins::read(wrong).expect_err(wrong);
            assert!(!problem.contains("secret"), "{problem}");
        }
    }
}
