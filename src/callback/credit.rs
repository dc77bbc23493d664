//! How much to credit for a callback, and which callbacks a person must look at.

use core::fmt;

use serde::{Serialize, Serializer};

use super::{Callback, Status, TransactionType};
use crate::{Code, Error, amount::is_creditable};

/// An amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Credit<'a> {
    /// Currency code.
    pub currency: &'a str,
    /// The amount, as decimal text.
    pub amount: &'a str,
}

/// Why a person must look at a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Review {
    /// `amount_unreadable`: a confirmed deposit, but its amount is missing or not a plain decimal number, or has no
    /// currency.
    AmountUnreadable,
    /// `fees_unclear`: a confirmed deposit with fees, but without the amount after fees.
    FeesUnclear,
    /// `type_unknown`: confirmed, and something was received, but its `type` is missing or not documented, so it may be a
    /// deposit.
    TypeUnknown,
    /// `payment_request`: it is about a payment request, not a transaction, so it does not say how much to credit.
    PaymentRequest,
}

impl Review {
    /// The reason as programs compare it.
    #[must_use]
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

impl Serialize for Review {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

const CURRENCY: &str = "currency_received.currency";

/// A confirmed callback that does not say clearly whether, or how much, to credit.
struct Unclear {
    review: Review,
    field: &'static str,
}

impl Callback {
    /// Returns the amount to credit the customer with: that of a confirmed deposit, after fees. `None` only if there is
    /// nothing to credit.
    ///
    /// # Errors
    /// `invalid_callback` if a confirmed callback does not say clearly whether, or how much, to credit.
    /// [`Callback::needs_review`] then gives the reason: have a person look at it.
    pub fn credit(&self) -> Result<Option<Credit<'_>>, Error> {
        self.judged().map_err(|Unclear { review, field }| {
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

    /// Returns why a person must look at this callback, if they must.
    ///
    /// ```
    /// use citrn::callback::{Callback, Review};
    /// let body = br#"{"id":1,"type":"deposit","status":"confirmed","currency_received":{"currency":"BTC","amount":"1,5"}}"#;
    /// let callback = Callback::parse(body)?;
    /// assert!(callback.credit().is_err());
    /// assert_eq!(callback.needs_review(), Some(Review::AmountUnreadable));
    /// # Ok::<(), citrn::Error>(())
    /// ```
    #[must_use]
    pub fn needs_review(&self) -> Option<Review> {
        if self.is_payment_request() {
            return Some(Review::PaymentRequest);
        }
        self.judged().err().map(|unclear| unclear.review)
    }

    fn judged(&self) -> Result<Option<Credit<'_>>, Unclear> {
        if self.is_payment_request() || self.status != Status::Confirmed {
            return Ok(None);
        }
        if !self.is_deposit() {
            let unknown = Unclear { review: Review::TypeUnknown, field: "type" };
            return if self.may_be_a_deposit() { Err(unknown) } else { Ok(None) };
        }
        let unreadable = |field| Unclear { review: Review::AmountUnreadable, field };
        let received = self.currency_received.as_ref().ok_or(unreadable("currency_received"))?;
        if received.currency.trim().is_empty() {
            return Err(unreadable(CURRENCY));
        }
        let after_fees = "currency_received.amount_minus_fee";
        let (amount, field) = match &received.amount_minus_fee {
            Some(amount) => (amount, after_fees),
            None if received.extra.get("amount_minus_fee").is_some() => return Err(unreadable(after_fees)),
            None if self.has_fees() => return Err(Unclear { review: Review::FeesUnclear, field: "fees" }),
            None => (&received.amount, "currency_received.amount"),
        };
        if !is_creditable(amount.as_str()) {
            return Err(unreadable(field));
        }
        let credit = Credit { currency: &received.currency, amount: amount.as_str() };
        Ok(amount.is_positive_decimal().then_some(credit))
    }

    /// Whether something was received, and the type does not say that it was withdrawn.
    fn may_be_a_deposit(&self) -> bool {
        let is_withdrawal =
            matches!(self.r#type, Some(TransactionType::Withdrawal | TransactionType::WithdrawalExchange));
        !is_withdrawal && (self.currency_received.is_some() || self.extra.get("currency_received").is_some())
    }

    fn is_payment_request(&self) -> bool {
        self.id.starts_with("payment_request_id:")
    }

    fn has_fees(&self) -> bool {
        self.fees.as_ref().is_some_and(|fees| !fees.is_empty()) || self.extra.get("fees").is_some_and(is_something)
    }
}

/// Whether a field in a shape that was not understood says anything: it is not null, and no empty text, list or object.
fn is_something(json: &str) -> bool {
    let inner = json.strip_prefix(['[', '{']).and_then(|rest| rest.strip_suffix([']', '}']));
    !matches!(json, "null" | "\"\"") && inner.is_none_or(|inner| !inner.trim().is_empty())
}
