//! `GET /c/{token}/status`: what is known of the payer's deposits.

use maud::{Markup, html};

use super::{
    coins::Coin,
    page::{Extra, Page, time},
};
use crate::{answer::Answer, inbox::Deposit};

/// How often the page looks again, in seconds, while a deposit is being waited for.
const OFTEN: u32 = 5;

/// How often it does when it has waited long, or something has come.
const SELDOM: u32 = 60;

/// How long it looks often, in milliseconds.
const IMPATIENT_MS: i64 = 30 * 60_000;

/// How long it looks at all, in milliseconds.
const PATIENT_MS: i64 = 24 * 60 * 60_000;

/// What the status page tells.
#[derive(Debug)]
pub struct Status<'a> {
    /// The deposits since the link's first session began, the latest first.
    pub deposits: &'a [Deposit],
    /// For how long the payer has been waiting, in milliseconds; none when he has not begun.
    pub waiting_ms: Option<i64>,
    /// Whether the page looks again by itself, as far as the payer wants it.
    pub refreshes: bool,
    /// Where the payer goes afterwards, if he may be sent there.
    pub return_url: Option<&'a str>,
    /// Whether another payment can be started.
    pub is_over: bool,
}

impl Status<'_> {
    /// In how many seconds to look again, if at all.
    fn look_again(&self) -> Option<u32> {
        let waiting = self.waiting_ms.filter(|waiting| self.refreshes && *waiting < PATIENT_MS)?;
        let is_settled = self.deposits.first().is_some_and(Deposit::is_final);
        Some(if is_settled || waiting >= IMPATIENT_MS { SELDOM } else { OFTEN })
    }
}

impl Page<'_> {
    /// The page with the status. It looks again by the header `Refresh`, which needs no script.
    #[must_use]
    pub fn status(&self, path: &str, status: &Status<'_>) -> Answer {
        let texts = self.texts;
        let again = status.look_again();
        let content = html! {
            h1 { (texts.status) }
            div role="status" {
                @for deposit in status.deposits { (self.shown(deposit)) }
                @if status.deposits.is_empty() { p { strong { (texts.nothing_yet) } } }
            }
            @if status.deposits.is_empty() { p { (texts.nothing_yet_why) } }
            @if let Some(url) = status.return_url {
                a class="button first" href=(url) rel="noreferrer" { ((texts.back_to)(self.name())) }
            }
            p class="links" {
                a href={ (path) "/status" } { (texts.refresh) }
                @if !status.is_over { br; a href=(path) { (texts.start_again) } }
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
            Some(seconds) => answer.with("Refresh", seconds.to_string()),
            None => answer,
        }
    }

    fn shown(&self, deposit: &Deposit) -> Markup {
        let texts = self.texts;
        let (class, state, ended_at) = match deposit.status.as_str() {
            "confirmed" => ("deposit confirmed", texts.confirmed, Some(texts.confirmed_at)),
            "cancelled" => ("deposit cancelled", texts.cancelled, Some(texts.cancelled_at)),
            _ => ("deposit", texts.seen, None),
        };
        let what = match &deposit.sent {
            Some((amount, currency)) => format!("{} {}", short(amount), self.words(&Coin::of(currency))),
            None => texts.some_deposit.to_owned(),
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

/// An amount without the zeros that say nothing.
fn short(amount: &str) -> &str {
    if amount.contains('.') { amount.trim_end_matches('0').trim_end_matches('.') } else { amount }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_loses_only_zeros_behind_the_point() {
        for (amount, expected) in
            [("12.50000000", "12.5"), ("100", "100"), ("100.000", "100"), ("0.00000001", "0.00000001")]
        {
            assert_eq!(short(amount), expected);
        }
    }

    #[test]
    fn the_page_looks_often_then_seldom_then_no_more() {
        let deposit = |status: &str| Deposit { sent: None, seen_at: 0, status: status.to_owned(), status_at: 0 };
        let (none, seen, confirmed) = (vec![], vec![deposit("not_confirmed")], vec![deposit("confirmed")]);
        for (deposits, waiting_ms, refreshes, expected) in [
            (&none, None, true, None),
            (&none, Some(0), true, Some(OFTEN)),
            (&none, Some(0), false, None),
            (&none, Some(IMPATIENT_MS - 1), true, Some(OFTEN)),
            (&none, Some(IMPATIENT_MS), true, Some(SELDOM)),
            (&none, Some(PATIENT_MS), true, None),
            (&seen, Some(0), true, Some(OFTEN)),
            (&confirmed, Some(0), true, Some(SELDOM)),
        ] {
            let status = Status { deposits, waiting_ms, refreshes, return_url: None, is_over: false };
            assert_eq!(status.look_again(), expected);
        }
    }
}
