//! The hosted payment page, `/pay/{session}`: a page for a payer, played by the tester. Works without JavaScript.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding};
use citrn::ErrorCode;
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    clock::{MINUTE, Millis, rfc3339},
    decimal::Decimal,
    deposit,
    engine::Engine,
    guard,
    http::{Request, Response},
    payment::{Outcome, Payment, Status},
    refusal::{coded, status},
    state::State,
};

/// The path of the page, before the session id.
pub const PATH: &str = "/pay/";

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
input:not([type=checkbox]),button,.button{box-sizing:border-box;display:block;font:inherit;margin:.5rem 0;padding:.75rem;width:100%}\
button,.button{border:1px solid #8888;border-radius:.5rem;color:inherit;cursor:pointer;text-align:center}\
[value=pay]{background:#1d4ed8;color:#fff;font-weight:700}\
input,button,.button{scroll-margin:1rem}\
:focus-visible{outline:3px solid #2563eb;outline-offset:2px}";

const COUNTDOWN: &str = "\
const left=document.getElementById('left'),end=Date.now()+1000*left.dataset.seconds;\
const tick=()=>{const s=Math.max(0,Math.round((end-Date.now())/1000));\
left.textContent=Math.floor(s/60)+' min '+String(s%60).padStart(2,'0')+' s';s?setTimeout(tick,1000):location.replace(location.href)};\
setTimeout(tick,1000);";

/// Length of `2026-11-22T15:15:00`, which is how far people read a time.
const SECONDS: usize = 19;

/// Answers a request for the page, for what it shows as JSON, or from one of its forms.
pub(crate) fn answer(engine: &mut Engine, request: &Request<'_>, now: Millis) -> Response {
    let session = request.path().strip_prefix(PATH).unwrap_or_default();
    let view = View { now, frozen: engine.clock.is_frozen() };
    let state = &mut engine.state;
    let Some(payment) = state.payments.get(session) else {
        return refuse(request, &ErrorCode::PaymentNotFound, "There is no such payment.", "");
    };
    if request.method == "POST" {
        if let Some(reason) = guard::keeps_out(request, &engine.settings.origin) {
            return document(403, "Kept out", &format!("<h1>Kept out</h1><p>{reason}.</p>"));
        }
        let return_url = payment.return_url.clone();
        return match act(state, session, request.body, now) {
            Ok(()) => Response::see_other(&return_url),
            Err(problem) => {
                show(state, session, request, view, Some(&Mistake { problem, amount: typed(request.body) }))
            }
        };
    }
    show(state, session, request, view, None)
}

/// A form that could not be carried out.
struct Mistake {
    problem: String,
    /// The amount as it was typed.
    amount: String,
}

fn typed(body: &[u8]) -> String {
    form_urlencoded::parse(body)
        .find(|(name, _)| name == "amount")
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

/// When the page is looked at, and whether time stands still.
#[derive(Clone, Copy)]
struct View {
    now: Millis,
    frozen: bool,
}

/// Does what a form asks for.
fn act(state: &mut State, session: &str, body: &[u8], now: Millis) -> Result<(), String> {
    let form: BTreeMap<_, _> = form_urlencoded::parse(body).collect();
    let field = |name| form.get(name).map_or("", |value| value.as_ref());
    let closed = |_| "This payment is over already.".to_owned();
    match field("action") {
        "pay" => {
            let amount = Decimal::parse(field("amount").trim())
                .filter(|amount| !amount.is_zero())
                .ok_or("The amount must be digits with at most one point, above zero, such as 12.5.")?;
            let order = state.payment_order(session, amount, field("confirmed") == "yes", now).map_err(closed)?;
            let deposit = state.see_deposit(order, now).map_err(deposit::Problem::sentence)?;
            state.mark_paid(session, deposit);
            Ok(())
        }
        "cancel" => state.cancel_payment(session, now).map_err(closed),
        "expire" => state.expire_payment(session, now).map_err(closed),
        _ => Err("The form asks for nothing that is known here.".to_owned()),
    }
}

fn show(state: &State, session: &str, request: &Request<'_>, view: View, mistake: Option<&Mistake>) -> Response {
    let Some(payment) = state.payments.get(session) else {
        return refuse(request, &ErrorCode::PaymentNotFound, "There is no such payment.", "");
    };
    match payment.status(view.now) {
        Status::Expired => {
            refuse(request, &ErrorCode::PaymentExpired, "The time of this payment is over.", &way_back(payment))
        }
        current if request.prefers_json() => json(state, payment, current),
        current => page(state, payment, current, view, mistake),
    }
}

fn refuse(request: &Request<'_>, code: &ErrorCode, sentence: &str, way_back: &str) -> Response {
    if request.prefers_json() {
        return coded(status(code), code);
    }
    let body = format!("<h1>{sentence}</h1><p>Code: <code>{code}</code></p>{way_back}");
    document(status(code), sentence.trim_end_matches('.'), &body)
}

fn way_back(payment: &Payment) -> String {
    format!("<a class=button href=\"{}\">Back to the shop</a>", escape(&payment.return_url))
}

/// What the page shows (**invented**, like the page itself).
#[derive(Serialize)]
struct Session<'a> {
    session_id: &'a str,
    status: Status,
    coin_name: &'a str,
    address: Option<&'a str>,
    memo: Option<&'a str>,
    foreign_id: &'a str,
    return_url: &'a str,
    expires_at: String,
}

fn json(state: &State, payment: &Payment, current: Status) -> Response {
    let address = state.addresses.of_customer(&payment.foreign_id, payment.coin);
    Response::data(&Session {
        session_id: &payment.id.uuid,
        status: current,
        coin_name: payment.coin,
        address: address.map(|taken| taken.address.as_str()),
        memo: address.and_then(|taken| taken.memo.as_deref()),
        foreign_id: &payment.foreign_id,
        return_url: &payment.return_url,
        expires_at: rfc3339(payment.expires),
    })
}

fn page(state: &State, payment: &Payment, current: Status, view: View, mistake: Option<&Mistake>) -> Response {
    let coin = escape(payment.coin);
    let back = way_back(payment);
    let body = match (current, state.addresses.of_customer(&payment.foreign_id, payment.coin)) {
        (Status::Open, Some(taken)) => {
            let memo = taken.memo.as_deref().map_or_else(String::new, |memo| {
                format!("<dt>Memo, to be sent along</dt><dd><code id=memo>{}</code></dd>", escape(memo))
            });
            format!(
                "<h1>Pay with {coin}</h1>{qr}<dl><dt>Address</dt><dd><code id=address>{address}</code></dd>{memo}\
                 <dt>Time left</dt><dd>{left}</dd></dl>{forms}{back}",
                qr = qr_code(&taken.address).unwrap_or_default(),
                address = escape(&taken.address),
                left = time_left(payment, view),
                forms = forms(state, payment, mistake),
            )
        }
        (Status::Paid, _) => {
            format!("<h1>Paid</h1><p>This payment in {coin} was made.</p>{}{back}", deposit_state(state, payment))
        }
        _ => format!("<h1>Cancelled</h1><p>This payment in {coin} was cancelled.</p>{back}"),
    };
    let (status, title) = if mistake.is_some() { (400, "Error: payment") } else { (200, "Payment") };
    document(status, title, &body)
}

/// What the tester does in the payer's place.
fn forms(state: &State, payment: &Payment, mistake: Option<&Mistake>) -> String {
    let usual = || {
        let minimum = state.coins.existing(payment.coin).map(|coin| coin.minimum_amount.clone());
        (&minimum.unwrap_or_else(|_| Decimal::zero()) * &Decimal::constant(10, 0)).to_string()
    };
    let amount = mistake.map_or_else(usual, |mistake| mistake.amount.clone());
    let problem = mistake
        .map_or_else(String::new, |mistake| format!("<p role=alert id=problem>{}</p>", escape(&mistake.problem)));
    let state_of_amount = mistake.map_or("", |_| " aria-invalid=true aria-describedby=problem autofocus");
    format!(
        "<form method=post><h2>Play the payer</h2><dl><dt>Customer</dt><dd><code id=foreign_id>{customer}</code></dd>\
         <dt>Goes on to</dt><dd><code id=return_url>{return_url}</code></dd></dl>{problem}\
         <label for=amount>Amount in {coin}</label>\
         <input id=amount name=amount value=\"{amount}\" inputmode=decimal autocomplete=off required{state_of_amount}>\
         <label><input type=checkbox name=confirmed value=yes> with all confirmations at once</label>\
         <button name=action value=pay>Pay</button></form>\
         <form method=post><h2>Or do not pay</h2><button name=action value=cancel>Cancel the payment</button>\
         <button name=action value=expire>Let the time run out</button></form>",
        customer = escape(&payment.foreign_id),
        return_url = escape(&payment.return_url),
        coin = escape(payment.coin),
        amount = escape(&amount),
    )
}

fn deposit_state(state: &State, payment: &Payment) -> String {
    let Some(Outcome::Paid { deposit }) = &payment.outcome else { return String::new() };
    state.deposits.get(deposit).map_or_else(String::new, |deposit| {
        format!(
            "<dl><dt>Deposit</dt><dd id=deposit>{} {}: {}, {} of {} confirmations</dd></dl>",
            deposit.amount,
            escape(deposit.address.coin),
            deposit.status.as_str(),
            deposit.confirmations,
            deposit.required,
        )
    })
}

/// The time left. A script counts it down where there is one and the clock is not frozen.
fn time_left(payment: &Payment, view: View) -> String {
    let left = payment.expires.saturating_sub(view.now);
    let minutes = left.div_euclid(MINUTE);
    let seconds = left.rem_euclid(MINUTE).div_euclid(1000);
    let until = rfc3339(payment.expires);
    let script = if view.frozen { String::new() } else { format!("<script>{COUNTDOWN}</script>") };
    format!(
        "<time id=left datetime=\"PT{minutes}M{seconds}S\" data-seconds={total}>{minutes} min {seconds:02} s</time>, until {until} UTC{script}",
        total = left.div_euclid(1000),
        until = until.get(..SECONDS).unwrap_or(&until).replace('T', " "),
    )
}

/// The QR code of an address as SVG; `None` only if the text does not fit, which no address here brings about.
fn qr_code(text: &str) -> Option<String> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let modules = 0..code.size();
    let dark =
        modules.clone().flat_map(|y| modules.clone().map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y));
    let path: String = dark.map(|(x, y)| format!("M{x} {y}h1v1h-1z")).collect();
    // Readers need a margin of four modules (ISO/IEC 18004, "Quiet zone").
    let width = code.size() + 8;
    Some(format!(
        "<svg role=\"img\" aria-label=\"QR code of the address\" viewBox=\"-4 -4 {width} {width}\" \
         shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>"
    ))
}

fn document(status: u16, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width, initial-scale=1\"><title>{title} - SANDBOX</title>\
         <style>{STYLE}</style></head><body><header>SANDBOX: send no real money</header><main>{body}</main></body></html>"
    );
    let script = Base64::encode_string(&Sha256::digest(COUNTDOWN));
    // No `form-action`: browsers hold it against every redirect after a form, so it would stop a payer whose return URL
    // leads on to another site.
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    Response::new(status, "text/html; charset=utf-8", html)
        .with_header("Content-Security-Policy", policy)
        .with_header("X-Content-Type-Options", "nosniff")
        .with_header("Referrer-Policy", "same-origin")
}

/// The page that says what this is.
pub(crate) fn front(origin: &str) -> Response {
    let origin = escape(origin);
    document(
        200,
        "citrn",
        &format!(
            "<h1>A gateway that behaves like Citron</h1><dl><dt>API</dt><dd><code>{origin}/api</code></dd>\
             <dt>Control</dt><dd><code>{origin}/_sandbox/</code></dd></dl>"
        ),
    )
}

/// Text made safe between tags and inside quoted attributes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
