//! The ledger: double-entry bookkeeping in exact decimals.
//!
//! Money only moves between accounts, so the sum of a currency's accounts is always zero.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::{
    clock::{self, Millis, day},
    decimal::Decimal,
};

/// The most postings in the journal. Balances, also of past days, are never removed.
const JOURNAL_CAPACITY: usize = 1_000;

/// An account of the gateway. Each exists in each currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// The merchant's balance.
    Merchant,
    /// The gateway's earnings.
    Fees,
    /// Withdrawals that are being processed.
    InFlight,
    /// The counterparty of exchanges. Negative in currencies that it has paid out.
    Exchange,
    /// Everything outside the gateway. Negative by the sum of deposits.
    World,
}

impl Account {
    fn may_be_negative(self) -> bool {
        matches!(self, Account::Exchange | Account::World)
    }
}

/// A movement of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transfer {
    /// The source account.
    pub from: Account,
    /// The destination account.
    pub to: Account,
    /// Code of the currency.
    pub currency: &'static str,
    /// The amount, never negative.
    pub amount: Decimal,
}

impl Transfer {
    /// Creates a transfer.
    #[must_use]
    pub fn new(from: Account, to: Account, currency: &'static str, amount: &Decimal) -> Self {
        Self { from, to, currency, amount: amount.clone() }
    }

    /// Returns the transfer in the opposite direction.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { from: self.to, to: self.from, ..self }
    }
}

/// Transfers that are posted together or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Posting {
    /// Its time.
    #[serde(serialize_with = "clock::serialize")]
    pub at: Millis,
    /// The reason, such as `deposit`.
    pub reason: &'static str,
    /// Id of the deposit, withdrawal or exchange.
    pub reference: String,
    /// The transfers.
    pub transfers: Vec<Transfer>,
}

/// The error of a posting that would overdraw an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdrawn;

/// The balances of all accounts, and the latest postings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The balance of each account at the end of each day with a change. Days count from 1970-01-01.
    balances: BTreeMap<(Account, &'static str), BTreeMap<i64, Decimal>>,
    journal: VecDeque<Posting>,
}

impl Ledger {
    /// Posts all transfers, or none of them.
    ///
    /// # Errors
    /// If an account that must not be negative would be.
    pub fn post(&mut self, posting: Posting) -> Result<(), Overdrawn> {
        let mut after: BTreeMap<(Account, &'static str), Decimal> = BTreeMap::new();
        for Transfer { from, to, currency, amount } in &posting.transfers {
            for (account, change) in [(*from, -amount), (*to, amount.clone())] {
                let balance = after.entry((account, *currency)).or_insert_with(|| self.balance(account, currency));
                *balance = &*balance + &change;
            }
        }
        if after.iter().any(|((account, _), balance)| balance.is_negative() && !account.may_be_negative()) {
            return Err(Overdrawn);
        }
        for (account, balance) in after {
            self.balances.entry(account).or_default().insert(day(posting.at), balance);
        }
        self.journal.push_back(posting);
        if self.journal.len() > JOURNAL_CAPACITY {
            self.journal.pop_front();
        }
        Ok(())
    }

    /// Returns the current balance of an account.
    #[must_use]
    pub fn balance(&self, account: Account, currency: &'static str) -> Decimal {
        self.balance_on(account, currency, i64::MAX)
    }

    /// Returns the balance of an account at the end of a day (UTC), counted from 1970-01-01.
    #[must_use]
    pub fn balance_on(&self, account: Account, currency: &'static str, day: i64) -> Decimal {
        let days = self.balances.get(&(account, currency));
        let closing = days.and_then(|days| days.range(..=day).next_back());
        closing.map_or_else(Decimal::zero, |(_, closing)| closing.clone())
    }

    /// Returns all accounts with postings, and their current balances.
    pub fn accounts(&self) -> impl Iterator<Item = (Account, &'static str, Decimal)> {
        self.balances.keys().map(|&(account, currency)| (account, currency, self.balance(account, currency)))
    }

    /// Returns the latest postings, oldest first.
    pub fn journal(&self) -> impl Iterator<Item = &Posting> {
        self.journal.iter()
    }

    /// Returns the sum of all accounts of each currency, which is always zero.
    #[must_use]
    pub fn sums(&self) -> BTreeMap<&'static str, Decimal> {
        let mut sums = BTreeMap::new();
        for (_, currency, balance) in self.accounts() {
            let sum = sums.entry(currency).or_insert_with(Decimal::zero);
            *sum = &*sum + &balance;
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY;

    fn posting(at: Millis, from: Account, to: Account, amount: &str) -> Posting {
        let amount = Decimal::parse(amount).unwrap();
        Posting {
            at,
            reason: "test",
            reference: String::new(),
            transfers: vec![Transfer::new(from, to, "BTC", &amount)],
        }
    }

    #[test]
    fn closing_balances_of_past_days_are_stored() {
        let mut ledger = Ledger::default();
        for (at, amount) in [(DAY, "1"), (2 * DAY - 1, "2"), (4 * DAY, "4")] {
            ledger.post(posting(at, Account::World, Account::Merchant, amount)).unwrap();
        }
        let on = |day| ledger.balance_on(Account::Merchant, "BTC", day).to_string();
        assert_eq!(
            [on(0), on(1), on(2), on(3), on(4), on(9)],
            ["0", "3", "3", "3", "7", "7"].map(|n| format!("{n}.00000000"))
        );
    }

    #[test]
    fn a_posting_that_overdraws_changes_nothing() {
        let mut ledger = Ledger::default();
        ledger.post(posting(0, Account::World, Account::Merchant, "1")).unwrap();
        let before = ledger.clone();
        let mut both = posting(0, Account::World, Account::Merchant, "0.5");
        both.transfers.extend(posting(0, Account::Merchant, Account::InFlight, "1.50000001").transfers);
        assert_eq!(ledger.post(both), Err(Overdrawn));
        assert_eq!(ledger, before);
        assert!(ledger.sums().values().all(Decimal::is_zero));
    }
}
