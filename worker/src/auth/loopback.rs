//! Whether a request comes from this very machine, as under `wrangler dev`.

use citrn::url::Url;

use crate::http::{Incoming, request::CALLER_ADDRESS};

/// Whether the request was addressed to this machine and does not come from another one.
///
/// `Host` alone would be the caller's own word. At the edge the caller's address is always there and never loopback.
#[must_use]
pub fn is_local(request: &impl Incoming) -> bool {
    let from_here = match request.header(CALLER_ADDRESS) {
        Some(address) => matches!(address.as_str(), "127.0.0.1" | "::1" | "localhost"),
        None => true,
    };
    from_here && Url::parse(request.url()).is_some_and(|url| url.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Sent;

    #[test]
    fn both_the_host_and_the_caller_must_be_this_machine() {
        let from = |url: &str, address: Option<&str>| {
            let mut request = Sent::get(url);
            if let Some(address) = address {
                request = request.with(CALLER_ADDRESS, address);
            }
            is_local(&request)
        };
        assert!(from("http://127.0.0.1:8787/readyz", None));
        assert!(from("http://localhost:8787/readyz", Some("127.0.0.1")));
        assert!(from("http://[::1]:8787/readyz", Some("::1")));
        assert!(!from("http://localhost/readyz", Some("203.0.113.7")));
        assert!(!from("https://edge.example/readyz", Some("127.0.0.1")));
        assert!(!from("https://127.0.0.1.edge.example/readyz", None));
    }
}
