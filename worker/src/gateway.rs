//! Calls to the gateway, and the HTTP statuses of their outcomes.
//!
//! | outcome | HTTP status here | why |
//! | --- | --- | --- |
//! | invalid parameter, detected before sending | 422 | the caller has to fix it; `field` names it |
//! | `error_code` with one of the gateway's reasons | 422 | the gateway refused the request and executed nothing |
//! | `duplication_request` | 409 | it duplicates an earlier request, which may have been executed |
//! | `network_not_available` | 503 | the coin's network is temporarily unavailable; a later retry may succeed |
//! | HTTP 500 or higher with an undocumented reason | 502 | the gateway failed, whatever the reason says |
//! | rate limit of the gateway | 503, `Retry-After` | it limits the whole Worker, not this caller (that would be 429) |
//! | key or signature refused | 502 | the Worker's settings are wrong; the caller cannot fix them |
//! | refused without a reason, redirect, HTML, unreadable, 5xx, broken connection | 502 | the gateway failed |
//! | deadline exceeded | 504 | |
//! | a setting is missing or malformed | 503 | the operator has to fix it; `field` names it |

use core::sync::atomic::{AtomicU32, Ordering};

use citrn::{
    CallOptions, Client, Code, EndpointSpec, Error, ErrorCode, Platform,
    endpoint::Fields,
    json::{Document, Json},
};

use crate::{
    clock::elapsed,
    http::{
        Cause, Problem, Record,
        problem::{Details, Reconcile},
    },
};

/// A reply in its canonical form, from [`Client::call_row`]: the fields of the typed reply under their Rust names. This
/// takes a third of the code that a type per endpoint would.
#[derive(Debug)]
pub struct CanonicalReply(Option<Document<'static>>);

impl CanonicalReply {
    /// Returns a field, if the reply has it.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.field(name).and_then(Json::text)
    }

    /// Returns a required field. The client has already refused replies without it.
    #[must_use]
    pub fn required(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    /// Returns the JSON text of the list in a list endpoint's reply.
    #[must_use]
    pub fn list(&self) -> String {
        self.field("data").map_or_else(|| "[]".to_owned(), |data| data.as_str().to_owned())
    }

    fn field(&self, name: &str) -> Option<Json<'_>> {
        self.0.as_ref()?.root().object()?.get(name)
    }
}

/// Calls an endpoint, and records the duration and the number of retries.
///
/// # Errors
/// The problem for the Worker's caller ([`problem`]).
pub async fn call<P: Platform>(
    client: &Client<P>,
    spec: &EndpointSpec,
    fields: &Fields<'_>,
    options: CallOptions<'_>,
    record: &mut Record,
) -> Result<CanonicalReply, Problem> {
    let began = client.platform().now();
    let attempts = AtomicU32::new(0);
    let outcome = client.call_row(spec, fields, CallOptions { attempts: Some(&attempts), ..options }).await;
    record.upstream = Some(elapsed(client.platform(), began));
    record.retries = attempts.load(Ordering::Relaxed).saturating_sub(1);
    outcome.map(|reply| CanonicalReply(Document::parse(reply.data).ok())).map_err(|error| problem(&error))
}

/// Converts an error of the client to the problem for the Worker's caller.
#[must_use]
pub fn problem(error: &Error) -> Problem {
    let (status, title) = status_and_title(error);
    Problem::from(Details {
        executed: error.executed(),
        retryable: error.retryable(),
        retry_after: error.retry_after(),
        field: error.field().map(str::to_owned),
        reference: error
            .reference()
            .map(|reference| Reconcile { name: reference.name.into(), value: reference.value.clone() }),
        gateway_status: error.http_status(),
        of_the_gateway: matches!(error.code(), Code::Gateway(_)),
        ..Details::new(status, code(error.code()), title, error.message().to_owned())
    })
}

/// Returns the problem about a reply that the client accepts but the Worker cannot pass on.
#[must_use]
pub fn unreadable(why: &str) -> Problem {
    let detail = format!("The gateway's reply cannot be passed on: {why}.");
    Problem::from(Details::new(502, Code::UnreadableReply.as_str(), UNREADABLE, detail))
}

/// The title of `unreadable_reply`.
const UNREADABLE: &str = "Unreadable gateway reply";

/// Returns the code of the problem. An undocumented reason is free text from the gateway, so it becomes a code only if
/// it has the form of one and is none of the Worker's.
fn code(code: &Code) -> &str {
    let is_word = |text: &str| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let is_worker_code = |text: &str| Cause::ALL.iter().any(|cause| cause.describe().1 == text);
    match code {
        Code::Gateway(ErrorCode::Other(text)) if !is_word(text) || is_worker_code(text) => ErrorCode::UNLISTED,
        code => code.as_str(),
    }
}

