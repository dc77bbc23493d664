//! The ledger: double entry in exact decimals.
//!
//! Money only ever moves from one account to another, so a currency's accounts add up to zero by construction.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::{
    clock::{self, Millis, day},
    decimal::Decimal,
};

/// Postings that are remembered for reading; balances, also those of past days, are kept for good.
const JOURNAL_CAPACITY: usize = 1_000;

/// An account of the gateway. Each exists in each currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// The merchant's balance.
    Merchant,
    /// The gateway's earnings.
    Fees,
    /// Withdrawals that are under way.
    InFlight,
    /// The other side of exchanges. Goes below zero in the currency that is given out.
    Exchange,
    /// Everything outside the gateway. Below zero by the sum that came in.
    World,
}

impl Account {
    fn may_be_negative(self) -> bool {
        matches!(self, Account::Exchange | Account::World)
    }
}

/// Money that moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transfer {
    /// Where it comes from.
    pub from: Account,
    /// Where it goes.
    pub to: Account,
    /// Code of the currency.
    pub currency: &'static str,
    /// How much; never negative.
    pub amount: Decimal,
}

impl Transfer {
    /// Money that moves.
    #[must_use]
    pub fn new(from: Account, to: Account, currency: &'static str, amount: &Decimal) -> Self {
        Self { from, to, currency, amount: amount.clone() }
    }
}

/// Transfers that happen together or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Posting {
    /// When.
    #[serde(serialize_with = "clock::serialize")]
    pub at: Millis,
    /// Why, such as `deposit`.
    pub reason: &'static str,
    /// Id of the deposit, withdrawal or exchange behind it.
    pub reference: String,
    /// The movements.
    pub transfers: Vec<Transfer>,
}

/// An account would go below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdrawn;

/// Every account's balance, and the latest postings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The balance of each account at the end of each day on which it moved, counted from 1970-01-01.
    balances: BTreeMap<(Account, &'static str), BTreeMap<i64, Decimal>>,
    journal: VecDeque<Posting>,
}

impl Ledger {
    /// Posts all transfers, or none of them.
    ///
    /// # Errors
    /// When an account that may not go below zero would.
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

    /// The balance of an account now.
    #[must_use]
    pub fn balance(&self, account: Account, currency: &'static str) -> Decimal {
        self.balance_on(account, currency, i64::MAX)
    }

    /// The balance of an account at the end of a day (UTC), counted from 1970-01-01.
    #[must_use]
    pub fn balance_on(&self, account: Account, currency: &'static str, day: i64) -> Decimal {
        let days = self.balances.get(&(account, currency));
        let closing = days.and_then(|days| days.range(..=day).next_back());
        closing.map_or_else(Decimal::zero, |(_, closing)| closing.clone())
    }

    /// Every account that ever moved, with its balance now.
    pub fn accounts(&self) -> impl Iterator<Item = (Account, &'static str, Decimal)> {
        self.balances.keys().map(|&(account, currency)| (account, currency, self.balance(account, currency)))
    }

    /// The latest postings, oldest first.
    pub fn journal(&self) -> impl Iterator<Item = &Posting> {
        self.journal.iter()
    }

    /// The sum of the accounts of each currency: zero, always.
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
    fn keeps_what_each_day_closed_with() {
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
    fn refuses_to_overdraw_and_then_changes_nothing() {
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
