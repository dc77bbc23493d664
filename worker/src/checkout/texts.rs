//! Every word that a payer reads. Another language is another [`Texts`] in `LANGUAGES`.

use super::payer_error::{Explained, PayerError};

/// The languages there are; the first is for whoever speaks none of them.
const LANGUAGES: &[&Texts] = &[&ENGLISH];

/// The words of a language. Where a function stands, the words go around its arguments.
#[derive(Debug)]
pub struct Texts {
    /// The language's tag (BCP 47).
    pub language: &'static str,
    /// The merchant, when he has not said what he is called.
    pub unnamed: &'static str,
    /// What the page is for: merchant.
    pub top_up: fn(&str) -> String,
    /// A coin with its network: name, network.
    pub on_network: fn(&str, &str) -> String,
    /// That there is no price to pay.
    pub any_amount: &'static str,
    /// That there is a least amount, and what becomes of less.
    pub some_minimum: &'static str,
    /// Before the least amount, beside a coin.
    pub at_least: &'static str,
    /// The least amount, and what becomes of less: amount, name.
    pub send_at_least: fn(&str, &str) -> String,
    /// Above the coins.
    pub which_coin: &'static str,
    /// What happens on the wrong network.
    pub which_network: &'static str,
    /// To the gateway's page.
    pub to_payment: &'static str,
    /// To the deposit address.
    pub to_address: &'static str,
    /// Before the time at which the link ends.
    pub good_until: &'static str,
    /// That the payer is on his way to the gateway: coin.
    pub onward: fn(&str) -> String,
    /// When nothing happens.
    pub onward_by_hand: &'static str,
    /// Back to the coins.
    pub start_again: &'static str,
    /// Above a deposit address: coin.
    pub send: fn(&str) -> String,
    /// Above a memo.
    pub memo_needed: &'static str,
    /// What a memo is, and what happens without it.
    pub memo_why: &'static str,
    /// Before a memo.
    pub memo: &'static str,
    /// Before an address.
    pub address: &'static str,
    /// Puts into the clipboard.
    pub copy: &'static str,
    /// It is in the clipboard.
    pub copied: &'static str,
    /// What the picture is.
    pub qr_code: &'static str,
    /// Below a picture that does not hold the memo.
    pub qr_code_without_memo: &'static str,
    /// What must not be sent: name, network.
    pub only_on: fn(&str, &str) -> String,
    /// What must not be sent, where no network is known: coin.
    pub only: fn(&str) -> String,
    /// To the status.
    pub to_status: &'static str,
    /// Above the status.
    pub status: &'static str,
    /// No callback has come.
    pub nothing_yet: &'static str,
    /// How long that may take.
    pub nothing_yet_why: &'static str,
    /// Above deposits that were seen before the latest session began.
    pub earlier: &'static str,
    /// That older callbacks were dropped.
    pub no_longer_kept: &'static str,
    /// Back to the deposit address.
    pub address_again: &'static str,
    /// A deposit whose amount is not known.
    pub some_deposit: &'static str,
    /// A deposit that is not final.
    pub seen: &'static str,
    /// A deposit that is final.
    pub confirmed: &'static str,
    /// A deposit that came to nothing.
    pub cancelled: &'static str,
    /// Before the time at which a deposit was seen first.
    pub seen_at: &'static str,
    /// Before the time at which it was confirmed.
    pub confirmed_at: &'static str,
    /// Before the time at which it came to nothing.
    pub cancelled_at: &'static str,
    /// That the page looks again by itself: seconds.
    pub refreshes: fn(u32) -> String,
    /// Looks again.
    pub refresh: &'static str,
    /// Ends that.
    pub stop_refreshing: &'static str,
    /// To the merchant: merchant.
    pub back_to: fn(&str) -> String,
    /// Who does what.
    pub footer: fn(&str) -> String,
    /// The same once more.
    pub try_again: &'static str,
    /// To the link, from where there is nothing.
    pub open_again: &'static str,
    /// The words for what went wrong.
    pub error: fn(PayerError) -> Explained,
}

impl Texts {
    /// The words for a header `Accept-Language` (RFC 9110, section 12.5.4): those of the first language in it that there
    /// is. Browsers list them in the order of preference.
    pub fn of(accepted: Option<&str>) -> &'static Self {
        let primary = |range: &str| range.split([';', '-']).next().unwrap_or_default().trim().to_ascii_lowercase();
        let spoken = |range: &str| LANGUAGES.iter().find(|texts| texts.language == primary(range));
        accepted.and_then(|accepted| accepted.split(',').find_map(spoken)).unwrap_or(&&ENGLISH)
    }
}

