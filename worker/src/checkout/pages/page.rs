//! The layout of all checkout pages. They load no resources, work without scripts, and send no referrer.

use maud::{DOCTYPE, Markup, html};

use super::style::{SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH};
use crate::{
    checkout::{
        Checkout,
        texts::{
            Texts,
            languages::{DEFAULT, PARAMETER},
            template::{MerchantText, Template, isolated},
        },
    },
    http::{Answer, Incoming},
};

/// The merchant and the language of a page.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The texts in the payer's language.
    pub texts: &'static Texts,
    /// The merchant's name, if the setting `MERCHANT_NAME` has one.
    pub merchant: Option<&'a str>,
    /// The checkout, if it is on.
    pub checkout: Option<&'a Checkout>,
    /// Whether the page is in a frame of another page.
    pub is_framed: bool,
    /// Whether the URL selected the language. Then the page's links do too.
    pub is_selected: bool,
}

/// The form field by which a page says that it is in a frame, for browsers without `Sec-Fetch-Dest`.
pub const FRAMED: &str = "framed";

/// An addition to a page's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra<'a> {
    /// The script.
    Script,
    /// An immediate redirect, as a refresh: browsers do not keep such a page in their history.
    Redirect(&'a str),
    /// The code of a problem, for programs.
    Code(&'a str),
}

impl<'a> Page<'a> {
    /// Returns the page for a request, in its language.
    pub fn of(request: &impl Incoming, checkout: Option<&'a Checkout>) -> Self {
        let default = checkout.map_or(DEFAULT, |checkout| checkout.language);
        let selected = Texts::of_url(request.url());
        let accepted = || Texts::accepted(&request.header("Accept-Language")?, default);
        let texts = selected.or_else(accepted).unwrap_or(default);
        let merchant = checkout.and_then(|checkout| checkout.merchant.as_deref());
        let is_framed = request.header("Sec-Fetch-Dest").as_deref() == Some("iframe");
        Self { texts, is_selected: selected.is_some(), merchant, checkout, is_framed }
    }

    /// Returns the URL of a page of the checkout: every link and form target is made here.
    pub fn url(&self, path: &str) -> String {
        if !self.is_selected {
            return path.to_owned();
        }
        let separator = if path.contains('?') { '&' } else { '?' };
        format!("{path}{separator}{PARAMETER}={}", self.texts.language)
    }

    /// Renders a text that names the merchant.
    pub fn merchant_html(&self, text: &MerchantText) -> Markup {
        self.merchant.map_or_else(|| html! { (text.unnamed) }, |name| text.named.html([&isolated(name)]))
    }

    /// Returns a text that names the merchant as plain text, for a title.
    pub fn merchant_text(&self, text: &MerchantText) -> String {
        self.merchant.map_or_else(|| text.unnamed.to_owned(), |name| text.named.text([name]))
    }

    /// Renders when something happens, relative to now and as a date. Both times are in milliseconds since the epoch.
    pub fn when(&self, text: Template<2>, at: i64, now: i64) -> Markup {
        let times = &self.texts.times;
        let (left, near) = (at.saturating_sub(now), times.near(at, now));
        // The script keeps the relative time true, and screen readers need not read each change.
        let relative = html! { span data-left=(left) data-near=(near) aria-live="off" { (times.relative(at, now)) } };
        text.html([&relative, &times.absolute(at)])
    }

    /// Renders a page.
    pub fn answer(&self, status: u16, title: &str, extra: Extra<'_>, content: Markup) -> Answer {
        let name = self.merchant.unwrap_or(self.texts.unnamed);
        let body = html! {
            (DOCTYPE)
            html lang=(self.texts.language) dir=(self.texts.direction) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    meta name="color-scheme" content="light dark";
                    @match extra {
                        Extra::Redirect(url) => meta http-equiv="refresh" content={ "0;url=" (url) };,
                        Extra::Code(code) => meta name="code" content=(code);,
                        Extra::Script => {}
                    }
                    title { (title) " – " (name) }
                    link rel="icon" href="data:,";
                    style { (maud::PreEscaped(STYLE)) }
                }
                body {
                    header {
                        (badge(&initial(name), "#0b57d0", None))
                        span { bdi { (name) } }
                        @if self.checkout.is_some_and(|checkout| checkout.is_sandbox) { strong { "SANDBOX" } }
                    }
                    main { (content) }
                    footer { p { (self.merchant_html(&self.texts.footer)) } }
                    @if extra == Extra::Script { script { (maud::PreEscaped(SCRIPT)) } }
                }
            }
        };
        let script = match extra {
            Extra::Script => format!("script-src 'sha256-{SCRIPT_HASH}'; connect-src 'self'; "),
            _ => String::new(),
        };
        let ancestors = self.checkout.map_or_else(|| "'none'".to_owned(), |on| on.frame_origins.ancestors());
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{STYLE_HASH}'; {script}img-src data:; form-action 'self'; \
             base-uri 'none'; frame-ancestors {ancestors}"
        );
        let mut answer = Answer::page(body.into_string(), &policy).with("Cross-Origin-Opener-Policy", "same-origin");
        answer.status = status;
        answer
    }
}

/// Renders a round badge with the first four characters of a text, and a smaller badge with the initial of a network on its
/// edge. CSS makes the texts upper case, since Unicode's case table would add 2.5 % to the upload.
pub(super) fn badge(text: &str, colour: &str, network: Option<(&str, &str)>) -> Markup {
    let text: String = text.chars().take(4).collect();
    let size = match text.chars().count() {
        ..=1 => 17,
        2..=3 => 12,
        _ => 10,
    };
    let y = if network.is_some() { 19 } else { 18 + size * 3 / 8 };
    html! {
        svg viewBox="0 0 36 36" aria-hidden="true" {
            circle cx="18" cy="18" r="18" fill=(colour) {}
            text x="18" y=(y) font-size=(size) { (text) }
            @if let Some((network, colour)) = network {
                circle cx="28" cy="28" r="7" fill=(colour) {}
                text x="28" y="31" font-size="9" { (initial(network)) }
            }
        }
    }
}

fn initial(text: &str) -> String {
    text.chars().take(1).collect()
}
