//! What the Worker asks of a request that came in.

use super::problem::{Cause, Problem};

/// Names the caller's address at Cloudflare's edge, where no caller can set or remove it.
pub const CALLER_ADDRESS: &str = "CF-Connecting-IP";

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
#[must_use]
pub fn path(url: &str) -> &str {
    let behind_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path_on = behind_scheme.find('/').and_then(|at| behind_scheme.get(at..)).unwrap_or("/");
    path_on.split(['?', '#']).next().unwrap_or(path_on)
}

#[cfg(test)]
mod tests {
    use super::path;

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
}
