//! How much to credit for a callback, and which callbacks a person must look at.

use core::fmt;

use serde::Serialize;

use super::{Callback, Status, TransactionType};
use crate::{
    Amount, Code, Error,
    amount::{is_creditable, is_positive_decimal},
};

/// An amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Credit<'a> {
    /// Currency code.
    pub currency: &'a str,
    /// The amount, as decimal text.
    pub amount: &'a str,
}

/// Why a person must look at a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Review {
    /// `amount_unreadable`: a confirmed deposit, but its amount is missing or not a plain decimal number, or has no
    /// currency.
    AmountUnreadable,
    /// `fees_unclear`: a confirmed deposit with fees, but without the amount after fees.
    FeesUnclear,
    /// `type_unknown`: confirmed, and something was received, but its `type` is missing or not documented, so it may be
    /// a deposit.
    TypeUnknown,
    /// `payment_request`: it is about a payment request, not a transaction, so it does not say how much to credit.
    PaymentRequest,
}

impl Review {
    /// The reason as programs compare it.
    pub fn as_str(self) -> &'static str {
        match self {
            Review::AmountUnreadable => "amount_unreadable",
            Review::FeesUnclear => "fees_unclear",
            Review::TypeUnknown => "type_unknown",
            Review::PaymentRequest => "payment_request",
        }
    }
}

impl fmt::Display for Review {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const CURRENCY: &str = "currency_received.currency";

/// The reason why it is unclear whether, or how much, to credit for a confirmed callback.
struct Unclear {
    review: Review,
    field: &'static str,
}

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
    pub(super) received: Part<Amounts<'a>>,
    pub(super) has_fees: bool,
}

impl<'a> Essentials<'a> {
    pub(super) fn is_deposit(&self) -> bool {
        matches!(self.r#type, Some(TransactionType::Deposit | TransactionType::DepositExchange))
    }

    pub(super) fn customer_id(&self) -> Option<&'a str> {
        self.address_foreign_id.or(self.foreign_id).filter(|_| self.is_deposit())
    }

