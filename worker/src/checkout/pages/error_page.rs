//! What went wrong, as a payer reads it, or a program.

use maud::html;

use super::{
    page::{Extra, Page},
    status_page::{REFRESH, SELDOM, refreshes},
};
use crate::{
    checkout::{Checkout, payer_error::PayerError, token::Access},
    http::{Answer, Incoming, Problem, Record, request::path},
};

/// Answers a payer's browser with a page about a problem, and a program that accepts only JSON with the problem.
pub fn explain(
    problem: &Problem,
    request: &impl Incoming,
    checkout: Option<&Checkout>,
    record: &Record,
    request_id: &str,
) -> Answer {
    let page = Page::of(request, checkout);
    let mut parts = path(request.url()).split('/').skip(2);
    let (token, is_status) = (parts.next().unwrap_or_default(), parts.next() == Some("status"));
    let access = checkout.and_then(|checkout| checkout.keys.verify(token)).map(|verified| verified.access);
    let is_ours = access.is_some();
    let error = match PayerError::of(problem) {
        PayerError::Invalid if is_ours => PayerError::Astray,
        error if is_status && error.may_pass() => PayerError::Status,
        error => error,
    };
    if takes_json(&request.header("Accept").unwrap_or_default()) {
        return page.for_payer(problem, error).answer(request_id);
    }
    let path = format!("/c/{token}{}", if is_status || access == Some(Access::Status) { "/status" } else { "" });
    let answer = page.error(problem, error, is_ours.then_some(&path), record.return_url.as_deref());
    // A payer who waits for their deposit need not do anything about it.
    if is_ours && error == PayerError::Status && refreshes(request.url()) {
        return answer.with(REFRESH, SELDOM.to_string());
    }
    answer
}

/// Whether a header `Accept` (RFC 9110, section 12.5.1) takes JSON and no pages.
fn takes_json(accepts: &str) -> bool {
    let accepts = accepts.to_ascii_lowercase();
    let takes = |what: &str| {
        accepts.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let is_meant = parts.next().is_some_and(|media_type| media_type.contains(what));
            let refuses = |part: &str| {
                part.strip_prefix("q=0").is_some_and(|rest| rest.bytes().all(|byte| byte == b'.' || byte == b'0'))
            };
            is_meant && !parts.any(refuses)
        })
    };
    takes("json") && !takes("text/html")
}

impl Page<'_> {
    /// Renders the page about a problem. `path` is the page to try again, if the link is valid.
    fn error(&self, problem: &Problem, error: PayerError, path: Option<&String>, return_url: Option<&str>) -> Answer {
        let explained = (self.texts.error)(error);
        let path = path.filter(|_| error.may_pass());
        let content = html! {
            h1 { (explained.heading) }
            p role="alert" { (explained.text) }
            @if let Some(path) = path {
                a class="button first" href=(path) {
                    @if error == PayerError::Astray { (self.texts.open_again) } @else { (self.texts.try_again) }
                }
            }
            @if let Some(url) = return_url {
                a class={ "button" @if path.is_none() { " first" } } href=(url) rel="noreferrer" {
                    ((self.texts.back_to)(self.name))
                }
            }
        };
        problem.headed(self.answer(problem.status, explained.heading, Extra::Code(&problem.code), content))
    }

    /// Redacts a problem for the payer: page wording only; no foreign id, setting names or backend details.
    fn for_payer(&self, problem: &Problem, error: PayerError) -> Problem {
        let mut problem = problem.clone();
        (self.texts.error)(error).text.clone_into(&mut problem.detail);
        problem.reference = None;
        if problem.of_the_gateway || matches!(error, PayerError::Broken | PayerError::Status) {
            problem.field = None;
        }
        problem
    }
}
