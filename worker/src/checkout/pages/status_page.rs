//! `GET /c/{token}/status`: the page with the payer's deposits.

use form_urlencoded::parse;
use maud::{Markup, html};

use super::page::{Extra, Page};
use crate::{
    checkout::{
        coins::Coin,
        link::PaymentMode,
        status::snapshot::{State, by_session, shown_amount},
        texts::template::isolated,
    },
    http::Answer,
    inbox::Deposit,
};

/// The header that makes a browser reload the page, without a script.
pub const REFRESH: &str = "Refresh";

/// Seconds between refreshes while a deposit is expected.
const FAST_REFRESH: u32 = 5;

/// Seconds between refreshes after a long wait, a final deposit, or an error.
pub const SLOW_REFRESH: u32 = 60;

/// How long after the start of a session the page refreshes fast, in milliseconds.
const FAST_REFRESH_FOR_MS: i64 = 30 * 60_000;

/// How long after the start of a session the page refreshes at all, in milliseconds.
pub const REFRESH_FOR_MS: i64 = 24 * 60 * 60_000;

/// The form field that requests an address again.
pub const AGAIN: &str = "again";

/// The content of the status page.
#[derive(Debug)]
pub struct Status<'a> {
    /// The deposits since the link's first session began, the latest first.
    pub deposits: &'a [Deposit],
    /// When the latest session began, in milliseconds since the epoch.
    pub last_began_at: Option<i64>,
    /// The current time, in milliseconds since the epoch.
    pub now: i64,
    /// Whether the retention may have dropped callbacks that arrived since the first session.
    pub is_pruned: bool,
    /// Whether the payer lets the page refresh itself.
    pub refreshes: bool,
    /// The page that the payer returns to, if its origin is allowed.
    pub return_url: Option<&'a str>,
    /// Whether the page may link to the link's other pages.
    pub opens_link: bool,
    /// The coin whose deposit address can be shown again.
    pub address_coin: Option<&'a str>,
}

/// Whether the status page may refresh itself. `refresh=off` in the URL turns that off.
pub fn refreshes(url: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    // The gateway may add its own parameters to the return_url.
    !parse(query.as_bytes()).any(|(name, value)| name == "refresh" && value == "off")
}

impl Status<'_> {
    /// Splits the deposits into those since the latest session began and earlier ones.
    fn deposits(&self) -> (&[Deposit], &[Deposit]) {
        by_session(self.deposits, self.last_began_at)
    }

    /// Returns the seconds until the next refresh, if there is one.
    fn refresh_after(&self) -> Option<u32> {
        let waiting = self.now.saturating_sub(self.last_began_at?);
        if !self.refreshes || waiting >= REFRESH_FOR_MS {
            return None;
        }
        let is_settled = self.deposits().0.first().is_some_and(Deposit::is_final);
        Some(if is_settled || waiting >= FAST_REFRESH_FOR_MS { SLOW_REFRESH } else { FAST_REFRESH })
    }
}

