//! The HTML of the sandbox's pages.

use base64ct::{Base64, Encoding};
use maud::{Markup, PreEscaped, html};
use qrcodegen::{QrCode, QrCodeEcc};
use sha2::{Digest, Sha256};

use crate::{
    clock::{MINUTE, Millis, rfc3339},
    decimal::Decimal,
    deposit::Deposit,
    http::Response,
    payment::{Payment, Status},
};

const STYLE: &str = "\
:root{background:Canvas;color:CanvasText;color-scheme:light dark}\
body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:30rem;padding:1rem}\
header{background:#b45309;color:#fff;font-weight:700;padding:.5rem 1rem;border-radius:.5rem;text-align:center}\
h1{font-size:1.4rem}h2{font-size:1.15rem}\
code{display:block;font-size:1rem;overflow-wrap:anywhere;user-select:all}\
svg{background:#fff;display:block;height:auto;margin:1rem auto;max-width:16rem;width:100%}\
dt{font-weight:700;margin-top:.75rem}dd{margin:0}\
form{border-top:1px solid #8888;margin-top:1.5rem;padding-top:1rem}\
label:has([type=checkbox]){align-items:center;display:flex;gap:.5rem;min-height:2.75rem}\
[type=checkbox]{flex:none;height:1.5rem;margin:0;width:1.5rem}\
[role=alert]{border-left:.25rem solid #dc2626;padding-left:.75rem}\
input:not([type=checkbox]),button,.button{box-sizing:border-box;display:block;font:inherit;margin:.5rem 0;\
padding:.75rem;width:100%}\
button,.button{border:1px solid #8888;border-radius:.5rem;color:inherit;cursor:pointer;text-align:center}\
[value=pay]{background:#1d4ed8;color:#fff;font-weight:700}\
input,button,.button{scroll-margin:1rem}\
:focus-visible{outline:3px solid #2563eb;outline-offset:2px}";

const COUNTDOWN: &str = "\
const left=document.getElementById('left'),end=Date.now()+1000*left.dataset.seconds;\
const tick=()=>{const s=Math.max(0,Math.round((end-Date.now())/1000));\
left.textContent=Math.floor(s/60)+' min '+String(s%60).padStart(2,'0')+' s';\
s?setTimeout(tick,1000):location.replace(location.href)};\
setTimeout(tick,1000);";

/// Length of `2026-11-22T15:15:00`: a time without fractions of a second.
const SECONDS: usize = 19;

/// A submitted form that was refused.
pub(super) struct FormError {
    pub problem: &'static str,
    /// The entered amount.
    pub amount: String,
}

/// The clock of a view of the page.
#[derive(Clone, Copy)]
pub(super) struct View {
    pub now: Millis,
    pub frozen: bool,
}

/// Returns the sandbox's front page.
pub(crate) fn front(origin: &str) -> Response {
    let content = html! {
        h1 { "Citron sandbox gateway" }
        dl {
            dt { "API" } dd { code { (origin) "/api" } }
            dt { "Control" } dd { code { (origin) "/_sandbox/" } }
        }
    };
    document(200, "citrn", content)
}

/// Returns the page for a refused request of another site.
pub(super) fn forbidden(reason: &str) -> Response {
    document(403, "Request refused", html! { h1 { "Request refused" } p { (reason) "." } })
}

/// Returns the page for a documented code.
pub(super) fn refused(status: u16, code: &str, sentence: &str, payment: Option<&Payment>) -> Response {
    let content = html! {
        h1 { (sentence) }
        p { "Code: " code { (code) } }
        @if let Some(payment) = payment { (back_link(payment)) }
    };
    document(status, sentence.trim_end_matches('.'), content)
}

/// Returns the page of an open payment; `usual` is the amount that its form suggests.
pub(super) fn open(payment: &Payment, usual: &Decimal, view: View, error: Option<&FormError>) -> Response {
    let content = html! {
        h1 { "Pay with " (payment.coin) }
        @if let Some(image) = qr_code(&payment.address) { (image) }
        dl {
            dt { "Address" } dd { (code("address", &payment.address)) }
            @if let Some(memo) = &payment.memo { dt { "Memo (required)" } dd { (code("memo", memo)) } }
            dt { "Time left" } dd { (time_left(payment, view)) }
        }
        (forms(payment, usual, error))
    };
    payment_page(payment, error.is_some(), content)
}

/// Returns the page of a paid or cancelled payment.
pub(super) fn closed(payment: &Payment, deposit: Option<&Deposit>, is_error: bool) -> Response {
    let done = if payment.status == Status::Paid { ("Paid", "made") } else { ("Cancelled", "cancelled") };
    let content = html! {
        h1 { (done.0) }
        p { "This payment in " (payment.coin) " was " (done.1) "." }
        @if let Some(deposit) = deposit {
            dl {
                dt { "Deposit" }
                dd id="deposit" {
                    (deposit.amount) " " (deposit.address.coin) ": " (deposit.status) ", "
                    (deposit.confirmations) " of " (deposit.required) " confirmations"
                }
            }
        }
    };
    payment_page(payment, is_error, content)
}

