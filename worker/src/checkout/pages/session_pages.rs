//! `POST /c/{token}`: what a payer gets for their choice.

use maud::{Markup, html};

use super::{
    page::{Extra, Page},
    payment_uri, qr_code,
};
use crate::{checkout::coins::Coin, http::Answer};

/// Longest address, memo or URL that is shown, in bytes.
const LONGEST_DATA: usize = 8 * 1024;

/// Whether a payer sees all of an address, a memo or a URL: it is bounded, and no character hides or rearranges others.
pub fn is_readable(text: &str) -> bool {
    text.len() <= LONGEST_DATA && !text.chars().any(citrn::is_control_or_format)
}

impl Page<'_> {
    /// The page that leads on to the gateway's own.
    ///
    /// It is a page and not a redirect: a browser's `form-action` covers where a form's answer redirects to.
    pub fn onward(&self, path: &str, coin: &Coin, url: &str) -> Answer {
        let title = (self.texts.onward)(&self.words(coin));
        let content = html! {
            h1 { (title) }
            p { (self.texts.onward_by_hand) }
            a class="button first" href=(url) rel="noreferrer" { (self.texts.to_payment) }
            p class="links" { a href=(path) { (self.texts.start_again) } }
        };
        self.answer(200, &title, Extra::Onward(url), content)
    }

    /// The page with a deposit address. What is shown, what the QR code holds and what deposits are matched by is the same
    /// text.
    pub fn deposit(&self, path: &str, coin: &Coin, address: &str, memo: Option<&str>) -> Answer {
        let words = self.words(coin);
        let title = (self.texts.send)(&words);
        let (uri, holds_memo) = payment_uri::of(coin, address, memo);
        let warning = match &coin.network {
            Some(network) => (self.texts.only_on)(&coin.name, network),
            None => (self.texts.only)(&words),
        };
        let content = html! {
            h1 { (title) }
            @match &coin.minimum {
                Some(minimum) => p { strong { ((self.texts.send_at_least)(minimum, &coin.name)) } },
                None => p { (self.texts.any_amount) " " (self.texts.some_minimum) },
            }
            @if let Some(memo) = memo {
                section class="warn" aria-labelledby="memo-needed" {
                    h2 id="memo-needed" { (self.texts.memo_needed) }
                    p { strong { (self.texts.memo_why) } }
                    (self.value("memo", self.texts.memo, memo))
                }
            }
            (self.value("address", self.texts.address, address))
            p id="said" role="status" class="unseen" {}
            @if let Some(svg) = qr_code::svg(&uri, self.texts.qr_code) {
                (svg)
                @if memo.is_some() && !holds_memo {
                    p { strong { (self.texts.qr_code_without_memo) } }
                }
            }
            p class="warn" { (warning) }
            a class="button first" href={ (path) "/status" } { (self.texts.to_status) }
            p class="links" { a href=(path) { (self.texts.start_again) } }
        };
        self.answer(200, &title, Extra::Copying, content).kept_in_history()
    }

    fn value(&self, id: &str, label: &str, text: &str) -> Markup {
        html! {
            p class="label" id={ (id) "-label" } { (label) }
            div class="value" {
                code id=(id) { (text) }
                // Its name is its own text and what it copies.
                button type="button" id={ (id) "-copy" } aria-labelledby={ (id) "-copy " (id) "-label" } data-copy=(id)
                    data-done=(self.texts.copied) hidden { (self.texts.copy) }
            }
        }
    }
}