const ENGLISH: Texts = Texts {
    language: "en",
    unnamed: "the shop",
    top_up: |merchant| format!("Top up your balance at {merchant}"),
    on_network: |name, network| format!("{name} on {network}"),
    any_amount: "You decide how much you send.",
    some_minimum: "Every coin has a minimum: less is not credited and may be lost.",
    at_least: "at least",
    send_at_least: |amount, name| format!("Send at least {amount} {name}. Less is not credited and may be lost."),
    which_coin: "Which coin do you want to send?",
    which_network: "Choose the network that your wallet sends on. Coins that are sent on another network are lost.",
    to_payment: "Continue to payment",
    to_address: "Show the deposit address",
    good_until: "This link can be used until",
    onward: |coin| format!("Deposit {coin}"),
    onward_by_hand: "You are being taken to the payment page. If nothing happens, use the button.",
    start_again: "Choose another coin, or start again",
    send: |coin| format!("Send {coin}"),
    memo_needed: "This deposit needs a memo",
    memo_why: "Enter this memo (some wallets call it tag or comment) when you send. Without it your deposit is lost.",
    memo: "Memo",
    address: "Deposit address",
    copy: "Copy",
    copied: "Copied",
    qr_code: "QR code of the deposit address, for your wallet",
    qr_code_without_memo: "The QR code holds the address only. Enter the memo yourself.",
    only_on: |name, network| {
        format!(
            "Send only {name}, and only on the network {network}. Anything else that is sent to this address is lost."
        )
    },
    only: |name| format!("Send only {name}. Anything else that is sent to this address is lost."),
    to_status: "I have sent it",
    status: "Your deposit",
    nothing_yet: "No deposit has been seen yet.",
    nothing_yet_why: "It shows here when the network has passed it on. That can take from a few seconds to an hour. You may \
                      close this page and come back.",
    earlier: "Earlier",
    no_longer_kept: "What was known of deposits long ago is no longer kept.",
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
    footer: |merchant| format!("Deposits to {merchant} go through the payment gateway Citron."),
    try_again: "Try again",
    open_again: "Open the link again",
    error: |error| match error {
        PayerError::Invalid => Explained {
            heading: "This link is not valid",
            text: "Check that you opened the whole link as it was sent to you, or ask for a new one.",
        },
        PayerError::Astray => {
            Explained { heading: "There is nothing here", text: "Your link is valid, but this page is not part of it." }
        }
        PayerError::Status => Explained {
            heading: "The status cannot be shown right now",
            text: "Your deposit is not affected. Please look again in a minute.",
        },
        PayerError::Expired => Explained {
            heading: "This link has expired",
            text: "Ask for a new one. A deposit that you have sent already is not lost.",
        },
        PayerError::Coin => Explained {
            heading: "This choice cannot be taken",
            text: "The coin is not available, or none was chosen. Please choose one from the list.",
        },
        PayerError::NoCoin => Explained {
            heading: "No coin is available right now",
            text: "None of the coins of this link is available now. Please try again later, or ask for a new link.",
        },
        PayerError::TooMany => Explained {
            heading: "That was too often",
            text: "There were too many requests in a short time. Please wait a minute, then try again.",
        },
        PayerError::Unknown => Explained {
            heading: "This takes longer than usual",
            text: "It is not known yet whether your payment could be opened. Nothing was taken from you. Please try again in a \
                   few seconds.",
        },
        PayerError::Unreachable => Explained {
            heading: "The payment service cannot be reached",
            text: "Nothing was taken from you. Please try again in a moment.",
        },
        PayerError::Broken => Explained {
            heading: "Deposits are not possible at the moment",
            text: "Something has to be put in order first. Nothing was taken from you. Please try again later.",
        },
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_in_what_a_browser_sends_and_english_is_for_all_others() {
        for accepted in [None, Some(""), Some("*"), Some("de-DE,de;q=0.9,en;q=0.8"), Some("EN-gb"), Some("fr")] {
            assert_eq!(Texts::of(accepted).language, "en");
        }
    }

    #[test]
    fn languages_differ_in_their_tags() {
        let tags: std::collections::HashSet<_> = LANGUAGES.iter().map(|texts| texts.language).collect();
        assert_eq!(tags.len(), LANGUAGES.len());
    }
}
