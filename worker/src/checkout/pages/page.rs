//! The layout of all checkout pages. They load no resources, work without scripts, and send no referrer.

use maud::{DOCTYPE, Markup, html};

use super::style::{SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH};
use crate::{
    checkout::{Checkout, texts::Texts},
    clock::rfc3339,
    http::{Answer, Incoming},
};

/// The merchant and the language of a page.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The texts in the payer's language.
    pub texts: &'static Texts,
    /// The merchant's name.
    pub name: &'a str,
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
        Self { texts, name: checkout.and_then(|checkout| checkout.merchant.as_deref()).unwrap_or(texts.unnamed) }
    }

    /// Renders a page.
    pub fn answer(&self, status: u16, title: &str, extra: Extra<'_>, content: Markup) -> Answer {
        let name = self.name;
        let body = html! {
            (DOCTYPE)
            html lang=(self.texts.language) {
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
                    header { (badge(name, "#0b57d0")) span { (name) } }
                    main { (content) }
                    footer { p { ((self.texts.footer)(name)) } }
                    @if extra == Extra::CopyScript { script { (maud::PreEscaped(SCRIPT)) } }
                }
            }
        };
        let script =
            if extra == Extra::CopyScript { format!("script-src 'sha256-{SCRIPT_HASH}'; ") } else { String::new() };
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{STYLE_HASH}'; {script}img-src data:; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'"
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

/// Renders a time, given in milliseconds since the epoch, to the minute and in UTC: the payer's time zone is unknown.
pub(super) fn time(milliseconds: i64) -> Markup {
    let whole = rfc3339(milliseconds);
    let (date, clock) = (whole.get(..10).unwrap_or_default(), whole.get(11..16).unwrap_or_default());
    html! { time datetime=(whole) { (date) " " (clock) " UTC" } }
}
