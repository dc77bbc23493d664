//! Redirect payments: sessions of the hosted payment page.
//!
//! Lifetime and statuses are **invented**: the documentation names a session id and a redirect URL and nothing else.

use std::collections::BTreeMap;

use crate::{
    clock::{MINUTE, Millis},
    decimal::Decimal,
    deposit::Order,
    identity::Id,
    state::State,
};

/// How long a session can be paid.
pub const LIFETIME: Millis = 30 * MINUTE;

/// Sessions that are remembered; the oldest are forgotten first, so that load does not fill the memory.
pub const CAPACITY: usize = 10_000;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its id, which is part of the redirect URL.
    pub id: Id,
    /// The merchant's id of the user who pays.
    pub foreign_id: String,
    /// Code of the coin.
    pub coin: &'static str,
    /// Where the payer goes afterwards.
    pub return_url: String,
    /// When it was created.
    pub created: Millis,
    /// When it can no longer be paid.
    pub expires: Millis,
    /// Whether the payer did something.
    pub outcome: Option<Outcome>,
}

/// What the payer, played by the tester, did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Paid, with the deposit of this id.
    Paid {
        /// UUID of the deposit.
        deposit: String,
    },
    /// Gave up.
    Cancelled,
}

/// What a session is at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It can be paid.
    Open,
    /// It was paid.
    Paid,
    /// The payer gave up.
    Cancelled,
    /// Its time is over.
    Expired,
}

impl Payment {
    /// What it is at a moment.
    #[must_use]
    pub fn status(&self, now: Millis) -> Status {
        match self.outcome {
            Some(Outcome::Paid { .. }) => Status::Paid,
            Some(Outcome::Cancelled) => Status::Cancelled,
            None if now >= self.expires => Status::Expired,
            None => Status::Open,
        }
    }
}

/// The sessions that are remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payments {
    sessions: BTreeMap<u64, Payment>,
    serials: BTreeMap<String, u64>,
}

impl Payments {
    /// Adds a session, and forgets the oldest one when there are too many.
    pub fn add(&mut self, payment: Payment) {
        self.serials.insert(payment.id.uuid.clone(), payment.id.serial);
        self.sessions.insert(payment.id.serial, payment);
        if self.sessions.len() > CAPACITY
            && let Some((_, oldest)) = self.sessions.pop_first()
        {
            self.serials.remove(&oldest.id.uuid);
        }
    }

    /// The session with this id.
    #[must_use]
    pub fn get(&self, session_id: &str) -> Option<&Payment> {
        self.sessions.get(self.serials.get(session_id)?)
    }

    /// The session with this id, to change it.
    pub fn get_mut(&mut self, session_id: &str) -> Option<&mut Payment> {
        self.sessions.get_mut(self.serials.get(session_id)?)
    }

    /// The sessions, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Payment> {
        self.sessions.values()
    }
}

/// Why nothing can be done with a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// There is no such payment.
    Unknown,
    /// It is paid, cancelled or expired already.
    Over,
}

impl State {
    /// The deposit that paying a session comes to.
    ///
    /// # Errors
    /// When the session cannot be paid.
    pub fn payment_order(
        &self,
        session_id: &str,
        amount: Decimal,
        confirmed: bool,
        now: Millis,
    ) -> Result<Order, Problem> {
        let payment = self.payments.get(session_id).ok_or(Problem::Unknown)?;
        if payment.status(now) != Status::Open {
            return Err(Problem::Over);
        }
        let address = self.addresses.of_customer(&payment.foreign_id, payment.coin).ok_or(Problem::Unknown)?;
        let confirmations = (!confirmed).then_some(0);
        Ok(Order { address: address.clone(), amount, confirmations, automatic: self.settings.automatic_confirmations })
    }

    /// Notes the deposit that a session was paid with.
    pub fn mark_paid(&mut self, session_id: &str, deposit: String) {
        if let Some(payment) = self.payments.get_mut(session_id) {
            payment.outcome = Some(Outcome::Paid { deposit });
        }
    }

    /// Ends the time of a session.
    ///
    /// # Errors
    /// When it is over already.
    pub fn expire_payment(&mut self, session_id: &str, now: Millis) -> Result<(), Problem> {
        self.open_payment(session_id, now)?.expires = now;
        Ok(())
    }

    /// The payer gives up.
    ///
    /// # Errors
    /// When it is over already.
    pub fn cancel_payment(&mut self, session_id: &str, now: Millis) -> Result<(), Problem> {
        self.open_payment(session_id, now)?.outcome = Some(Outcome::Cancelled);
        Ok(())
    }

    fn open_payment(&mut self, session_id: &str, now: Millis) -> Result<&mut Payment, Problem> {
        let payment = self.payments.get_mut(session_id).ok_or(Problem::Unknown)?;
        if payment.status(now) == Status::Open { Ok(payment) } else { Err(Problem::Over) }
    }
}
