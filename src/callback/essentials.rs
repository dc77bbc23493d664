//! The fields that decide the meaning of a callback.

use super::{Callback, Status, TransactionType};
use crate::{Amount, reply::is_same_currency};

/// An optional field: missing, there but not understood, or read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<T> {
    Missing,
    Unreadable,
    Read(T),
}

impl<T> Part<T> {
    pub(super) fn new(read: Option<T>, is_there: bool) -> Self {
        match read {
            Some(read) => Part::Read(read),
            None if is_there => Part::Unreadable,
            None => Part::Missing,
        }
    }

    pub(super) fn as_ref(&self) -> Part<&T> {
        match self {
            Part::Missing => Part::Missing,
            Part::Unreadable => Part::Unreadable,
            Part::Read(read) => Part::Read(read),
        }
    }

    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Part<U> {
        match self {
            Part::Missing => Part::Missing,
            Part::Unreadable => Part::Unreadable,
            Part::Read(read) => Part::Read(change(read)),
        }
    }
}

/// `currency_received`.
#[derive(Clone, Copy)]
pub(super) struct Amounts<'a> {
    pub(super) currency: &'a str,
    pub(super) amount: &'a str,
    pub(super) after_fees: Part<&'a str>,
}

/// The fields that decide the meaning of a callback: of a [`Callback`], or of its canonical JSON.
#[derive(Clone, Copy)]
pub(super) struct Essentials<'a> {
    pub(super) id: &'a str,
    pub(super) status: &'a Status,
    pub(super) r#type: Option<&'a TransactionType>,
    pub(super) foreign_id: Option<&'a str>,
    pub(super) address_foreign_id: Option<&'a str>,
    pub(super) address_currency: Option<&'a str>,
    pub(super) sent_currency: Option<&'a str>,
    pub(super) received: Part<Amounts<'a>>,
    pub(super) has_fees: bool,
    /// `crypto_address.cross_currency`, which is named as in the CoinsPaid family.
    pub(super) is_cross_currency: bool,
}

impl<'a> Essentials<'a> {
    pub(super) fn is_deposit(&self) -> bool {
        self.r#type.is_some_and(TransactionType::is_deposit)
    }

    pub(super) fn customer_id(&self) -> Option<&'a str> {
        self.address_foreign_id.or(self.foreign_id).filter(|_| self.is_deposit())
    }

    /// A deposit without exchange is received in the currency of its address; one with exchange is only sent in it.
    pub(super) fn is_unexpected_currency(&self) -> bool {
        let received = match (self.r#type, self.received) {
            (Some(TransactionType::Deposit), Part::Read(received)) => Some(received.currency),
            _ => None,
        };
        let is_other = |currency: &str| {
            let is_same = |expected| is_same_currency(expected, currency) || is_same_currency(currency, expected);
            self.address_currency.is_some_and(|expected| !is_same(expected))
        };
        self.is_deposit() && (self.is_cross_currency || self.sent_currency.into_iter().chain(received).any(is_other))
    }

    pub(super) fn is_payment_request(&self) -> bool {
        self.id.starts_with("payment_request_id:")
    }
}

impl Callback {
    /// Whether this is a deposit.
    pub fn is_deposit(&self) -> bool {
        self.essentials().is_deposit()
    }

    /// Returns the merchant's id of the customer, which a deposit has in `crypto_address`. `None` for anything else.
    pub fn customer_id(&self) -> Option<&str> {
        self.essentials().customer_id()
    }

    /// Whether a deposit arrived in another currency than that of its address: the gateway says so, or the currency
    /// sent, or received without exchange, differs. [`Callback::credit`] has the currency that was received: never
    /// credit its amount as one of the expected currency.
    ///
    /// ```
    /// use citrn::callback::Callback;
    /// let body = br#"{"id":1,"type":"deposit","status":"confirmed","crypto_address":{"currency":"USDC"},
    ///     "currency_sent":{"currency":"ETH","amount":"50"},"currency_received":{"currency":"ETH","amount":"50"}}"#;
    /// let callback = Callback::parse(body)?;
    /// assert!(callback.is_unexpected_currency());
    /// assert_eq!(callback.credit()?.unwrap().currency, "ETH");
    /// # Ok::<(), citrn::Error>(())
    /// ```
    #[must_use]
    pub fn is_unexpected_currency(&self) -> bool {
        self.essentials().is_unexpected_currency()
    }

    pub(super) fn essentials(&self) -> Essentials<'_> {
        let received = self.currency_received.as_ref().map(|received| Amounts {
            currency: &received.currency,
            amount: received.amount.as_str(),
            after_fees: Part::new(
                received.amount_minus_fee.as_ref().map(Amount::as_str),
                received.extra.get("amount_minus_fee").is_some(),
            ),
        });
        let address = self.crypto_address.as_ref();
        Essentials {
            id: &self.id,
            status: &self.status,
            r#type: self.r#type.as_ref(),
            foreign_id: self.foreign_id.as_deref(),
            address_foreign_id: address.and_then(|address| address.foreign_id.as_deref()),
            address_currency: address.and_then(|address| address.currency.as_deref()),
            sent_currency: self.currency_sent.as_ref().map(|sent| sent.currency.as_str()),
            received: Part::new(received, self.extra.get("currency_received").is_some()),
            has_fees: self.fees.as_ref().is_some_and(|fees| !fees.is_empty())
                || self.extra.get("fees").is_some_and(is_something),
            is_cross_currency: address.and_then(|address| address.extra.get(CROSS_CURRENCY)).is_some_and(is_true),
        }
    }
}

pub(super) const CROSS_CURRENCY: &str = "cross_currency";

/// Whether the JSON of a field is `true`, or 1 as PHP may write it, also as text.
pub(super) fn is_true(json: &str) -> bool {
    matches!(json.trim_matches('"'), "true" | "1")
}

/// Whether the JSON of a field has content: not null, and not an empty string, array or object.
pub(super) fn is_something(json: &str) -> bool {
    let inner = json.strip_prefix(['[', '{']).and_then(|rest| rest.strip_suffix([']', '}']));
    !matches!(json, "null" | "\"\"") && inner.is_none_or(|inner| !inner.trim().is_empty())
}
