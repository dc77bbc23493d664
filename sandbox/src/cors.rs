//! Cross-Origin Resource Sharing (Fetch standard): the web pages that may call the API.
//!
//! The gateway's rule is not documented, so no page is allowed unless a test sets its origin (**invented**).

use citrn::{KEY_HEADER, SIGNATURE_HEADER, url::Url};

use crate::http::{BASE_PATH, Request, Response};

/// Forbids browsers to cache the answer, since a test may change it.
const MAX_AGE: &str = "0";

/// Returns the answer to a preflight request. `None` for any other request, or if the page's origin is not allowed.
pub(crate) fn preflight(request: &Request<'_>, allowed: &[String]) -> Option<Response> {
    request.header("access-control-request-method").filter(|_| request.method == "OPTIONS")?;
    let origin = allowed_origin(request, allowed)?;
    Some(
        Response::new(204, "text/plain; charset=utf-8", String::new())
            .with_header("Access-Control-Allow-Origin", origin)
            .with_header("Access-Control-Allow-Methods", "GET, POST")
            .with_header("Access-Control-Allow-Headers", format!("Content-Type, {KEY_HEADER}, {SIGNATURE_HEADER}"))
            .with_header("Access-Control-Max-Age", MAX_AGE)
            .with_header("Vary", "Origin"),
    )
}

/// Makes a response readable for the calling page, if its origin is allowed.
pub(crate) fn add_headers(response: Response, request: &Request<'_>, allowed: &[String]) -> Response {
    match allowed_origin(request, allowed) {
        Some(origin) => response
            .with_header("Access-Control-Allow-Origin", origin)
            .with_header("Access-Control-Expose-Headers", "Retry-After")
            .with_header("Vary", "Origin"),
        None => response,
    }
}

/// Returns the origin of the page that calls the API, if it is allowed.
fn allowed_origin<'a>(request: &Request<'a>, allowed: &[String]) -> Option<&'a str> {
    request.path().strip_prefix(BASE_PATH)?;
    let origin = request.header("origin")?;
    allowed.iter().any(|one| one == "*" || one == origin).then_some(origin)
}

/// Whether a text is `*` or an origin in the form that browsers send.
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
    fn only_listed_pages_may_call_and_only_the_api() {
        let headers = [("Origin".to_owned(), "http://localhost:5173".to_owned())];
        let list = |origin: &str| vec![origin.to_owned()];
        let call = request("GET", "/api/ping", &headers);
        assert_eq!(allowed_origin(&call, &[]), None);
        assert_eq!(allowed_origin(&call, &list("http://localhost:3000")), None);
        assert_eq!(allowed_origin(&call, &list("http://localhost:5173")), Some("http://localhost:5173"));
        assert_eq!(allowed_origin(&call, &list("*")), Some("http://localhost:5173"));
        assert_eq!(allowed_origin(&request("GET", "/_sandbox/clock", &headers), &list("*")), None);
        assert_eq!(allowed_origin(&request("GET", "/pay/1", &headers), &list("*")), None);
        assert_eq!(allowed_origin(&request("GET", "/api/ping", &[]), &list("*")), None);
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
