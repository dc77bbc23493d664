//! The home page: the Worker's purpose, its readiness, and its routes.

use crate::http::{
    Answer, Cause, Problem,
    route::{Auth, RouteSpec},
};

/// The page's style. `Content-Security-Policy` allows it by its hash.
const STYLE: &str = "\
:root{color-scheme:light dark}\
a{color:inherit}\
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%}\
td,th{text-align:left;padding:.3rem .6rem .3rem 0;vertical-align:top;border-bottom:1px solid #8886}\
code{overflow-wrap:anywhere}\
code,pre{font:14px/1.5 ui-monospace,monospace}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:.8rem;border:1px solid #8886;border-radius:.4rem}";

/// SHA-256 of [`STYLE`], in base64.
const STYLE_HASH: &str = "ftfDVzIFBy+41PBRblZcYSlYUUTIUdhYDXYJDWREMAw=";

/// Renders the page for an answer of `/readyz`. It names no setting and no payer. While the first check is running, its
/// status is 503 too, for programs that look only at the status.
pub fn render(ready: &Result<Answer, Problem>, routes: &[RouteSpec]) -> Answer {
    let (checking_status, checking, _) = Cause::Checking.describe();
    match ready {
        Ok(_) => page("Status: <strong>ready</strong>.", routes),
        Err(problem) if problem.code == checking => {
            let page = page("Status: <strong>being checked</strong>. Reload this page in a second.", routes);
            problem.add_headers(Answer { status: checking_status, ..page })
        }
        Err(_) => {
            page("Status: <strong>not ready</strong>. <a href=\"/readyz\">/readyz</a> lists the failed checks.", routes)
        }
    }
}

fn page(state: &str, routes: &[RouteSpec]) -> Answer {
    let row = |RouteSpec { method, path, auth, summary }: &RouteSpec| {
        let who = if *auth == Auth::Token { "token" } else { "" };
        format!("<tr><td><code>{method} {path}</code><br>{summary}<td>{who}")
    };
    let rows: String = routes.iter().map(row).collect();
    let body = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>citrn</title><style>{STYLE}</style><main><h1>citrn</h1>\
         <p>This Worker creates redirect payments and deposit addresses at the Citron gateway, hosts a checkout, and \
         stores and delivers the gateway's callbacks. {state}\
         <h2>Routes</h2><table><tr><th>Route<th>Requires{rows}</table>\
         <h2>Usage</h2><p>With a token from the setting <code>WORKER_TOKENS</code>:\
         <pre>curl https://&lt;this host&gt;/v1/payments \\\n  -H 'Authorization: Bearer &lt;token&gt;' \\\n  \
         -H 'Idempotency-Key: order-17' \\\n  \
         -d '{{\"foreign_id\":\"user-17\",\"coin_name\":\"USDTT\",\
         \"return_url\":\"https://shop.example/thanks\"}}'</pre>\
         <p>The full API description is <a href=\"/openapi.json\">/openapi.json</a> (OpenAPI 3.1), \
         and a guide for coding agents <a href=\"/llms.txt\">/llms.txt</a>.</main></html>\n"
    );
    Answer::page(body, &format!("default-src 'none'; style-src 'sha256-{STYLE_HASH}'; frame-ancestors 'none'"))
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding};
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::routes::Route;

    #[test]
    fn the_hash_matches_the_style() {
        assert_eq!(STYLE_HASH, Base64::encode_string(&Sha256::digest(STYLE)));
    }

    #[test]
    fn the_page_lists_every_route_and_the_readiness() {
        let problem = |cause| Err(Problem::new(cause, ""));
        for (ready, status, text) in [
            (Answer::json(200, &()), 200, "<strong>ready</strong>"),
            (problem(Cause::NotReady), 200, "<strong>not ready</strong>"),
            (problem(Cause::Checking), 503, "<strong>being checked</strong>"),
        ] {
            let answer = render(&ready, Route::SPECS);
            assert_eq!((answer.status, answer.header("content-type")), (status, Some("text/html; charset=utf-8")));
            assert!(answer.body.contains(text), "{}", answer.body);
            for route in Route::ALL {
                assert!(answer.body.contains(route.spec().path), "{route:?}");
            }
        }
    }
}
