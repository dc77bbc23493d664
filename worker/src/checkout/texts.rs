//! The texts of the checkout pages. To add a language, add its [`Texts`] to `LANGUAGES`.

use super::payer_error::{ErrorText, PayerError};

/// The available languages. The first is the default.
const LANGUAGES: &[&Texts] = &[&ENGLISH];

/// The texts in one language. A function inserts its arguments.
#[derive(Debug)]
pub struct Texts {
    /// The language's tag (BCP 47).
    pub language: &'static str,
    /// The merchant's name if the setting `MERCHANT_NAME` is empty.
    pub unnamed: &'static str,
    /// The title of the picker: merchant.
    pub top_up: fn(&str) -> String,
    /// A coin with its network: name, network.
    pub on_network: fn(&str, &str) -> String,
    /// The note that there is no price.
    pub any_amount: &'static str,
    /// The note about minimums if the coin's is unknown.
    pub some_minimum: &'static str,
    /// Before the minimum, next to a coin.
    pub at_least: &'static str,
    /// The note about the coin's minimum: amount, name.
    pub send_at_least: fn(&str, &str) -> String,
    /// Above the coins.
    pub which_coin: &'static str,
    /// The warning about the wrong network.
    pub which_network: &'static str,
    /// The button to the gateway's page.
    pub to_payment: &'static str,
    /// The button to the deposit address.
    pub to_address: &'static str,
    /// Before the time at which the link expires.
    pub expires_at: &'static str,
    /// The title of the redirect page: coin.
    pub redirecting: fn(&str) -> String,
    /// The hint if the redirect does not work.
    pub redirecting_hint: &'static str,
    /// The link back to the picker.
    pub start_again: &'static str,
    /// The title of the page with a deposit address: coin.
    pub send: fn(&str) -> String,
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
    pub only_on: fn(&str, &str) -> String,
    /// The warning about other coins if the network is unknown: coin.
    pub only: fn(&str) -> String,
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
    /// Before the time at which a deposit was first seen.
    pub seen_at: &'static str,
    /// Before the time at which it was confirmed.
    pub confirmed_at: &'static str,
    /// Before the time at which it failed.
    pub cancelled_at: &'static str,
    /// The note that the page refreshes itself: seconds.
    pub refreshes: fn(u32) -> String,
    /// The link that refreshes the page.
    pub refresh: &'static str,
    /// The link that stops the refreshes.
    pub stop_refreshing: &'static str,
    /// The button back to the merchant: merchant.
    pub back_to: fn(&str) -> String,
    /// The footer: merchant.
    pub footer: fn(&str) -> String,
    /// The button that retries the failed page.
    pub try_again: &'static str,
    /// The button from a missing page to the link.
    pub open_again: &'static str,
    /// The texts of the error pages.
    pub error: fn(PayerError) -> ErrorText,
}

impl Texts {
    /// Returns the texts for an `Accept-Language` header (RFC 9110, section 12.5.4): the first available language in
    /// it. Browsers list languages in the order of preference.
    pub fn of(accepted: Option<&str>) -> &'static Self {
        let primary = |range: &str| range.split([';', '-']).next().unwrap_or_default().trim().to_ascii_lowercase();
        let available = |range: &str| LANGUAGES.iter().find(|texts| texts.language == primary(range));
        accepted.and_then(|accepted| accepted.split(',').find_map(available)).unwrap_or(&&ENGLISH)
    }
}

