//! `GET /c/{token}`: the page with the coins to choose from.

use maud::{Markup, html};

use super::page::{Extra, FRAMED, Page, badge};
use crate::{
    checkout::{
        coins::Coin,
        link::{AllowedModes, PaymentMode},
        texts::template::isolated,
    },
    http::Answer,
};

/// The number of coins from which they can be filtered: more than a phone shows at a time.
const FILTERED_FROM: usize = 8;

impl Page<'_> {
    /// Returns a coin's name with its network, or with its code if the network is unknown, since the code may contain
    /// it.
    pub fn label(&self, coin: &Coin) -> String {
        match &coin.network {
            Some(network) if *network != coin.name => self.texts.on_network.text([&coin.name, network]),
            None if coin.name != coin.code => format!("{} ({})", coin.name, coin.code),
            _ => coin.name.clone(),
        }
    }

    /// Renders the same label, with names isolated from each other.
    pub fn label_html(&self, coin: &Coin) -> Markup {
        match &coin.network {
            Some(network) if *network != coin.name => {
                self.texts.on_network.html([&isolated(&coin.name), &isolated(network)])
            }
            _ => isolated(&self.label(coin)),
        }
    }

    /// Renders the page with the coins.
    pub fn picker(&self, path: &str, coins: &[Coin], mode: AllowedModes, expires_at: i64, now: i64) -> Answer {
        let title = self.merchant_text(&self.texts.top_up);
        let content = html! {
            h1 { (self.merchant_html(&self.texts.top_up)) }
            p class="soft" { (self.texts.any_amount) " " (self.texts.some_minimum) }
            form method="post" action=(self.url(path)) {
                input type="hidden" name=(FRAMED) value="1" id="framed" disabled;
                fieldset {
                    legend { (self.texts.which_coin) }
                    p class="soft" { (self.texts.which_network) }
                    @if coins.len() >= FILTERED_FROM { (self.filter()) }
                    @for group in groups(coins) {
                        div class="coins" { @for coin in group { (self.choice(coin, coins.len() == 1)) } }
                    }
                }
                div class="actions" {
                    @if mode.allows(PaymentMode::Redirect) {
                        (submit(PaymentMode::Redirect, self.texts.to_payment, self.texts.to_payment_hint, true))
                    }
                    @if mode.allows(PaymentMode::Address) {
                        @let is_first = mode == AllowedModes::Address;
                        (submit(PaymentMode::Address, self.texts.to_address, self.texts.to_address_hint, is_first))
                    }
                }
            }
            // The script reloads the page then.
            p class="soft" id="expires" { (self.when(self.texts.expires, expires_at, now)) }
        };
        self.answer(200, &title, Extra::Script, content)
    }

    /// Renders the field that filters the coins. It is visible only if the script runs.
    fn filter(&self) -> Markup {
        html! {
            p class="filter" hidden {
                input id="filter" type="search" autocomplete="off" placeholder=(self.texts.filter)
                    aria-label=(self.texts.filter);
            }
            p id="no-match" role="status" data-text=(self.texts.no_match) {}
        }
    }

    fn choice(&self, coin: &Coin, is_only: bool) -> Markup {
        html! {
            label class="coin" {
                input type="radio" name="coin" value=(coin.code) required checked[is_only];
                (badge(coin.unit(), coin.colour, coin.token_network()))
                span {
                    span class="name" { (self.label_html(coin)) }
                    @if let Some(minimum) = &coin.minimum {
                        br;
                        small { (self.texts.at_least) " " (isolated(minimum)) " " (isolated(coin.unit())) }
                    }
                }
            }
        }
    }
}

fn submit(mode: PaymentMode, label: &str, hint: &str, is_first: bool) -> Markup {
    html! {
        button class=[is_first.then_some("first")] name="mode" value=(mode.as_str()) { (label) " " small { (hint) } }
    }
}

/// Groups coins by their name, in the order of each name's first coin.
fn groups(coins: &[Coin]) -> Vec<Vec<&Coin>> {
    let mut groups: Vec<Vec<&Coin>> = Vec::new();
    for coin in coins {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| first.name == coin.name)) {
            Some(group) => group.push(coin),
            None => groups.push(vec![coin]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coins_are_grouped_by_name_in_their_order() {
        let coins = ["USDTT", "BTC", "USDTE", "ETH"].map(Coin::of);
        let codes: Vec<Vec<&str>> =
            groups(&coins).iter().map(|group| group.iter().map(|coin| coin.code.as_str()).collect()).collect();
        assert_eq!(codes, [vec!["USDTT", "USDTE"], vec!["BTC"], vec!["ETH"]]);
    }
}
