//! Which web pages may call the API (Cross-Origin Resource Sharing, as the Fetch standard has it).
//!
//! Whether the gateway lets pages in is not documented, so none is let in unless a test says so (**invented**).

use citrn::{KEY_HEADER, SIGNATURE_HEADER, url::Url};

use crate::http::{BASE_PATH, Request, Response};

/// How long a browser may cache the answer: not at all, since a test may change it.
const MAX_AGE: &str = "0";

/// The answer to a preflight request; `None` if the request is none, or the page is not let in.
pub(crate) fn preflight(request: &Request<'_>, allowed: &[String]) -> Option<Response> {
    request.header("access-control-request-method").filter(|_| request.method == "OPTIONS")?;
    let origin = admitted(request, allowed)?;
    Some(
        Response::new(204, "text/plain; charset=utf-8", String::new())
            .with_header("Access-Control-Allow-Origin", origin)
            .with_header("Access-Control-Allow-Methods", "GET, POST")
            .with_header("Access-Control-Allow-Headers", format!("Content-Type, {KEY_HEADER}, {SIGNATURE_HEADER}"))
            .with_header("Access-Control-Max-Age", MAX_AGE)
            .with_header("Vary", "Origin"),
    )
}

/// The response, readable for the page behind the request, if it is let in.
pub(crate) fn readable(response: Response, request: &Request<'_>, allowed: &[String]) -> Response {
    match admitted(request, allowed) {
        Some(origin) => response
            .with_header("Access-Control-Allow-Origin", origin)
            .with_header("Access-Control-Expose-Headers", "Retry-After")
            .with_header("Vary", "Origin"),
        None => response,
    }
}

/// The origin of the page behind a call of the API, if it is let in.
fn admitted<'a>(request: &Request<'a>, allowed: &[String]) -> Option<&'a str> {
    request.path().strip_prefix(BASE_PATH)?;
    let origin = request.header("origin")?;
    allowed.iter().any(|one| one == "*" || one == origin).then_some(origin)
}

/// Whether a text is `*` or an origin just as a browser writes it.
pub(crate) fn is_origin(text: &str) -> bool {
    text == "*" || Url::parse(text).is_some_and(|url| url.origin == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request<'a>(method: &'a str, target: &'a str, headers: &'a [(String, String)]) -> Request<'a> {
        Request { method, target, headers, body: b"" }
    }

    #[test]
    fn lets_in_only_pages_that_are_on_the_list_and_only_to_the_api() {
        let headers = [("Origin".to_owned(), "http://localhost:5173".to_owned())];
        let list = |origin: &str| vec![origin.to_owned()];
        let call = request("GET", "/api/ping", &headers);
        assert_eq!(admitted(&call, &[]), None);
        assert_eq!(admitted(&call, &list("http://localhost:3000")), None);
        assert_eq!(admitted(&call, &list("http://localhost:5173")), Some("http://localhost:5173"));
        assert_eq!(admitted(&call, &list("*")), Some("http://localhost:5173"));
        assert_eq!(admitted(&request("GET", "/_sandbox/clock", &headers), &list("*")), None);
        assert_eq!(admitted(&request("GET", "/pay/1", &headers), &list("*")), None);
        assert_eq!(admitted(&request("GET", "/api/ping", &[]), &list("*")), None);
    }

    #[test]
    fn an_origin_has_no_path() {
        for good in ["*", "http://localhost:5173", "https://shop.example"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in
            ["", "shop.example", "https://shop.example/", "https://shop.example:443", "null", "HTTPS://shop.example"]
        {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
