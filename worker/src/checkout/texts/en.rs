//! English.

use super::{
    Texts,
    template::{MerchantText, Template},
    times::Times,
};
use crate::checkout::payer_error::{ErrorText, PayerError};

pub(super) const TEXTS: Texts = Texts {
    language: "en",
    direction: "ltr",
    times: Times {
        plural: |number| usize::from(number != 1),
        seconds: &["# second", "# seconds"],
        minutes: &["# minute", "# minutes"],
        hours: &["# hour", "# hours"],
        days: &["# day", "# days"],
        future: Template::new("in {0}"),
        past: Template::new("{0} ago"),
        within_a_minute: "in less than a minute",
        just_now: "just now",
        date: Template::new("{0} {1} {2}, {3}"),
        months: [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    },
    unnamed: "the shop",
    top_up: MerchantText {
        named: Template::new("Top up your balance at {0}"),
        unnamed: "Top up your balance at the shop",
    },
    on_network: Template::new("{0} on {1}"),
    any_amount: "You choose how much to send.",
    some_minimum: "Deposits below the coin's minimum are not credited and may be lost.",
    at_least: "at least",
    send_at_least: Template::new("Send at least {0} {1}. Smaller deposits are not credited and may be lost."),
    which_coin: "Which coin do you want to send?",
    filter: "Find a coin or network",
    no_match: "No coin matches.",
    which_network: "Choose the network that your wallet sends on. Coins sent on another network are lost.",
    to_payment: "Continue to payment",
    to_payment_hint: "Opens the payment page of Citron.",
    to_address: "Show the deposit address",
    to_address_hint: "Send from any wallet or exchange.",
    expires: Template::new("This link expires {0} ({1})."),
    redirecting: Template::new("Deposit {0}"),
    redirecting_hint: "You are being redirected to the payment page. If nothing happens, use the button.",
    opens_new_tab: "The payment page opens in a new tab. Come back here to see your deposit arrive.",
    start_again: "Choose another coin, or start again",
    send: Template::new("Send {0}"),
    memo_needed: "This deposit needs a memo",
    memo_why: "Enter this memo (some wallets call it tag or comment) when you send. Without it your deposit is lost.",
    memo: "Memo",
    address: "Deposit address",
    copy: "Copy",
    copied: "Copied",
    qr_code: "QR code of the deposit address, for your wallet",
    qr_code_without_memo: "The QR code contains only the address. Enter the memo yourself.",
    only_on: Template::new("Send only {0}, and only on the network {1}. Anything else sent to this address is lost."),
    only: Template::new("Send only {0}. Anything else sent to this address is lost."),
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
    after_fees: Template::new("After the gateway's fees: {0}"),
    seen_at: Template::new("Seen {0} ({1})"),
    confirmed_at: Template::new("Confirmed {0} ({1})"),
    cancelled_at: Template::new("Cancelled {0} ({1})"),
    refreshes: Template::new("This page refreshes itself every {0}."),
    updates: "This page updates by itself.",
    refresh: "Refresh now",
    stop_refreshing: "Stop refreshing",
    back_to: MerchantText { named: Template::new("Back to {0}"), unnamed: "Back to the shop" },
    footer: MerchantText {
        named: Template::new("Deposits to {0} are processed by the payment gateway Citron."),
        unnamed: "Deposits to the shop are processed by the payment gateway Citron.",
    },
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
