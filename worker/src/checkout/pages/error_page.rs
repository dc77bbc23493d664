//! Error pages for payers.

use maud::html;

use super::{
    page::{Extra, Page},
    status_page::{REFRESH, SLOW_REFRESH, refreshes},
};
use crate::{
    checkout::{Checkout, payer_error::PayerError, status::format::Format, token::Access},
    http::{Answer, Incoming, Problem, Record, request::path},
};

/// Renders a problem as a page, or as a redacted problem for a client that accepts JSON or events and no pages.
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
    let is_valid = access.is_some();
    let error = match PayerError::of(problem) {
        PayerError::Invalid if is_valid => PayerError::NoSuchPage,
        error if is_status && error.is_retryable() => PayerError::Status,
        error => error,
    };
    let format = Format::of(request);
    let mut answer = if format == Format::Page {
        let path = format!("/c/{token}{}", if is_status || access == Some(Access::Status) { "/status" } else { "" });
        page.error(problem, error, is_valid.then_some(&path), record.return_url.as_deref())
    } else {
        page.for_payer(problem, error).answer(request_id)
    };
    // A payer who waits for a deposit does not have to act: the page retries.
    if format == Format::Page && is_valid && error == PayerError::Status && refreshes(request.url()) {
        answer = answer.with(REFRESH, SLOW_REFRESH.to_string());
    }
    if is_status { format.share(answer, request, checkout) } else { answer }
}

impl Page<'_> {
    /// Renders the page about a problem. `path` is the page to retry, if the link is valid.
    fn error(&self, problem: &Problem, error: PayerError, path: Option<&String>, return_url: Option<&str>) -> Answer {
        let text = self.texts.errors.text(error);
        let path = path.filter(|_| error.is_retryable());
        let content = html! {
            h1 { (text.heading) }
            p role="alert" { (text.body) }
            @if let Some(path) = path {
                a class="button first" href=(self.url(path)) {
                    @if error == PayerError::NoSuchPage { (self.texts.open_again) } @else { (self.texts.try_again) }
                }
            }
            @if let Some(url) = return_url {
                a target="_top" class={ "button" @if path.is_none() { " first" } } href=(url) rel="noreferrer" {
                    (self.merchant_html(&self.texts.back_to))
                }
            }
        };
        problem.add_headers(self.answer(problem.status, text.heading, Extra::Code(&problem.code), content))
    }

    /// Redacts a problem for the payer: page wording only; no foreign id, setting names or backend details.
    fn for_payer(&self, problem: &Problem, error: PayerError) -> Problem {
        let mut problem = problem.clone();
        self.texts.errors.text(error).body.clone_into(&mut problem.detail);
        problem.reference = None;
        if problem.of_the_gateway || matches!(error, PayerError::Broken | PayerError::Status) {
            problem.field = None;
        }
        problem
    }
}
