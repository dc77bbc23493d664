//! What to credit for a callback, and what a person must look at.

use core::fmt;

use serde::{Serialize, Serializer};

use super::{Callback, Status};
use crate::{Amount, amount::is_positive_decimal, json::Json};

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
    /// `payment_request`: it is about a payment request, not a transaction, so it says nothing of what to credit.
    PaymentRequest,
}

impl Review {
    /// The reason as programs compare it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
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

impl Callback {
    /// What to credit the customer with: what was received after fees, of a confirmed deposit. `None` while there is
    /// nothing to credit, and when fees were taken without saying what is left.
    #[must_use]
    pub fn credit(&self) -> Option<Credit<'_>> {
        if self.is_payment_request() {
            return None;
        }
        let received = self.currency_received.as_ref()?;
        if received.extra.get("amount_minus_fee").is_some() {
            return None;
        }
        let before_fees = Some(&received.amount).filter(|_| !self.has_fees());
        let amount = received.amount_minus_fee.as_ref().or(before_fees).map(Amount::as_str)?;
        let certain = self.is_deposit() && self.status == Status::Confirmed && is_positive_decimal(amount);
        certain.then_some(Credit { currency: &received.currency, amount })
    }

    /// Returns why a person must look at this, if they must.
    #[must_use]
    pub fn needs_review(&self) -> Option<Review> {
        self.is_payment_request().then_some(Review::PaymentRequest)
    }

    fn is_payment_request(&self) -> bool {
        self.id.starts_with("payment_request_id:")
    }

    fn has_fees(&self) -> bool {
        self.fees.as_ref().is_some_and(|fees| !fees.is_empty()) || self.extra.get("fees").is_some_and(is_something)
    }
}

/// Whether a field in a shape that was not understood says anything.
fn is_something(json: &str) -> bool {
    !matches!(json, "null" | "\"\"")
        && Json::parse(json).is_ok_and(|json| {
            let empty = json.array().is_some_and(|items| items.is_empty())
                || json.object().is_some_and(|object| object.iter().next().is_none());
            !empty
        })
}
