//! Quotes: a rate that is held for a while and used once. Lifetime and fee are **invented**, the former after a sibling.

use std::collections::BTreeMap;

use crate::{clock::Millis, decimal::Decimal, identity::Id};

/// How long a quote can be carried out.
pub const LIFETIME: Millis = 60_000;

/// Quotes that are remembered; the oldest are forgotten first, so that load does not fill the memory.
const CAPACITY: usize = 10_000;

/// A quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Its id.
    pub id: Id,
    /// Code of what is given.
    pub from_coin: &'static str,
    /// Code of what is got.
    pub to_coin: &'static str,
    /// What is given.
    pub from_amount: Decimal,
    /// What is got.
    pub to_amount: Decimal,
    /// The fee, in the currency that is got, taken from it before.
    pub fee: Decimal,
    /// Units got for one unit given.
    pub rate: Decimal,
    /// When it can no longer be carried out.
    pub expires: Millis,
    /// Whether it was carried out.
    pub used: bool,
}

/// The quotes that are remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quotes {
    all: BTreeMap<u64, Quote>,
    serials: BTreeMap<String, u64>,
}

impl Quotes {
    /// Adds a quote, and forgets the oldest one when there are too many.
    pub fn add(&mut self, quote: Quote) {
        self.serials.insert(quote.id.uuid.clone(), quote.id.serial);
        self.all.insert(quote.id.serial, quote);
        if self.all.len() > CAPACITY
            && let Some((_, oldest)) = self.all.pop_first()
        {
            self.serials.remove(&oldest.id.uuid);
        }
    }

    /// The quote with this id.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Quote> {
        self.all.get_mut(self.serials.get(id)?)
    }
}
