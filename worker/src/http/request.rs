//! A request from outside: its parts, its path, its id, and whether it comes from this machine.

use core::fmt::Write as _;

use citrn::{Platform, url::Url};

use super::problem::{Cause, Problem};

/// Names the caller's address at Cloudflare's edge, where no caller can set or remove it.
pub const CALLER_ADDRESS: &str = "CF-Connecting-IP";

/// The header that brings the request's id, and takes it back.
pub const REQUEST_ID: &str = "X-Request-Id";

/// Longest id that is taken over from a caller, in characters.
const LONGEST_ID: usize = 128;

/// A request from outside.
pub trait Incoming {
    /// The method as it was sent.
    fn method(&self) -> &str;

    /// The absolute URL, as the runtime normalised it.
    fn url(&self) -> &str;

    /// The value of a header; several of one name are joined by commas.
    fn header(&self, name: &str) -> Option<String>;

    /// Reads the whole body, once.
    ///
    /// # Errors
    /// When it has more than `limit` bytes, which is noticed before they have all been taken in, or when it breaks off.
    fn body(&mut self, limit: usize) -> impl Future<Output = Result<Vec<u8>, Unreadable>>;

    /// Reads the whole body, once.
    ///
    /// # Errors
    /// `body_too_large`, `malformed_body`.
    fn body_within(&mut self, limit: usize) -> impl Future<Output = Result<Vec<u8>, Problem>> {
        async move {
            self.body(limit).await.map_err(|unreadable| match unreadable {
                Unreadable::TooLarge => {
                    Problem::new(Cause::BodyTooLarge, format!("The body has more than {limit} bytes."))
                }
                Unreadable::Broken => Problem::new(Cause::MalformedBody, "The body broke off before its end."),
            })
        }
    }

    /// Whether it was addressed to this machine and does not come from another one, as under `wrangler dev`.
    ///
    /// `Host` alone would be the caller's own word. At the edge the caller's address is always there and never loopback.
    fn is_local(&self) -> bool {
        let from_here = match self.header(CALLER_ADDRESS) {
            Some(address) => matches!(address.as_str(), "127.0.0.1" | "::1" | "localhost"),
            None => true,
        };
        from_here && Url::parse(self.url()).is_some_and(|url| url.is_loopback())
    }
}

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is longer than the limit.
    TooLarge,
    /// It broke off, or the transfer itself was malformed.
    Broken,
}

/// The path of an absolute URL that a URL parser has written: from the first slash behind the host to `?` or `#`.
pub fn path(url: &str) -> &str {
    let behind_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path_on = behind_scheme.find('/').and_then(|at| behind_scheme.get(at..)).unwrap_or("/");
    path_on.split(['?', '#']).next().unwrap_or(path_on)
}

/// The caller's own id if it is usable, else a fresh one: 32 hex digits.
///
/// Usable are up to 128 letters, digits and `- _ . : / + =`: what the common formats of ids are written in, and nothing
/// that could break a log line or a header.
pub fn id_of(given: Option<String>, platform: &impl Platform) -> String {
    given.filter(|id| is_usable(id)).unwrap_or_else(|| fresh(platform))
}

/// The rule of [`is_usable`] for JavaScript, which answers if the wasm instance died.
#[cfg(test)]
pub(crate) const USABLE_ID: &str = r"^[\w.:/+=-]{1,128}$";

fn is_usable(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte);
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(plain)
}

/// Random, not secret: it only has to differ from the others in a log.
fn fresh(platform: &impl Platform) -> String {
    (0..4).fold(String::with_capacity(32), |mut id, _| {
        // Writing to a String cannot fail.
        let _ = write!(id, "{:08x}", platform.random());
        id
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Scripted, Sent};

    #[test]
    fn the_path_ends_before_query_and_fragment() {
        for (url, expected) in [
            ("https://edge.example/v1/payments", "/v1/payments"),
            ("http://127.0.0.1:8787/healthz?x=/y#z", "/healthz"),
            ("http://[::1]:8787/", "/"),
            ("https://edge.example", "/"),
            ("https://edge.example/#/v1", "/"),
        ] {
            assert_eq!(path(url), expected, "{url}");
        }
    }

    #[test]
    fn a_usable_id_of_the_caller_is_kept() {
        for id in ["17", "0af7651916cd43dd8448eb211c80319c", "Root=1-67891233-abcdef012345678912345678", "a/b:c+d_e.f"]
        {
            assert_eq!(id_of(Some(id.to_owned()), &Scripted::default()), id);
        }
    }

    #[test]
    fn any_other_is_replaced() {
        let long = "x".repeat(129);
        for id in ["", "a b", "a\"b", "a\nb", "naïve", "payer@shop.example", "a,b", long.as_str()] {
            let given = id_of(Some(id.to_owned()), &Scripted::default());
            assert!(given.len() == 32 && given.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id:?} gave {given:?}");
        }
    }

    #[test]
    fn two_fresh_ids_differ() {
        let platform = Scripted::default();
        assert_ne!(id_of(None, &platform), id_of(None, &platform));
    }

    #[test]
    fn both_the_host_and_the_caller_must_be_this_machine() {
        let from = |url: &str, address: Option<&str>| {
            let mut request = Sent::get(url);
            if let Some(address) = address {
                request = request.with(CALLER_ADDRESS, address);
            }
            request.is_local()
        };
        assert!(from("http://127.0.0.1:8787/readyz", None));
        assert!(from("http://localhost:8787/readyz", Some("127.0.0.1")));
        assert!(from("http://[::1]:8787/readyz", Some("::1")));
        assert!(!from("http://localhost/readyz", Some("203.0.113.7")));
        assert!(!from("https://edge.example/readyz", Some("127.0.0.1")));
        assert!(!from("https://127.0.0.1.edge.example/readyz", None));
    }
}
