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

/// Renders an address or a memo. Of a long one, the ends are bold: payers compare them with those in their wallet.
fn emphasised(text: &str) -> Markup {
    const END: usize = 6;
    let start = text.find(':').map_or(0, |colon| colon.saturating_add(1)).saturating_add(END);
    let parts = text.split_at_checked(start).and_then(|(first, rest)| {
        let (middle, last) = rest.split_at_checked(rest.len().checked_sub(END)?)?;
        (middle.len() > END).then_some((first, middle, last))
    });
    match parts {
        Some((first, middle, last)) => html! { b { (first) } span { (middle) } b { (last) } },
        None => html! { (text) },
    }
}

impl Page<'_> {
    /// Renders the page that redirects to the gateway's page.
    ///
    /// It is not an HTTP redirect, since the policy `form-action` also applies to redirects of a form's response.
    pub fn redirect(&self, path: &str, coin: &Coin, url: &str) -> Answer {
        let title = self.texts.redirecting.text([&self.label(coin)]);
        let status = self.url(&format!("{path}/status"));
        let content = html! {
            h1 { (self.texts.redirecting.html([&self.label_html(coin)])) }
            // The gateway's page may refuse to be in a frame.
            @if self.is_framed {
                p { (self.texts.opens_new_tab) }
                a class="button first" href=(url) rel="noreferrer" target="_blank" data-next=(status) {
                    (self.texts.to_payment)
                }
                a class="button" href=(status) { (self.texts.to_status) }
            } @else {
                p { (self.texts.redirecting_hint) }
                a class="button first" href=(url) rel="noreferrer" { (self.texts.to_payment) }
            }
            p class="links" { a href=(self.url(path)) { (self.texts.start_again) } }
        };
        self.answer(200, &title, if self.is_framed { Extra::Script } else { Extra::Redirect(url) }, content)
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
        self.answer(200, &title, Extra::Script, content).revalidated()
    }

    fn value(&self, id: &str, label: &str, text: &str) -> Markup {
        html! {
            p class="label" id={ (id) "-label" } { (label) }
            div class="value" {
                code id=(id) dir="ltr" { (emphasised(text)) }
                // Its accessible name is its text and the label of the copied value.
                button type="button" id={ (id) "-copy" } aria-labelledby={ (id) "-copy " (id) "-label" } data-copy=(id)
                    data-done=(self.texts.copied) hidden { (self.texts.copy) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_long_address_are_emphasised_and_its_text_is_complete() {
        for (address, html) in [
            ("T1", "T1"),
            ("TXYZopYRdj2D9XRtbG411XZZ3kM5VkAeBf", "<b>TXYZop</b><span>YRdj2D9XRtbG411XZZ3kM5</span><b>VkAeBf</b>"),
            ("bitcoincash:qpm2qsznhks23z7629mms6", "<b>bitcoincash:qpm2qs</b><span>znhks23z76</span><b>29mms6</b>"),
            ("ééééééééééééééééé", "<b>ééé</b><span>ééééééééééé</span><b>ééé</b>"),
            ("xéééééééééé", "xéééééééééé"),
        ] {
            assert_eq!(emphasised(address).0, html);
        }
    }
}
