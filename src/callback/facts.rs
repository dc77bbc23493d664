//! The answers to what people get wrong about a callback.

use serde::Serialize;

use crate::amount::is_positive_decimal;

/// An amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Credit<'a> {
    /// Currency code.
    pub currency: &'a str,
    /// The amount, as decimal text.
    pub amount: &'a str,
}

/// What the answers follow from, whichever form the callback is held in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) status: &'a str,
    pub(crate) kind: Option<&'a str>,
    pub(crate) foreign_id: Option<&'a str>,
    pub(crate) address_foreign_id: Option<&'a str>,
    pub(crate) currency: Option<&'a str>,
    pub(crate) amount: Option<&'a str>,
    pub(crate) amount_minus_fee: Option<&'a str>,
    pub(crate) has_fees: bool,
    /// Whether the amount after fees is there in a shape that was not understood.
    pub(crate) is_unclear: bool,
}

impl<'a> Facts<'a> {
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.status, "confirmed" | "cancelled")
    }

    pub(crate) fn is_deposit(&self) -> bool {
        matches!(self.kind, Some("deposit" | "deposit_exchange"))
    }

    pub(crate) fn customer_id(&self) -> Option<&'a str> {
        self.address_foreign_id.or(self.foreign_id).filter(|_| self.is_deposit())
    }

    pub(crate) fn credit(&self) -> Option<Credit<'a>> {
        let amount = self.amount_minus_fee.or(self.amount.filter(|_| !self.has_fees))?;
        let currency = self.currency?;
        let certain = !self.is_unclear && is_positive_decimal(amount);
        (certain && self.is_deposit() && self.status == "confirmed").then_some(Credit { currency, amount })
    }
}