fn status_and_title(error: &Error) -> (u16, &'static str) {
    match error.code() {
        Code::InvalidParameter => (422, "Invalid parameter"),
        Code::Gateway(ErrorCode::DuplicationRequest) => (409, "Request already received by the gateway"),
        Code::Gateway(ErrorCode::NetworkNotAvailable) => (503, "Coin network temporarily unavailable"),
        Code::Gateway(ErrorCode::Other(_)) if error.http_status().is_some_and(|status| status >= 500) => {
            (502, "Gateway error")
        }
        Code::Gateway(_) => (422, "Refused by the gateway"),
        Code::RateLimited => (503, "Rate limit of the gateway exceeded"),
        Code::Authentication => (502, "Key or signature refused by the gateway"),
        Code::Refused => (502, "Refused by the gateway without a reason"),
        Code::UnexpectedRedirect => (502, "Unexpected redirect by the gateway"),
        Code::UnreadableReply => (502, UNREADABLE),
        Code::Unavailable => (502, "Gateway error"),
        Code::Network => (502, "Connection to the gateway failed"),
        Code::Timeout => (504, "Gateway timeout"),
        Code::InvalidConfiguration | Code::SecretRequired | Code::SignerFailed => (503, "Invalid Worker configuration"),
        // The Worker neither cancels calls nor parses callbacks here. Codes of later clients count as gateway errors.
        _ => (502, "Gateway error"),
    }
}

#[cfg(test)]
mod tests {
    use citrn::{Executed, endpoints::CreatePayment, parse};

    use super::*;

    const PAGE: &str = include_str!("../PROBLEMS.md");

    #[test]
    fn a_reason_of_the_gateway_cannot_imitate_a_code_of_the_worker() {
        let headings = PAGE.lines().filter_map(|line| line.strip_prefix("### "));
        for code in headings.filter(|code| !code.contains('-')) {
            let body = format!(r#"{{"error_code":"{code}"}}"#);
            let problem = problem(&parse::<CreatePayment>(400, body.as_bytes()).expect_err(code));
            assert_eq!(problem.code, "unlisted_reason", "{code}");
        }
    }

    #[test]
    fn the_length_of_details_is_bounded() {
        let body = format!(r#"{{"error_code":"{}"}}"#, "é".repeat(100_000));
        let problem = problem(&parse::<CreatePayment>(400, body.as_bytes()).expect_err("it was refused"));
        assert!(problem.detail.chars().count() < 1_000, "{}", problem.detail.len());
    }

    #[test]
    fn refusals_and_failures_have_distinct_statuses() {
        for (status, body, expected, code, executed) in [
            (400, r#"{"error_code":"coin_not_found"}"#, 422, "coin_not_found", Executed::No),
            (200, r#"{"error_code":"coin_not_found"}"#, 422, "coin_not_found", Executed::No),
            (500, r#"{"error_code":"coin_not_found"}"#, 422, "coin_not_found", Executed::No),
            (400, r#"{"error_code":"duplication_request"}"#, 409, "duplication_request", Executed::Unknown),
            (400, r#"{"error_code":"network_not_available"}"#, 503, "network_not_available", Executed::No),
            (400, r#"{"error_code":"brand_new"}"#, 422, "brand_new", Executed::No),
            (500, r#"{"error_code":"brand_new"}"#, 502, "brand_new", Executed::No),
            (400, r#"{"error_code":"Jane Doe, Main Street 1"}"#, 422, "unlisted_reason", Executed::No),
            (400, r#"{"error_code":"token_unknown"}"#, 422, "unlisted_reason", Executed::No),
            (403, r#"{"error":"Bad key header","code":"bad_header_key"}"#, 502, "authentication_failed", Executed::No),
            (429, "{}", 503, "rate_limited", Executed::No),
            (418, "short and stout", 502, "gateway_unavailable", Executed::Unknown),
            (302, "", 502, "unexpected_redirect", Executed::Unknown),
            (500, "<html>", 502, "gateway_unavailable", Executed::Unknown),
            (200, "<html>", 502, "unreadable_reply", Executed::Unknown),
            (200, "{}", 502, "unreadable_reply", Executed::Unknown),
        ] {
            let problem = problem(&parse::<CreatePayment>(status, body.as_bytes()).expect_err(body));
            assert_eq!((problem.status, problem.code.as_str()), (expected, code), "{status} {body}");
            assert_eq!(problem.executed, executed, "{status} {body}");
            assert_eq!(problem.gateway_status, Some(status));
            let is_explained = PAGE.contains(&format!("### {code}\n\nHTTP {expected}. "));
            assert!(is_explained || problem.of_the_gateway, "worker/PROBLEMS.md does not explain {code}");
        }
    }
}
