//! Where requests go.

use crate::{Error, endpoint::Host, url::Url};

/// Where requests go. They carry the account's key and signature, so plain http is for this machine only, unless
/// [`RequestOptions::allow_insecure_base_url`](crate::RequestOptions::allow_insecure_base_url) is set.
///
/// The documentation prints `https://app.citrn.io/api` for nine endpoints and `https://app.citrn.com/api` for the three
/// newest (create-quota, make-exchange, create-payment); both hosts are in use. By default each endpoint goes to the
/// host printed for it. [`BaseUrl::one`] sends all of them to one base: a sandbox, or what onboarding told you.
///
/// ```
/// use citrn::BaseUrl;
/// assert_eq!(BaseUrl::one("http://127.0.0.1:8788/api/")?, BaseUrl::one("http://127.0.0.1:8788/api")?);
/// assert_eq!(BaseUrl::one("127.0.0.1:8788").unwrap_err().field(), Some("base_url"));
/// # Ok::<(), citrn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    io: String,
    com: String,
    is_secure: bool,
}

impl BaseUrl {
    /// The documented hosts.
    #[must_use]
    pub fn documented() -> Self {
        let of = |host: Host| host.documented_base_url().to_owned();
        Self { io: of(Host::Io), com: of(Host::Com), is_secure: true }
    }

    /// One base for all endpoints, with its path, such as `http://127.0.0.1:8788/api`.
    ///
    /// # Errors
    /// `invalid_configuration` when it is not an absolute http or https URL, or carries credentials, a query or a
    /// fragment.
    pub fn one(base: &str) -> Result<Self, Error> {
        Self::each(base, base)
    }

    /// One base for the nine endpoints on `.io` and one for the three on `.com`.
    ///
    /// # Errors
    /// As [`BaseUrl::one`].
    pub fn each(io: &str, com: &str) -> Result<Self, Error> {
        let (io, com) = (base(io)?, base(com)?);
        Ok(Self { is_secure: io.is_secure() && com.is_secure(), io: io.href, com: com.href })
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.is_secure
    }

    pub(crate) fn of(&self, host: Host) -> &str {
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