const ENGLISH: Texts = Texts {
    language: "en",
    unnamed: "the shop",
    top_up: |merchant| format!("Top up your balance at {merchant}"),
    on_network: |name, network| format!("{name} on {network}"),
    any_amount: "You choose how much to send.",
    some_minimum: "Deposits below the coin's minimum are not credited and may be lost.",
    at_least: "at least",
    send_at_least: |amount, name| {
        format!("Send at least {amount} {name}. Smaller deposits are not credited and may be lost.")
    },
    which_coin: "Which coin do you want to send?",
    which_network: "Choose the network that your wallet sends on. Coins sent on another network are lost.",
    to_payment: "Continue to payment",
    to_address: "Show the deposit address",
    expires_at: "This link expires at",
    redirecting: |coin| format!("Deposit {coin}"),
    redirecting_hint: "You are being redirected to the payment page. If nothing happens, use the button.",
    start_again: "Choose another coin, or start again",
    send: |coin| format!("Send {coin}"),
    memo_needed: "This deposit needs a memo",
    memo_why: "Enter this memo (some wallets call it tag or comment) when you send. Without it your deposit is lost.",
    memo: "Memo",
    address: "Deposit address",
    copy: "Copy",
    copied: "Copied",
    qr_code: "QR code of the deposit address, for your wallet",
    qr_code_without_memo: "The QR code contains only the address. Enter the memo yourself.",
    only_on: |name, network| {
        format!("Send only {name}, and only on the network {network}. Anything else sent to this address is lost.")
    },
    only: |name| format!("Send only {name}. Anything else sent to this address is lost."),
    to_status: "I have sent it",
    status: "Your deposit",
    nothing_yet: "No deposit has been seen yet.",
    nothing_yet_why: "Your deposit appears here once the network has processed it. That can take from a few seconds to \
                      an hour. You can close this page and come back.",
    earlier: "Earlier",
    older_dropped: "Older deposits are no longer shown.",
    address_again: "Show the deposit address again",
    some_deposit: "A deposit",
    seen: "Seen, waiting for the network to confirm it.",
    confirmed: "Confirmed by the network.",
    cancelled: "Cancelled. It did not arrive.",
    seen_at: "Seen at",
    confirmed_at: "Confirmed at",
    cancelled_at: "Cancelled at",
    refreshes: |seconds| format!("This page refreshes itself every {seconds} seconds."),
    refresh: "Refresh now",
    stop_refreshing: "Stop refreshing",
    back_to: |merchant| format!("Back to {merchant}"),
    footer: |merchant| format!("Deposits to {merchant} are processed by the payment gateway Citron."),
    try_again: "Try again",
    open_again: "Open the link again",
    error: |error| match error {
        PayerError::Invalid => ErrorText {
            heading: "This link is not valid",
            body: "Check that you opened the complete link, or ask for a new one.",
        },
        PayerError::NoSuchPage => {
            ErrorText { heading: "Page not found", body: "Your link is valid, but this page is not part of it." }
        }
        PayerError::Status => ErrorText {
            heading: "The status is not available right now",
            body: "Your deposit is not affected. Please check again in a minute.",
        },
        PayerError::Expired => ErrorText {
            heading: "This link has expired",
            body: "Ask for a new one. A deposit that you have already sent is not lost.",
        },
        PayerError::Coin => ErrorText {
            heading: "This choice is not available",
            body: "The coin is not available, or none was chosen. Please choose one from the list.",
        },
        PayerError::NoCoin => ErrorText {
            heading: "No coin is available right now",
            body: "None of this link's coins is available now. Please try again later, or ask for a new link.",
        },
        PayerError::RateLimited => {
            ErrorText { heading: "Too many requests", body: "Please wait a minute, then try again." }
        }
        PayerError::Unknown => ErrorText {
            heading: "This is taking longer than usual",
            body: "It is not known yet whether your payment was created. You have not been charged. Please try again \
                   in a few seconds.",
        },
        PayerError::Unreachable => ErrorText {
            heading: "The payment service cannot be reached",
            body: "You have not been charged. Please try again in a moment.",
        },
        PayerError::Broken => ErrorText {
            heading: "Deposits are not possible at the moment",
            body: "The shop has to fix a problem first. You have not been charged. Please try again later.",
        },
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_follows_accept_language_with_english_as_the_default() {
        for accepted in [None, Some(""), Some("*"), Some("de-DE,de;q=0.9,en;q=0.8"), Some("EN-gb"), Some("fr")] {
            assert_eq!(Texts::of(accepted).language, "en");
        }
    }

    #[test]
    fn languages_have_unique_tags() {
        let tags: std::collections::HashSet<_> = LANGUAGES.iter().map(|texts| texts.language).collect();
        assert_eq!(tags.len(), LANGUAGES.len());
    }
}
