//! Withdrawals: taken on, under way, and then confirmed or cancelled.

use std::collections::BTreeMap;

use citrn::hex;
use serde::Serialize;

use crate::{
    agenda::Event,
    callback::body,
    clock::Millis,
    decimal::Decimal,
    identity::Id,
    ledger::{Account, Overdrawn, Posting, Transfer},
    state::State,
};

/// How long a withdrawal is under way (**invented**).
const PROCESSING: Millis = 5_000;

/// What a withdrawal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Under way.
    Processing,
    /// Sent to the blockchain, final.
    Confirmed,
    /// Given back, final.
    Cancelled,
}

impl Status {
    /// As replies and callbacks spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Processing => "processing",
            Status::Confirmed => "confirmed",
            Status::Cancelled => "cancelled",
        }
    }
}

/// What is asked for, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The merchant's id of it.
    pub foreign_id: String,
    /// The receiver's address.
    pub address: String,
    /// Destination tag.
    pub memo: Option<String>,
    /// The amount as asked for.
    pub amount: Decimal,
    /// Code of what is debited.
    pub debited_coin: &'static str,
    /// What is debited, without the fee.
    pub debited: Decimal,
    /// The fee, debited on top, in the same currency.
    pub fee: Decimal,
    /// Code of what the receiver gets.
    pub sent_coin: &'static str,
    /// What the receiver gets.
    pub sent: Decimal,
}

/// A withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Its id, which callbacks repeat.
    pub id: Id,
    /// Id of the transaction on the blockchain.
    pub transaction: Id,
    /// Id of the exchange before it, where there is one.
    pub exchange_transaction: Id,
    /// Id of the receiver's address.
    pub address_id: Id,
    /// What was asked for.
    pub order: Order,
    /// What it is.
    pub status: Status,
    /// Id on the blockchain, once it is there.
    pub txid: Option<String>,
    /// Why it was cancelled; else empty.
    pub error: String,
    /// When it was taken on.
    pub created: Millis,
}

impl Withdrawal {
    /// Whether the receiver gets another currency than the one that is debited.
    #[must_use]
    pub fn exchanges(&self) -> bool {
        self.order.debited_coin != self.order.sent_coin
    }

    /// The type that replies and callbacks name.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.exchanges() { "withdrawal_exchange" } else { "withdrawal" }
    }
}

/// Every withdrawal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withdrawals {
    all: BTreeMap<u64, Withdrawal>,
    serials: BTreeMap<String, u64>,
    foreign_ids: BTreeMap<String, u64>,
}

impl Withdrawals {
    /// The withdrawal with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Withdrawal> {
        self.all.get(self.serials.get(id)?)
    }

    /// Whether the merchant used this id of its own before.
    #[must_use]
    pub fn has_foreign_id(&self, foreign_id: &str) -> bool {
        self.foreign_ids.contains_key(foreign_id)
    }

    /// The withdrawals, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Withdrawal> {
        self.all.values()
    }
}

impl State {
    /// Takes a withdrawal on, debits it, and gives it.
    ///
    /// # Errors
    /// When the balance does not cover amount and fee; then nothing has changed.
    pub fn take_withdrawal(&mut self, order: Order, now: Millis) -> Result<&Withdrawal, Overdrawn> {
        let mut identity = self.identity.clone();
        let id = identity.draw();
        let transfers = [&order.debited, &order.fee]
            .map(|amount| Transfer::new(Account::Merchant, Account::InFlight, order.debited_coin, amount));
        let reference = id.uuid.clone();
        self.ledger.post(Posting { at: now, reason: "withdrawal", reference, transfers: transfers.into() })?;
        let serial = id.serial;
        let withdrawal = Withdrawal {
            transaction: identity.draw(),
            exchange_transaction: identity.draw(),
            address_id: identity.draw(),
            order,
            status: Status::Processing,
            txid: None,
            error: String::new(),
            created: now,
            id,
        };
        self.identity = identity;
        if self.settings.automatic_withdrawals {
            self.agenda.add(now.saturating_add(PROCESSING), Event::Send { withdrawal: serial });
        }
        self.withdrawals.serials.insert(withdrawal.id.uuid.clone(), serial);
        self.withdrawals.foreign_ids.insert(withdrawal.order.foreign_id.clone(), serial);
        Ok(self.withdrawals.all.entry(serial).or_insert(withdrawal))
    }

