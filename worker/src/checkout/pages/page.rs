//! What all pages of the checkout have in common. They load nothing, work without a script, and tell nobody where the payer
//! comes from.

use maud::{DOCTYPE, Markup, html};

use super::style::{SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH};
use crate::{
    checkout::{Checkout, texts::Texts},
    clock::rfc3339,
    http::{Answer, Incoming},
};

/// Whose page it is, and in which language.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The words.
    pub texts: &'static Texts,
    /// The merchant's name.
    pub name: &'a str,
}

/// What a page has besides its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra<'a> {
    /// Nothing.
    None,
    /// A script that copies.
    Copying,
    /// It leads on to a URL at once. A browser does not keep such a page in its history.
    Onward(&'a str),
    /// A code that programs understand.
    Code(&'a str),
}

impl<'a> Page<'a> {
    /// A page in the language of a request.
    pub fn of(request: &impl Incoming, checkout: Option<&'a Checkout>) -> Self {
        let texts = Texts::of(request.header("Accept-Language").as_deref());
        Self { texts, name: checkout.and_then(|checkout| checkout.merchant.as_deref()).unwrap_or(texts.unnamed) }
    }

    /// A whole page.
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
                        Extra::Onward(url) => meta http-equiv="refresh" content={ "0;url=" (url) };,
                        Extra::Code(code) => meta name="code" content=(code);,
                        Extra::None | Extra::Copying => {}
                    }
                    title { (title) " – " (name) }
                    link rel="icon" href="data:,";
                    style { (maud::PreEscaped(STYLE)) }
                }
                body {
                    header { (sign(name, "#0b57d0")) span { (name) } }
                    main { (content) }
                    footer { p { ((self.texts.footer)(name)) } }
                    @if extra == Extra::Copying { script { (maud::PreEscaped(SCRIPT)) } }
                }
            }
        };
        let script =
            if extra == Extra::Copying { format!("script-src 'sha256-{SCRIPT_HASH}'; ") } else { String::new() };
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{STYLE_HASH}'; {script}img-src data:; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'"
        );
        let mut answer = Answer::page(body.into_string(), &policy).with("Cross-Origin-Opener-Policy", "same-origin");
        answer.status = status;
        answer
    }
}

/// A round sign with the first letter of a name. The style makes it a capital: Unicode's table of them would be a
/// fortieth of the upload.
pub(super) fn sign(name: &str, colour: &str) -> Markup {
    let initial: String = name.chars().take(1).collect();
    html! {
        svg viewBox="0 0 36 36" aria-hidden="true" {
            circle cx="18" cy="18" r="18" fill=(colour) {}
            text x="18" y="24" { (initial) }
        }
    }
}

/// A time in milliseconds since the epoch: to the minute, in UTC, since the payer's own zone is not known.
pub(super) fn time(milliseconds: i64) -> Markup {
    let whole = rfc3339(milliseconds);
    let (date, clock) = (whole.get(..10).unwrap_or_default(), whole.get(11..16).unwrap_or_default());
    html! { time datetime=(whole) { (date) " " (clock) " UTC" } }
}
