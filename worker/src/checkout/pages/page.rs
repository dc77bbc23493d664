//! The layout of all checkout pages. They load no resources, work without scripts, and send no referrer.

use maud::{DOCTYPE, Markup, html};

use super::style::{SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH};
use crate::{
    checkout::{
        Checkout,
        texts::{
            Texts,
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
}

/// An addition to a page's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra<'a> {
    /// No addition.
    None,
    /// The script of the copy buttons.
    CopyScript,
    /// An immediate redirect, as a refresh: browsers do not keep such a page in their history.
    Redirect(&'a str),
    /// The code of a problem, for programs.
    Code(&'a str),
}

impl<'a> Page<'a> {
    /// Returns the page for a request, in its language.
    pub fn of(request: &impl Incoming, checkout: Option<&'a Checkout>) -> Self {
        let texts = Texts::of(request.header("Accept-Language").as_deref());
        Self { texts, merchant: checkout.and_then(|checkout| checkout.merchant.as_deref()), checkout }
    }

    /// Returns the URL of a page of the checkout: every link and form target is made here.
    pub fn url(&self, path: &str) -> String {
        path.to_owned()
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
        text.html([&html! { (times.relative(at, now)) }, &times.absolute(at)])
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
                        Extra::None | Extra::CopyScript => {}
                    }
                    title { (title) " – " (name) }
                    link rel="icon" href="data:,";
                    style { (maud::PreEscaped(STYLE)) }
                }
                body {
                    header { (badge(name, "#0b57d0")) span { bdi { (name) } } }
                    main { (content) }
                    footer { p { (self.merchant_html(&self.texts.footer)) } }
                    @if extra == Extra::CopyScript { script { (maud::PreEscaped(SCRIPT)) } }
                }
            }
        };
        let script =
            if extra == Extra::CopyScript { format!("script-src 'sha256-{SCRIPT_HASH}'; ") } else { String::new() };
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

/// Renders a round badge with the first letter of a name. CSS makes it upper case, since Unicode's case table would add
/// 2.5 % to the upload.
pub(super) fn badge(name: &str, colour: &str) -> Markup {
    let initial: String = name.chars().take(1).collect();
    html! {
        svg viewBox="0 0 36 36" aria-hidden="true" {
            circle cx="18" cy="18" r="18" fill=(colour) {}
            text x="18" y="24" { (initial) }
        }
    }
}