    /// A withdrawal is sent to the blockchain. Says whether it was under way.
    ///
    /// # Errors
    /// When the ledger refuses, which no withdrawal under way brings about.
    pub fn confirm_withdrawal(&mut self, id: &str, now: Millis) -> Result<bool, Overdrawn> {
        match self.withdrawals.serials.get(id) {
            Some(serial) => self.send_withdrawal(*serial, now),
            None => Ok(false),
        }
    }

    /// A withdrawal's time has come. Says whether it was under way.
    ///
    /// # Errors
    /// When the ledger refuses, which no withdrawal under way brings about.
    pub(crate) fn send_withdrawal(&mut self, serial: u64, now: Millis) -> Result<bool, Overdrawn> {
        let Some(withdrawal) = under_way(&mut self.withdrawals, serial) else { return Ok(false) };
        let coin = withdrawal.order.debited_coin;
        let mut transfers = Vec::new();
        if withdrawal.exchanges() {
            transfers.push(Transfer::new(Account::InFlight, Account::Exchange, coin, &withdrawal.order.debited));
            transfers.push(Transfer::new(
                Account::Exchange,
                Account::World,
                withdrawal.order.sent_coin,
                &withdrawal.order.sent,
            ));
        } else {
            transfers.push(Transfer::new(Account::InFlight, Account::World, coin, &withdrawal.order.sent));
        }
        transfers.push(Transfer::new(Account::InFlight, Account::Fees, coin, &withdrawal.order.fee));
        let reference = withdrawal.id.uuid.clone();
        self.ledger.post(Posting { at: now, reason: "withdrawal sent", reference, transfers })?;
        withdrawal.status = Status::Confirmed;
        let txid = self.identity.derive("txid", &[&withdrawal.id.uuid]);
        withdrawal.txid = Some(hex::encode(&txid));
        self.tell_of_withdrawal(serial, now);
        Ok(true)
    }

    /// A withdrawal fails, and what it debited is given back. Says whether it was under way.
    ///
    /// # Errors
    /// When the ledger refuses, which no withdrawal under way brings about.
    pub fn cancel_withdrawal(&mut self, id: &str, reason: &str, now: Millis) -> Result<bool, Overdrawn> {
        let Some(serial) = self.withdrawals.serials.get(id).copied() else { return Ok(false) };
        let Some(withdrawal) = under_way(&mut self.withdrawals, serial) else { return Ok(false) };
        let transfers = [&withdrawal.order.debited, &withdrawal.order.fee]
            .map(|amount| Transfer::new(Account::InFlight, Account::Merchant, withdrawal.order.debited_coin, amount));
        let reference = withdrawal.id.uuid.clone();
        self.ledger.post(Posting {
            at: now,
            reason: "withdrawal cancelled",
            reference,
            transfers: transfers.into(),
        })?;
        withdrawal.status = Status::Cancelled;
        reason.clone_into(&mut withdrawal.error);
        self.tell_of_withdrawal(serial, now);
        Ok(true)
    }

    fn tell_of_withdrawal(&mut self, serial: u64, now: Millis) {
        let Some(withdrawal) = self.withdrawals.all.get(&serial) else { return };
        let body = body::withdrawal(withdrawal, self.settings.callback_generation);
        let (transaction, status) = (withdrawal.id.uuid.clone(), withdrawal.status.as_str());
        self.callbacks.enqueue(&mut self.agenda, self.identity.draw(), &transaction, status, body, now);
    }
}

fn under_way(withdrawals: &mut Withdrawals, serial: u64) -> Option<&mut Withdrawal> {
    withdrawals.all.get_mut(&serial).filter(|withdrawal| withdrawal.status == Status::Processing)
}
