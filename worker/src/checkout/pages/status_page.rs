//! `GET /c/{token}/status`: what is known of the payer's deposits.

use form_urlencoded::parse;
use maud::{Markup, html};

use super::page::{Extra, Page, time};
use crate::{
    checkout::{
        coins::{Coin, LONGEST_AMOUNT, short},
        link::{PaymentMode, is_code},
    },
    http::Answer,
    inbox::Deposit,
};

/// The header that has a browser look again, without a script.
pub const REFRESH: &str = "Refresh";

/// How often the page looks again, in seconds, while a deposit is being waited for.
const OFTEN: u32 = 5;

/// How often it does when it has waited long, something has come, or it could not be shown.
pub const SELDOM: u32 = 60;

/// How long it looks often, in milliseconds.
const IMPATIENT_MS: i64 = 30 * 60_000;

/// How long it looks at all, in milliseconds.
pub const PATIENT_MS: i64 = 24 * 60 * 60_000;

/// The field of a form that asks for what was shown before.
pub const AGAIN: &str = "again";

/// What the status page tells.
#[derive(Debug)]
pub struct Status<'a> {
    /// The deposits since the link's first session began, the latest first.
    pub deposits: &'a [Deposit],
    /// When the latest session began, in milliseconds since the epoch; none when none has.
    pub last_began_at: Option<i64>,
    /// What time it is, in the same unit.
    pub now: i64,
    /// Whether callbacks that came after the first session began can have been dropped.
    pub is_pruned: bool,
    /// Whether the page looks again by itself, as far as the payer wants it.
    pub refreshes: bool,
    /// Where the payer goes afterwards, if they may be sent there.
    pub return_url: Option<&'a str>,
    /// Whether the page may lead to the link's other pages.
    pub opens_link: bool,
    /// The coin whose deposit address can be shown again.
    pub address_coin: Option<&'a str>,
}

/// Whether the status page may refresh itself: the payer can turn that off in the URL.
pub fn refreshes(url: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    // The gateway can add parameters of its own to where it sends payers back to.
    !parse(query.as_bytes()).any(|(name, value)| name == "refresh" && value == "off")
}

impl Status<'_> {
    /// The deposits since the latest session began, and those before.
    fn deposits(&self) -> (&[Deposit], &[Deposit]) {
        let since = self.last_began_at.unwrap_or_default();
        let current = self.deposits.partition_point(|deposit| deposit.seen_at >= since);
        self.deposits.split_at_checked(current).unwrap_or_default()
    }

    /// In how many seconds to look again, if at all.
    fn look_again(&self) -> Option<u32> {
        let waiting = self.now.saturating_sub(self.last_began_at?);
        if !self.refreshes || waiting >= PATIENT_MS {
            return None;
        }
        let is_settled = self.deposits().0.first().is_some_and(Deposit::is_final);
        Some(if is_settled || waiting >= IMPATIENT_MS { SELDOM } else { OFTEN })
    }
}

impl Page<'_> {
    /// The page with the status.
    pub fn status(&self, path: &str, status: &Status<'_>) -> Answer {
        let texts = self.texts;
        let again = status.look_again();
        let (current, earlier) = status.deposits();
        let content = html! {
            h1 { (texts.status) }
            div role="status" {
                @for deposit in current { (self.shown(deposit)) }
                @if current.is_empty() { p { strong { (texts.nothing_yet) } } }
            }
            @if current.is_empty() { p { (texts.nothing_yet_why) } }
            @if let Some(coin) = status.address_coin {
                form method="post" action=(path) {
                    input type="hidden" name="coin" value=(coin);
                    input type="hidden" name="mode" value=(PaymentMode::Address.as_str());
                    input type="hidden" name=(AGAIN) value="1";
                    button { (texts.address_again) }
                }
            }
            @if let Some(url) = status.return_url {
                a class="button first" href=(url) rel="noreferrer" { ((texts.back_to)(self.name)) }
            }
            @if !earlier.is_empty() {
                h2 class="earlier" { (texts.earlier) }
                @for deposit in earlier { (self.shown(deposit)) }
            }
            @if status.is_pruned { p class="soft" { (texts.no_longer_kept) } }
            p class="links" {
                a href={ (path) "/status" } { (texts.refresh) }
                @if status.opens_link { br; a href=(path) { (texts.start_again) } }
            }
            @if let Some(seconds) = again {
                p class="soft links" {
                    ((texts.refreshes)(seconds)) " "
                    a href={ (path) "/status?refresh=off" } { (texts.stop_refreshing) }
                }
            }
        };
        let answer = self.answer(200, texts.status, Extra::None, content);
        match again {
            Some(seconds) => answer.with(REFRESH, seconds.to_string()),
            None => answer,
        }
    }

    fn shown(&self, deposit: &Deposit) -> Markup {
        let texts = self.texts;
        let (class, state, ended_at) = match deposit.status.as_str() {
            "confirmed" => ("deposit confirmed", texts.confirmed, Some(texts.confirmed_at)),
            "cancelled" | "declined" | "failed" | "expired" => {
                ("deposit cancelled", texts.cancelled, Some(texts.cancelled_at))
            }
            _ => ("deposit", texts.seen, None),
        };
        let what = match &deposit.sent {
            Some((amount, currency)) if amount.len() <= LONGEST_AMOUNT && is_code(currency) => {
                format!("{} {}", short(amount), self.words(&Coin::of(currency)))
            }
            _ => texts.some_deposit.to_owned(),
        };
        html! {
            section class=(class) {
                h2 { (what) }
                p { (state) }
                p class="soft" {
                    (texts.seen_at) " " (time(deposit.seen_at))
                    @if let Some(ended_at) = ended_at { br; (ended_at) " " (time(deposit.status_at)) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_looks_often_then_seldom_then_no_more() {
        let deposit = |status: &str| Deposit { sent: None, seen_at: 10, status: status.to_owned(), status_at: 10 };
        let (none, seen, confirmed) = (vec![], vec![deposit("not_confirmed")], vec![deposit("confirmed")]);
        for (deposits, last_began_at, now, refreshes, expected) in [
            (&none, None, 10, true, None),
            (&none, Some(10), 10, true, Some(OFTEN)),
            (&none, Some(10), 10, false, None),
            (&none, Some(10), 10 + IMPATIENT_MS - 1, true, Some(OFTEN)),
            (&none, Some(10), 10 + IMPATIENT_MS, true, Some(SELDOM)),
            (&none, Some(10), 10 + PATIENT_MS, true, None),
            (&seen, Some(10), 10, true, Some(OFTEN)),
            (&confirmed, Some(10), 10, true, Some(SELDOM)),
            (&confirmed, Some(11), 11, true, Some(OFTEN)),
        ] {
            let (return_url, address_coin) = (None, None);
            let (is_pruned, opens_link) = (false, true);
            let status =
                Status { deposits, last_began_at, now, is_pruned, refreshes, return_url, opens_link, address_coin };
            assert_eq!(status.look_again(), expected);
        }
    }
}