impl Page<'_> {
    /// Renders the status page.
    pub fn status(&self, path: &str, status: &Status<'_>) -> Answer {
        let texts = self.texts;
        let refresh_after = status.refresh_after();
        let (current, earlier) = status.deposits();
        let interval = |seconds: u32| html! { (texts.times.count(seconds.into(), texts.times.seconds)) };
        let content = html! {
            h1 { (texts.status) }
            // The script replaces the content of these two elements when a deposit changes.
            div id="now" role="status" {
                @for deposit in current { (self.deposit_section(deposit, status.now)) }
                @if current.is_empty() {
                    p { strong { (texts.nothing_yet) } }
                    p { (texts.nothing_yet_why) }
                }
            }
            @if let Some(coin) = status.address_coin {
                form method="post" action=(self.url(path)) {
                    input type="hidden" name="coin" value=(coin);
                    input type="hidden" name="mode" value=(PaymentMode::Address.as_str());
                    input type="hidden" name=(AGAIN) value="1";
                    button { (texts.address_again) }
                }
            }
            @if let Some(url) = status.return_url {
                a target="_top" class="button returns" href=(url) rel="noreferrer" {
                    (self.merchant_html(&texts.back_to))
                }
            }
            div id="earlier" {
                @if !earlier.is_empty() {
                    h2 class="earlier" { (texts.earlier) }
                    @for deposit in earlier { (self.deposit_section(deposit, status.now)) }
                }
            }
            @if status.is_pruned { p class="soft" { (texts.older_dropped) } }
            p class="links" {
                a id="refresh" href=(self.url(&format!("{path}/status"))) { (texts.refresh) }
                @if status.opens_link { a href=(self.url(path)) { (texts.start_again) } }
            }
            @if let Some(seconds) = refresh_after {
                p class="soft links" {
                    span id="live" data-live=(texts.updates) { (texts.refreshes.html([&interval(seconds)])) } " "
                    a href=(self.url(&format!("{path}/status?refresh=off"))) { (texts.stop_refreshing) }
                }
            }
        };
        let answer = self.answer(200, texts.status, Extra::Script, content);
        match refresh_after {
            Some(seconds) => answer.with(REFRESH, seconds.to_string()),
            None => answer,
        }
    }

    fn deposit_section(&self, deposit: &Deposit, now: i64) -> Markup {
        let texts = self.texts;
        let (state, text, ended_at) = match State::of(deposit) {
            State::Confirmed => ("confirmed", texts.confirmed, Some(texts.confirmed_at)),
            State::Cancelled => ("cancelled", texts.cancelled, Some(texts.cancelled_at)),
            State::Seen | State::Waiting => ("seen", texts.seen, None),
        };
        let amount = |amount| shown_amount(amount).map(|amount| self.amount(amount));
        let (sent, credited) = (amount(deposit.sent.as_ref()), amount(deposit.credited.as_ref()));
        let credited = credited.filter(|credited| sent.as_ref().is_none_or(|sent| sent.0 != credited.0));
        html! {
            section class={ "deposit " (state) } data-state=(state) {
                h2 { @if let Some(sent) = sent { (sent) } @else { (texts.some_deposit) } }
                p { (text) }
                @if let Some(credited) = credited { p { (texts.after_fees.html([&credited])) } }
                p class="soft" {
                    (self.when(texts.seen_at, deposit.seen_at, now))
                    @if let Some(ended_at) = ended_at { br; (self.when(ended_at, deposit.status_at, now)) }
                }
            }
        }
    }

    /// Renders an amount with its coin.
    fn amount(&self, (amount, currency): (&str, &str)) -> Markup {
        html! { (isolated(amount)) " " (self.label_html(&Coin::of(currency))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_refreshes_fast_then_slowly_then_not_at_all() {
        let deposit = |status: &str| Deposit {
            sent: None,
            credited: None,
            seen_at: 10,
            status: status.to_owned(),
            status_at: 10,
        };
        let (none, seen, confirmed) = (vec![], vec![deposit("not_confirmed")], vec![deposit("confirmed")]);
        for (deposits, last_began_at, now, refreshes, expected) in [
            (&none, None, 10, true, None),
            (&none, Some(10), 10, true, Some(FAST_REFRESH)),
            (&none, Some(10), 10, false, None),
            (&none, Some(10), 10 + FAST_REFRESH_FOR_MS - 1, true, Some(FAST_REFRESH)),
            (&none, Some(10), 10 + FAST_REFRESH_FOR_MS, true, Some(SLOW_REFRESH)),
            (&none, Some(10), 10 + REFRESH_FOR_MS, true, None),
            (&seen, Some(10), 10, true, Some(FAST_REFRESH)),
            (&confirmed, Some(10), 10, true, Some(SLOW_REFRESH)),
            (&confirmed, Some(11), 11, true, Some(FAST_REFRESH)),
        ] {
            let (return_url, address_coin) = (None, None);
            let (is_pruned, opens_link) = (false, true);
            let status =
                Status { deposits, last_began_at, now, is_pruned, refreshes, return_url, opens_link, address_coin };
            assert_eq!(status.refresh_after(), expected);
        }
    }
}
