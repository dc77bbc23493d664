//! `POST /c/{token}`: the pages after the payer's choice.

use maud::{Markup, html};

use super::{
    page::{Extra, Page},
    payment_uri, qr_code,
};
use crate::{
    checkout::{coins::Coin, texts::template::isolated},
    http::Answer,
};

/// Longest displayed address, memo or URL, in bytes.
const LONGEST_DATA: usize = 8 * 1024;

/// Whether an address, a memo or a URL is displayed completely: it is bounded, and has no control or format character.
pub fn is_readable(text: &str) -> bool {
    text.len() <= LONGEST_DATA && !text.chars().any(citrn::is_control_or_format)
}

impl Page<'_> {
    /// Renders the page that redirects to the gateway's page.
    ///
    /// It is not an HTTP redirect, since the policy `form-action` also applies to redirects of a form's response.
    pub fn redirect(&self, path: &str, coin: &Coin, url: &str) -> Answer {
        let title = self.texts.redirecting.text([&self.label(coin)]);
        let content = html! {
            h1 { (self.texts.redirecting.html([&self.label_html(coin)])) }
            p { (self.texts.redirecting_hint) }
            a class="button first" href=(url) rel="noreferrer" { (self.texts.to_payment) }
            p class="links" { a href=(self.url(path)) { (self.texts.start_again) } }
        };
        self.answer(200, &title, Extra::Redirect(url), content)
    }

    /// Renders the page with a deposit address. The displayed address, the QR code and the key that deposits are
    /// matched by all come from the same text.
    pub fn deposit(&self, path: &str, coin: &Coin, address: &str, memo: Option<&str>) -> Answer {
        let label = self.label_html(coin);
        let title = self.texts.send.text([&self.label(coin)]);
        let (uri, has_memo) = payment_uri::of(coin, address, memo);
        let warning = match &coin.network {
            Some(network) => self.texts.only_on.html([&isolated(&coin.name), &isolated(network)]),
            None => self.texts.only.html([&label]),
        };
        let content = html! {
            h1 { (self.texts.send.html([&label])) }
            @match &coin.minimum {
                Some(minimum) => p { strong { (self.texts.send_at_least.html([&isolated(minimum), &isolated(&coin.name)])) } },
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
                @if memo.is_some() && !has_memo {
                    p { strong { (self.texts.qr_code_without_memo) } }
                }
            }
            p class="warn" { (warning) }
            a class="button first" href=(self.url(&format!("{path}/status"))) { (self.texts.to_status) }
            p class="links" { a href=(self.url(path)) { (self.texts.start_again) } }
        };
        self.answer(200, &title, Extra::CopyScript, content).revalidated()
    }

    fn value(&self, id: &str, label: &str, text: &str) -> Markup {
        html! {
            p class="label" id={ (id) "-label" } { (label) }
            div class="value" {
                code id=(id) dir="ltr" { (text) }
                // Its accessible name is its text and the label of the copied value.
                button type="button" id={ (id) "-copy" } aria-labelledby={ (id) "-copy " (id) "-label" } data-copy=(id)
                    data-done=(self.texts.copied) hidden { (self.texts.copy) }
            }
        }
    }
}