    pub(super) fn credit(&self) -> Result<Option<Credit<'a>>, Error> {
        self.evaluate().map_err(|Unclear { review, field }| {
            let problem = match review {
                Review::FeesUnclear => "are listed, but currency_received.amount_minus_fee is missing",
                Review::TypeUnknown => "is missing or not documented",
                _ if field == CURRENCY => "is empty",
                _ => "is missing or not a plain decimal number",
            };
            let message =
                format!("{field} {problem}, so it is unclear what to credit. Look at this callback yourself.");
            Error::not_sent(Code::InvalidCallback, message).with_field(field)
        })
    }

    pub(super) fn credit_or_review(&self) -> Result<Option<Credit<'a>>, Review> {
        if self.is_payment_request() {
            return Err(Review::PaymentRequest);
        }
        self.evaluate().map_err(|unclear| unclear.review)
    }

    fn evaluate(&self) -> Result<Option<Credit<'a>>, Unclear> {
        if self.is_payment_request() || *self.status != Status::Confirmed {
            return Ok(None);
        }
        if !self.is_deposit() {
            let unknown = Unclear { review: Review::TypeUnknown, field: "type" };
            return if self.may_be_a_deposit() { Err(unknown) } else { Ok(None) };
        }
        let unreadable = |field| Unclear { review: Review::AmountUnreadable, field };
        let Part::Read(received) = self.received else { return Err(unreadable("currency_received")) };
        if received.currency.trim().is_empty() {
            return Err(unreadable(CURRENCY));
        }
        let after_fees = "currency_received.amount_minus_fee";
        let (amount, field) = match received.after_fees {
            Part::Read(amount) => (amount, after_fees),
            Part::Unreadable => return Err(unreadable(after_fees)),
            Part::Missing if self.has_fees => return Err(Unclear { review: Review::FeesUnclear, field: "fees" }),
            Part::Missing => (received.amount, "currency_received.amount"),
        };
        if !is_creditable(amount) {
            return Err(unreadable(field));
        }
        Ok(is_positive_decimal(amount).then_some(Credit { currency: received.currency, amount }))
    }

    /// Whether something was received, and the type does not say that it was withdrawn.
    fn may_be_a_deposit(&self) -> bool {
        let is_withdrawal =
            matches!(self.r#type, Some(TransactionType::Withdrawal | TransactionType::WithdrawalExchange));
        !is_withdrawal && !matches!(self.received, Part::Missing)
    }

    fn is_payment_request(&self) -> bool {
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

    /// Returns the amount to credit to the customer: that of a confirmed deposit, after fees. `None` only if there is
    /// nothing to credit.
    ///
    /// # Errors
    /// `invalid_callback` if a confirmed callback does not say clearly whether, or how much, to credit.
    /// [`Callback::needs_review`] then gives the reason: have a person look at it.
    pub fn credit(&self) -> Result<Option<Credit<'_>>, Error> {
        self.essentials().credit()
    }

    /// Returns why a person must look at this callback, if they must.
    ///
    /// ```
    /// use citrn::callback::{Callback, Review};
    /// let received = r#"{"currency":"BTC","amount":"1,5"}"#;
    /// let body = format!(r#"{{"id":1,"type":"deposit","status":"confirmed","currency_received":{received}}}"#);
    /// let callback = Callback::parse(body.as_bytes())?;
    /// assert!(callback.credit().is_err());
    /// assert_eq!(callback.needs_review(), Some(Review::AmountUnreadable));
    /// # Ok::<(), citrn::Error>(())
    /// ```
    #[must_use]
    pub fn needs_review(&self) -> Option<Review> {
        self.credit_or_review().err()
    }

    /// As [`Callback::credit`], but with the reason for a review instead of an error.
    ///
    /// ```
    /// use citrn::callback::{Callback, Review};
    /// let received = r#"{"currency":"BTC","amount":"1.5"}"#;
    /// let body = format!(r#"{{"id":1,"type":"deposit","status":"confirmed","currency_received":{received}}}"#);
    /// assert_eq!(Callback::parse(body.as_bytes())?.credit_or_review().unwrap().unwrap().amount, "1.5");
    /// let request = Callback::parse(br#"{"payment_request_id":1,"status":"paid"}"#)?;
    /// assert_eq!(request.credit_or_review(), Err(Review::PaymentRequest));
    /// # Ok::<(), citrn::Error>(())
    /// ```
    ///
    /// # Errors
    /// The reason why a person must look at this callback.
    pub fn credit_or_review(&self) -> Result<Option<Credit<'_>>, Review> {
        self.essentials().credit_or_review()
    }

    fn essentials(&self) -> Essentials<'_> {
        let received = self.currency_received.as_ref().map(|received| Amounts {
            currency: &received.currency,
            amount: received.amount.as_str(),
            after_fees: Part::new(
                received.amount_minus_fee.as_ref().map(Amount::as_str),
                received.extra.get("amount_minus_fee").is_some(),
            ),
        });
        Essentials {
            id: &self.id,
            status: &self.status,
            r#type: self.r#type.as_ref(),
            foreign_id: self.foreign_id.as_deref(),
            address_foreign_id: self.crypto_address.as_ref().and_then(|address| address.foreign_id.as_deref()),
            received: Part::new(received, self.extra.get("currency_received").is_some()),
            has_fees: self.fees.as_ref().is_some_and(|fees| !fees.is_empty())
                || self.extra.get("fees").is_some_and(is_something),
        }
    }
}

/// Whether the JSON of a field has content: not null, and not an empty string, array or object.
pub(super) fn is_something(json: &str) -> bool {
    let inner = json.strip_prefix(['[', '{']).and_then(|rest| rest.strip_suffix([']', '}']));
    !matches!(json, "null" | "\"\"") && inner.is_none_or(|inner| !inner.trim().is_empty())
}
