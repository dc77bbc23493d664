//! Refuses requests from web pages of other sites, which could otherwise control a tester's sandbox.

use std::net::IpAddr;

use crate::http::Request;

/// Returns why a request is refused, or `None` if it is accepted.
///
/// A page of another site is recognised by `Origin` or `Sec-Fetch-Site`, and DNS rebinding (a name that resolves to
/// this machine) by a `Host` that is a name.
pub(crate) fn refusal(request: &Request<'_>, origin: &str) -> Option<String> {
    let Some(host) = request.header("host") else { return Some("the header Host is missing".to_owned()) };
    let own_host = origin.split_once("://").map_or(origin, |(_, host)| host);
    if host != own_host && !is_local(host) {
        return Some(format!(
            "the header Host is neither this machine nor the sandbox's address: if the sandbox is reached under this \
             name, start it with --public-url {} (`publicUrl` of startSandbox); redirect_url begins with it too",
            public_url(host, origin)
        ));
    }
    let foreign = |from: &str| from != origin && from.split_once("://").is_none_or(|(_, from_host)| from_host != host);
    if request.header("origin").is_some_and(foreign) {
        return Some("web pages of another origin are not allowed".to_owned());
    }
    let site = request.header("sec-fetch-site");
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Some("web pages of another site are not allowed".to_owned());
    }
    None
}

/// Returns the public URL for a Host header. An invalid name is not repeated, since the message goes to a terminal.
fn public_url(host: &str, origin: &str) -> String {
    let scheme = origin.split_once("://").map_or("http", |(scheme, _)| scheme);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':');
    let name = if host.len() <= 255 && host.bytes().all(plain) { host } else { "NAME:PORT" };
    format!("{scheme}://{name}")
}

/// Whether a host, with or without a port, is `localhost` or an IP address, which DNS cannot redirect.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or(rest, |(address, _)| address),
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_other_sites_are_refused_and_programs_accepted() {
        let is_refused = |headers: &[(&str, &str)]| {
            let headers: Vec<(String, String)> =
                headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let request = Request { method: "POST", target: "/", headers: &headers, body: b"" };
            refusal(&request, "http://127.0.0.1:8788").is_some()
        };
        for headers in [
            &[("host", "127.0.0.1:8788")][..],
            &[("host", "localhost:8788")],
            &[("host", "[::1]:8788")],
            &[("host", "192.168.1.5:8788")],
            &[("host", "localhost:8788"), ("origin", "http://localhost:8788"), ("sec-fetch-site", "same-origin")],
            &[("host", "127.0.0.1:8788"), ("sec-fetch-site", "none")],
        ] {
            assert!(!is_refused(headers), "{headers:?}");
        }
        for headers in [
            &[][..],
            &[("host", "evil.example")],
            &[("host", "127.0.0.1.evil.example:8788")],
            &[("host", "evil.example:8788"), ("origin", "http://evil.example:8788")],
            &[("host", "127.0.0.1:8788"), ("origin", "https://evil.example")],
            &[("host", "127.0.0.1:8788"), ("origin", "null")],
            &[("host", "127.0.0.1:8788"), ("origin", "http://localhost:9999")],
            &[("host", "127.0.0.1:8788"), ("sec-fetch-site", "cross-site")],
            &[("host", "127.0.0.1:8788"), ("sec-fetch-site", "same-site")],
        ] {
            assert!(is_refused(headers), "{headers:?}");
        }
    }
}
