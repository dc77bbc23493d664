//! `GET /c/{token}`: the page with the coins to choose from.

use maud::{Markup, html};

use super::page::{Extra, Page, badge};
use crate::{
    checkout::{
        coins::Coin,
        link::{AllowedModes, PaymentMode},
        texts::template::isolated,
    },
    http::Answer,
};

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
            p { (self.texts.any_amount) " " (self.texts.some_minimum) }
            form method="post" action=(self.url(path)) {
                fieldset {
                    legend { (self.texts.which_coin) }
                    @for coin in coins { (self.choice(coin, coins.len() == 1)) }
                }
                p class="soft" { (self.texts.which_network) }
                @if mode.allows(PaymentMode::Redirect) { (submit(PaymentMode::Redirect, self.texts.to_payment, true)) }
                @if mode.allows(PaymentMode::Address) {
                    (submit(PaymentMode::Address, self.texts.to_address, mode == AllowedModes::Address))
                }
            }
            p class="soft" { (self.when(self.texts.expires, expires_at, now)) }
        };
        self.answer(200, &title, Extra::None, content)
    }

    fn choice(&self, coin: &Coin, is_only: bool) -> Markup {
        let label = self.label(coin);
        html! {
            label class="coin" {
                input type="radio" name="coin" value=(coin.code) required checked[is_only];
                (badge(&coin.name, coin.colour))
                span {
                    (self.label_html(coin))
                    @if let Some(minimum) = &coin.minimum { br; small { (self.texts.at_least) " " (isolated(minimum)) } }
                }
                @if coin.network.is_some() && label != coin.code { small { (coin.code) } }
            }
        }
    }
}

fn submit(mode: PaymentMode, label: &str, is_first: bool) -> Markup {
    html! { button class=[is_first.then_some("first")] name="mode" value=(mode.as_str()) { (label) } }
}