/// Returns a page about a payment, possibly after a refused form.
fn payment_page(payment: &Payment, is_error: bool, content: Markup) -> Response {
    let (status, title) = if is_error { (400, "Error: payment") } else { (200, "Payment") };
    document(status, title, html! { (content) (back_link(payment)) })
}

fn back_link(payment: &Payment) -> Markup {
    html! { a class="button" href=(payment.return_url) { "Back to the shop" } }
}

/// Renders a text with an id. Programs that scrape the page expect the attribute without the quotes that maud writes.
fn code(id: &str, text: &str) -> Markup {
    html! { (PreEscaped(format!("<code id={id}>"))) (text) (PreEscaped("</code>")) }
}

/// Renders the forms with which the tester acts as the payer.
fn forms(payment: &Payment, usual: &Decimal, error: Option<&FormError>) -> Markup {
    let amount = error.map_or_else(|| usual.to_string(), |error| error.amount.clone());
    let is_error = error.is_some();
    html! {
        form method="post" {
            h2 { "Act as the payer" }
            dl {
                dt { "Customer" } dd { (code("foreign_id", &payment.foreign_id)) }
                dt { "Returns to" } dd { (code("return_url", &payment.return_url)) }
            }
            @if let Some(FormError { problem, .. }) = error {
                (PreEscaped("<p role=alert id=problem>")) (problem) (PreEscaped("</p>"))
            }
            label for="amount" { "Amount in " (payment.coin) }
            input id="amount" name="amount" value=(amount) inputmode="decimal" autocomplete="off" required
                aria-invalid=[is_error.then_some("true")] aria-describedby=[is_error.then_some("problem")]
                autofocus[is_error];
            label { input type="checkbox" name="confirmed" value="yes"; " with all confirmations immediately" }
            button name="action" value="pay" { "Pay" }
        }
        form method="post" {
            h2 { "Do not pay" }
            button name="action" value="cancel" { "Cancel the payment" }
            button name="action" value="expire" { "Let the payment expire" }
        }
    }
}

/// Renders the remaining time. A script counts it down, unless the clock is frozen.
fn time_left(payment: &Payment, view: View) -> Markup {
    let left = payment.expires.saturating_sub(view.now);
    let minutes = left.div_euclid(MINUTE);
    let seconds = left.rem_euclid(MINUTE).div_euclid(1000);
    let until = rfc3339(payment.expires);
    html! {
        time id="left" datetime=(format!("PT{minutes}M{seconds}S")) data-seconds=(left.div_euclid(1000)) {
            (minutes) " min " (format!("{seconds:02}")) " s"
        }
        ", until " (until.get(..SECONDS).unwrap_or(&until).replace('T', " ")) " UTC"
        @if !view.frozen { script { (PreEscaped(COUNTDOWN)) } }
    }
}

/// Renders the QR code of an address as SVG. `None` only if the text is too long, which no address here is.
fn qr_code(text: &str) -> Option<Markup> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let modules = 0..code.size();
    let dark =
        modules.clone().flat_map(|y| modules.clone().map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y));
    let path: String = dark.map(|(x, y)| format!("M{x} {y}h1v1h-1z")).collect();
    // Readers need a margin of four modules (ISO/IEC 18004, "Quiet zone").
    let width = code.size() + 8;
    Some(html! {
        svg role="img" aria-label="QR code of the address" viewBox=(format!("-4 -4 {width} {width}"))
            shape-rendering="crispEdges" { path d=(path) {} }
    })
}

fn document(status: u16, title: &str, content: Markup) -> Response {
    let page = html! {
        (PreEscaped("<!doctype html><html lang=en>"))
        head {
            meta charset="utf-8";
            (PreEscaped("<meta name=viewport content=\"width=device-width, initial-scale=1\">"))
            title { (title) " - SANDBOX" }
            style { (PreEscaped(STYLE)) }
        }
        body {
            header { "SANDBOX: send no real money" }
            main { (content) }
        }
    };
    let script = Base64::encode_string(&Sha256::digest(COUNTDOWN));
    // No `form-action`: browsers apply it to every redirect after a form, which would block a return URL that redirects
    // to another site.
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    Response::new(status, "text/html; charset=utf-8", page.into_string())
        .with_header("Content-Security-Policy", policy)
        .with_header("X-Content-Type-Options", "nosniff")
        .with_header("Referrer-Policy", "same-origin")
}
