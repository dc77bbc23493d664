//! URLs, parsed by WHATWG `URL` in wasm and by the `url` crate elsewhere, and the base URL of requests.

use core::net::Ipv4Addr;

use crate::Error;

/// The parts of a URL that this crate uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// Scheme without the colon, lower case.
    pub scheme: String,
    /// Host without the port, lower case; an IPv6 address in brackets.
    pub host: String,
    /// Scheme, host and port, as browsers compare them.
    pub origin: String,
    /// The whole URL, normalised.
    pub href: String,
    /// Whether it carries a user name or a password.
    pub has_credentials: bool,
}

impl Url {
    /// Reads an absolute URL; anything else is `None`.
    ///
    /// ```
    /// use citrn::url::Url;
    /// let url = Url::parse("HTTPS://Shop.Example:443/thanks").unwrap();
    /// assert_eq!(url.href, "https://shop.example/thanks");
    /// assert_eq!(url.origin, "https://shop.example");
    /// assert_eq!(Url::parse("/thanks"), None);
    /// ```
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    pub fn parse(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        Some(Self {
            scheme: url.scheme().to_owned(),
            host: url.host_str().unwrap_or_default().to_owned(),
            origin: url.origin().ascii_serialization(),
            has_credentials: !url.username().is_empty() || url.password().is_some(),
            href: url.into(),
        })
    }

    /// Reads an absolute URL; anything else is `None`.
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    pub fn parse(text: &str) -> Option<Self> {
        let href = web_sys::Url::new(text).ok()?.href();
        let (scheme, rest) = href.split_once(':')?;
        // Split here (URL Standard, "URL serializing"), since a call into JavaScript per part costs more than parsing.
        // Only special schemes have an origin.
        let authority = rest.strip_prefix("//").and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        let (credentials, host_and_port) = authority.rsplit_once('@').unwrap_or(("", authority));
        let host = match host_and_port.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => host_and_port,
        };
        let is_special = matches!(scheme, "http" | "https" | "ws" | "wss" | "ftp");
        Some(Self {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            origin: if is_special { format!("{scheme}://{host_and_port}") } else { "null".to_owned() },
            has_credentials: !credentials.is_empty(),
            href,
        })
    }

    /// Whether the host is this machine: 127.0.0.0/8, `[::1]`, `localhost` or its subdomains (RFC 6761, section 6.3).
    ///
    /// ```
    /// # use citrn::url::Url;
    /// assert!(Url::parse("http://127.1:8788").unwrap().is_loopback());
    /// assert!(!Url::parse("http://localhost.evil.example").unwrap().is_loopback());
    /// ```
    pub fn is_loopback(&self) -> bool {
        let name = self.host.strip_suffix('.').unwrap_or(&self.host);
        name == "localhost"
            || name.ends_with(".localhost")
            || self.host == "[::1]"
            || self.host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether the URL is https, or http on loopback.
    pub fn is_secure(&self) -> bool {
        self.scheme == "https" || (self.scheme == "http" && self.is_loopback())
    }
}

/// Whether a text has no characters that URL parsers drop or rewrite, so that the checked URL is the one that is sent.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.bytes().any(|byte| byte <= b' ' || byte == 0x7f || byte == b'\\')
}

/// The documented host of an endpoint: `.com` for the newer ones (API Documentation / API Endpoints).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Host {
    /// `app.citrn.io`
    Io,
    /// `app.citrn.com`
    Com,
}

impl Host {
    /// Returns the documented base URL, without a trailing slash.
    pub fn documented_base_url(self) -> &'static str {
        match self {
            Host::Io => "https://app.citrn.io/api",
            Host::Com => "https://app.citrn.com/api",
        }
    }

    /// Returns the documented base URL, parsed.
    pub(crate) fn documented_url(self) -> Url {
        let href = self.documented_base_url();
        let origin = href.strip_suffix("/api").unwrap_or_default();
        Url {
            scheme: "https".to_owned(),
            host: origin.strip_prefix("https://").unwrap_or_default().to_owned(),
            origin: origin.to_owned(),
            href: href.to_owned(),
            has_credentials: false,
        }
    }
}

/// The base URL of requests. Requests carry the account's key and signature, so plain http is limited to this machine,
/// unless [`RequestOptions::allow_insecure_base_url`](crate::RequestOptions::allow_insecure_base_url) is set.
///
/// The documentation gives `https://app.citrn.io/api` for nine endpoints and `https://app.citrn.com/api` for the three
/// newest (create-quota, make-exchange, create-payment); both hosts are in use. By default each endpoint uses its
/// documented host. [`BaseUrl::one`] is one base URL for all, such as a sandbox's, or the one from your onboarding.
///
/// ```
/// use citrn::BaseUrl;
/// assert_eq!(BaseUrl::one("http://127.0.0.1:8788/api/")?, BaseUrl::one("http://127.0.0.1:8788/api")?);
/// assert_eq!(BaseUrl::one("127.0.0.1:8788").unwrap_err().field(), Some("base_url"));
/// # Ok::<(), citrn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    io: Url,
    com: Url,
}

impl BaseUrl {
    /// Returns the documented base URLs.
    pub fn documented() -> Self {
        Self { io: Host::Io.documented_url(), com: Host::Com.documented_url() }
    }

    /// Creates one base URL for all endpoints, with its path, such as `http://127.0.0.1:8788/api`.
    ///
    /// # Errors
    /// `invalid_configuration` if it is not an absolute http or https URL, or carries credentials, a query or a
    /// fragment.
    pub fn one(base: &str) -> Result<Self, Error> {
        Self::each(base, base)
    }

    /// Creates a base URL for the endpoints on `.io` and another for those on `.com`.
    ///
    /// # Errors
    /// As [`BaseUrl::one`].
    pub fn each(io: &str, com: &str) -> Result<Self, Error> {
        let parsed = base(io)?;
        Ok(Self { com: if com == io { parsed.clone() } else { base(com)? }, io: parsed })
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.io.is_secure() && self.com.is_secure()
    }

    pub(crate) fn for_host(&self, host: Host) -> &Url {
        match host {
            Host::Io => &self.io,
            Host::Com => &self.com,
        }
    }
}

impl Default for BaseUrl {
    fn default() -> Self {
        Self::documented()
    }
}

fn base(text: &str) -> Result<Url, Error> {
    let problem = match Url::parse(text) {
        None => "must be an absolute URL, such as https://app.citrn.io/api",
        Some(url) if url.scheme != "https" && url.scheme != "http" => "must be an http or https URL",
        Some(url) if url.has_credentials => "must not carry a user name or a password",
        Some(_) if text.contains(['?', '#']) => "must not have a query or a fragment",
        Some(url) => return Ok(Url { href: url.href.trim_end_matches('/').to_owned(), ..url }),
    };
    Err(Error::configuration("base_url", problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_hosts_equal_their_parsed_urls() {
        for host in [Host::Io, Host::Com] {
            assert_eq!(Some(host.documented_url()), Url::parse(host.documented_base_url()));
        }
    }
}
