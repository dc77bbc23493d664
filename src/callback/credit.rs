//! How much to credit for a callback, and which callbacks a person must look at.

use core::fmt;

use serde::Serialize;

use super::{
    Callback, Status, TransactionType,
    essentials::{Essentials, Part},
};
use crate::{
    Code, Error,
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

impl<'a> Essentials<'a> {
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
}

impl Callback {
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
}
