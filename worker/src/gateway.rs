//! Calls to the gateway, and what becomes of their outcomes.
//!
//! | outcome | HTTP status here | why |
//! | --- | --- | --- |
//! | a parameter cannot be right (found before sending) | 422 | the caller's to change; `field` names it |
//! | `error_code`, one of the gateway's reasons | 422 | the request was understood and refused; nothing was executed |
//! | `duplication_request` | 409 | it collides with an earlier one, which may have been executed |
//! | `network_not_available` | 503 | the coin's network is down for now; repeating helps later |
//! | HTTP 500 and more with a reason that is not documented | 502 | the gateway failed, whatever it calls it |
//! | too many calls, as the gateway finds | 503, `Retry-After` | the whole Worker is limited there, not this caller (that would be 429) |
//! | key or signature refused | 502 | the Worker's own settings are wrong; no caller can help it |
//! | refused without a reason, redirect, HTML, unreadable, 5xx, broken connection | 502 | the gateway's side failed |
//! | not over at the deadline | 504 | |
//! | a setting is missing or malformed | 503 | the operator's to change; `field` names it |

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

/// A reply in its canonical form: the fields of the typed reply under their own names, as [`Client::call_row`] gives them.
/// One form for all endpoints is a third of the code that a type for each of them is.
#[derive(Debug)]
pub struct Reading(Option<Document<'static>>);

impl Reading {
    /// A field, if the reply has it.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.field(name).and_then(Json::text)
    }

    /// A field that the endpoint requires: without it, the reply was an error.
    #[must_use]
    pub fn required(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    /// The JSON text of what a list's reply lists.
    #[must_use]
    pub fn list(&self) -> String {
        self.field("data").map_or_else(|| "[]".to_owned(), |data| data.as_str().to_owned())
    }

    fn field(&self, name: &str) -> Option<Json<'_>> {
        self.0.as_ref()?.root().object()?.get(name)
    }
}

/// Calls an endpoint and notes in the record how long it took, and how often it was repeated.
///
/// # Errors
/// The problem that the outcome is to the Worker's own caller.
pub async fn call<P: Platform>(
    client: &Client<P>,
    spec: &EndpointSpec,
    fields: &Fields<'_>,
    options: CallOptions<'_>,
    record: &mut Record,
) -> Result<Reading, Problem> {
    let began = client.platform().now();
    let attempts = AtomicU32::new(0);
    let outcome = client.call_row(spec, fields, CallOptions { attempts: Some(&attempts), ..options }).await;
    record.upstream = Some(elapsed(client.platform(), began));
    record.retries = attempts.load(Ordering::Relaxed).saturating_sub(1);
    outcome.map(|reply| Reading(Document::parse(reply.data).ok())).map_err(|error| problem(&error))
}

/// What an error of the client is to the Worker's caller.
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

/// The problem with a reply to a read that the client accepts and the Worker cannot pass on.
#[must_use]
pub fn unreadable(why: &str) -> Problem {
    let detail = format!("The gateway's answer cannot be passed on: {why}.");
    Problem::from(Details::new(502, Code::UnreadableReply.as_str(), UNREADABLE, detail))
}

/// The title of `unreadable_reply`.
const UNREADABLE: &str = "The gateway's answer could not be read";

/// The code as programs compare it. A reason that the documentation does not list is the gateway's own text: it only
/// passes as a code, here and in the log, if it looks like one and is none of the Worker's.
fn code(code: &Code) -> &str {
    let is_word = |text: &str| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let is_ours = |text: &str| Cause::ALL.iter().any(|cause| cause.describe().1 == text);
    match code {
        Code::Gateway(ErrorCode::Other(text)) if !is_word(text) || is_ours(text) => ErrorCode::UNLISTED,
        code => code.as_str(),
    }
}

fn status_and_title(error: &Error) -> (u16, &'static str) {
    match error.code() {
        Code::InvalidParameter => (422, "A parameter cannot be right"),
        Code::Gateway(ErrorCode::DuplicationRequest) => (409, "The gateway knows this request already"),
        Code::Gateway(ErrorCode::NetworkNotAvailable) => (503, "The coin's network is down for now"),
        Code::Gateway(ErrorCode::Other(_)) if error.http_status().is_some_and(|status| status >= 500) => {
            (502, "The gateway failed")
        }
        Code::Gateway(_) => (422, "The gateway refused the request"),
        Code::RateLimited => (503, "The gateway limits this Worker's calls"),
        Code::Authentication => (502, "The gateway refused this Worker's key or signature"),
        Code::Refused => (502, "The gateway refused the request without a reason"),
        Code::UnexpectedRedirect => (502, "The gateway's host answered with a redirect"),
        Code::UnreadableReply => (502, UNREADABLE),
        Code::Unavailable => (502, "The gateway failed"),
        Code::Network => (502, "The gateway could not be reached"),
        Code::Timeout => (504, "The gateway did not answer in time"),
        Code::InvalidConfiguration | Code::SecretRequired | Code::SignerFailed => (503, "The Worker is not set up"),
        // Nothing here stops a call or reads a callback; a code that the client gets later is a failure behind us.
        _ => (502, "The gateway could not be used"),
    }
}

#[cfg(test)]
mod tests {
    use citrn::{Executed, endpoints::CreatePayment, parse};

    use super::*;

    const PAGE: &str = include_str!("../PROBLEMS.md");

    #[test]
    fn a_reason_of_the_gateway_never_looks_like_a_code_of_the_worker() {
        let headings = PAGE.lines().filter_map(|line| line.strip_prefix("### "));
        for code in headings.filter(|code| !code.contains('-')) {
            let body = format!(r#"{{"error_code":"{code}"}}"#);
            let problem = problem(&parse::<CreatePayment>(400, body.as_bytes()).expect_err(code));
            assert_eq!(problem.code, "unlisted_reason", "{code}");
        }
    }

    #[test]
    fn a_message_has_a_bounded_length() {
        let body = format!(r#"{{"error_code":"{}"}}"#, "é".repeat(100_000));
        let problem = problem(&parse::<CreatePayment>(400, body.as_bytes()).expect_err("it was refused"));
        assert!(problem.detail.chars().count() < 1_000, "{}", problem.detail.len());
    }

    #[test]
    fn a_refusal_is_told_from_a_failure() {
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
            let explained = PAGE.contains(&format!("### {code}\n\nHTTP {expected}. "));
            assert!(explained || problem.of_the_gateway, "worker/PROBLEMS.md does not explain {code}");
        }
    }
}
