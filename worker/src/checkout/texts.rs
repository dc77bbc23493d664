//! The texts of the checkout pages, with one file per language. To add a language, add its file to [`languages`].

mod ar;
mod de;
mod en;
pub mod errors;
mod es;
mod fr;
pub mod languages;
mod pt;
mod ru;
pub mod template;
pub mod times;
mod tr;
mod zh;

use self::{
    errors::Errors,
    template::{MerchantText, Template},
    times::Times,
};

/// The texts in one language.
#[derive(Debug)]
pub struct Texts {
    /// The language's tag (BCP 47).
    pub language: &'static str,
    /// The direction of its script, as the value of the attribute `dir`.
    pub direction: &'static str,
    /// Its dates and times.
    pub times: Times,
    /// The merchant's name if the setting `MERCHANT_NAME` is empty.
    pub unnamed: &'static str,
    /// The title of the picker: merchant.
    pub top_up: MerchantText,
    /// A coin with its network: name, network.
    pub on_network: Template<2>,
    /// The note that there is no price.
    pub any_amount: &'static str,
    /// The note about minimums if the coin's is unknown.
    pub some_minimum: &'static str,
    /// Before the minimum, next to a coin.
    pub at_least: &'static str,
    /// The note about the coin's minimum: amount, name.
    pub send_at_least: Template<2>,
    /// Above the coins.
    pub which_coin: &'static str,
    /// The label of the field that filters the coins.
    pub filter: &'static str,
    /// The note that the filter matches no coin.
    pub no_match: &'static str,
    /// The warning about the wrong network.
    pub which_network: &'static str,
    /// The button to the gateway's page.
    pub to_payment: &'static str,
    /// The explanation of that button.
    pub to_payment_hint: &'static str,
    /// The button to the deposit address.
    pub to_address: &'static str,
    /// The explanation of that button.
    pub to_address_hint: &'static str,
    /// When the link expires: relative time, date and time.
    pub expires: Template<2>,
    /// The title of the redirect page: coin.
    pub redirecting: Template<1>,
    /// The hint if the redirect does not work.
    pub redirecting_hint: &'static str,
    /// The hint above the button to the gateway's page, in a frame.
    pub opens_new_tab: &'static str,
    /// The link back to the picker.
    pub start_again: &'static str,
    /// The title of the page with a deposit address: coin.
    pub send: Template<1>,
    /// The heading of the memo box.
    pub memo_needed: &'static str,
    /// The explanation of a memo, with the consequence of leaving it out.
    pub memo_why: &'static str,
    /// The label of a memo.
    pub memo: &'static str,
    /// The label of an address.
    pub address: &'static str,
    /// The button that copies a value.
    pub copy: &'static str,
    /// The same button after it copied the value.
    pub copied: &'static str,
    /// The accessible name of the QR code.
    pub qr_code: &'static str,
    /// The note below a QR code without the memo.
    pub qr_code_without_memo: &'static str,
    /// The warning about other coins and networks: name, network.
    pub only_on: Template<2>,
    /// The warning about other coins if the network is unknown: coin.
    pub only: Template<1>,
    /// The button to the status page.
    pub to_status: &'static str,
    /// The title of the status page.
    pub status: &'static str,
    /// The status before the first callback.
    pub nothing_yet: &'static str,
    /// The explanation of the wait.
    pub nothing_yet_why: &'static str,
    /// The heading of deposits before the latest session.
    pub earlier: &'static str,
    /// The note that older callbacks were dropped.
    pub older_dropped: &'static str,
    /// The button back to the deposit address.
    pub address_again: &'static str,
    /// A deposit of unknown amount.
    pub some_deposit: &'static str,
    /// The state of a deposit that is not final.
    pub seen: &'static str,
    /// The state of a confirmed deposit.
    pub confirmed: &'static str,
    /// The state of a failed deposit.
    pub cancelled: &'static str,
    /// What is left of a confirmed deposit: amount with its currency.
    pub after_fees: Template<1>,
    /// When a deposit was first seen: relative time, date and time.
    pub seen_at: Template<2>,
    /// When it was confirmed: relative time, date and time.
    pub confirmed_at: Template<2>,
    /// When it failed: relative time, date and time.
    pub cancelled_at: Template<2>,
    /// The note that the page refreshes itself: the interval.
    pub refreshes: Template<1>,
    /// The same note if the page's script follows the status.
    pub updates: &'static str,
    /// The link that refreshes the page.
    pub refresh: &'static str,
    /// The link that stops the refreshes.
    pub stop_refreshing: &'static str,
    /// The button back to the merchant: merchant.
    pub back_to: MerchantText,
    /// The footer: merchant.
    pub footer: MerchantText,
    /// The button that retries the failed page.
    pub try_again: &'static str,
    /// The button from a missing page to the link.
    pub open_again: &'static str,
    /// The texts of the error pages.
    pub errors: Errors,
}

#[cfg(test)]
mod tests;
