//! Incoming requests: their parts, path and id, and whether they come from this machine.

use core::fmt::Write as _;

use citrn::{Platform, url::Url};

use super::problem::{Cause, Problem};

/// The header with the caller's address. Callers cannot set or remove it at Cloudflare's edge.
pub const CALLER_ADDRESS: &str = "CF-Connecting-IP";

/// The header with the request's id, in requests and responses.
pub const REQUEST_ID: &str = "X-Request-Id";

/// The header with the media types that a client accepts.
pub const ACCEPT: &str = "Accept";

/// Longest id that is accepted from a caller, in characters.
const LONGEST_ID: usize = 128;

/// An incoming request.
pub trait Incoming {
    /// Returns the method as it was sent.
    fn method(&self) -> &str;

    /// Returns the absolute URL, normalised by the runtime.
    fn url(&self) -> &str;

    /// Returns the value of a header. Several headers of one name are joined by commas.
    fn header(&self, name: &str) -> Option<String>;

    /// Returns the id of the platform's trace of this request, if the platform records one.
    fn trace_id(&self) -> Option<&str> {
        None
    }

    /// Reads the whole body, once.
    ///
    /// # Errors
    /// When the body is longer than `limit` bytes, which stops the reading early, or incomplete.
    fn body(&mut self, limit: usize) -> impl Future<Output = Result<Vec<u8>, BodyError>>;

    /// Reads the whole body, once.
    ///
    /// # Errors
    /// `body_too_large`, `malformed_body`.
    fn body_within(&mut self, limit: usize) -> impl Future<Output = Result<Vec<u8>, Problem>> {
        async move {
            self.body(limit).await.map_err(|error| match error {
                BodyError::TooLarge => {
                    Problem::new(Cause::BodyTooLarge, format!("The body has more than {limit} bytes."))
                }
                BodyError::Broken => Problem::new(Cause::MalformedBody, "The body is incomplete."),
            })
        }
    }

    /// Whether the request was sent to this machine by this machine, such as under `wrangler dev`.
    ///
    /// `Host` alone could be forged. At the edge, the caller's address is always present and never loopback.
    fn is_local(&self) -> bool {
        let from_here = match self.header(CALLER_ADDRESS) {
            Some(address) => matches!(address.as_str(), "127.0.0.1" | "::1" | "localhost"),
            None => true,
        };
        from_here && Url::parse(self.url()).is_some_and(|url| url.is_loopback())
    }
}

/// The reason for an unreadable body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// The body is longer than the limit.
    TooLarge,
    /// The transfer was incomplete or malformed.
    Broken,
}

/// Whether an `Accept` header (RFC 9110, section 12.5.1) has a media type that contains this text.
pub fn accepts(accept: &str, media_type: &str) -> bool {
    accept.to_ascii_lowercase().split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let matches = parts.next().is_some_and(|range| range.contains(media_type));
        let refuses = |part: &str| {
            part.strip_prefix("q=0").is_some_and(|rest| rest.bytes().all(|byte| byte == b'.' || byte == b'0'))
        };
        matches && !parts.any(refuses)
    })
}

/// Returns the path of a normalised absolute URL: from the first slash after the host to `?` or `#`.
pub fn path(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let from_path = after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or("/");
    from_path.split(['?', '#']).next().unwrap_or(from_path)
}

/// Returns the caller's id if it is usable, otherwise a new one of 32 hex digits.
///
/// An id of up to 128 letters, digits and `- _ . : / + =` is usable. That covers the common formats, and cannot break a
/// log line or a header.
pub fn id_of(given: Option<String>, platform: &impl Platform) -> String {
    given.filter(|id| is_usable(id)).unwrap_or_else(|| new_id(platform))
}

/// The pattern of [`is_usable`] for JavaScript, which responds after the wasm instance died.
#[cfg(test)]
pub(crate) const USABLE_ID: &str = r"^[\w.:/+=-]{1,128}$";

fn is_usable(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte);
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(plain)
}

/// Returns a random id. It is not secret, but only unique in the log.
fn new_id(platform: &impl Platform) -> String {
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
    fn a_usable_id_of_the_caller_is_used() {
        for id in ["17", "0af7651916cd43dd8448eb211c80319c", "Root=1-67891233-abcdef012345678912345678", "a/b:c+d_e.f"]
        {
            assert_eq!(id_of(Some(id.to_owned()), &Scripted::default()), id);
        }
    }

    #[test]
    fn an_unusable_id_is_replaced() {
        let long = "x".repeat(129);
        for id in ["", "a b", "a\"b", "a\nb", "naïve", "payer@shop.example", "a,b", long.as_str()] {
            let given = id_of(Some(id.to_owned()), &Scripted::default());
            assert!(given.len() == 32 && given.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id:?} gave {given:?}");
        }
    }

    #[test]
    fn generated_ids_differ() {
        let platform = Scripted::default();
        assert_ne!(id_of(None, &platform), id_of(None, &platform));
    }

    #[test]
    fn a_request_is_local_only_if_host_and_caller_are_this_machine() {
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
