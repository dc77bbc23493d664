//! The payer's actions on the hosted payment page.

use super::State;
use crate::{
    clock::Millis,
    decimal::Decimal,
    deposit::Order,
    payment::{Payment, Status},
};

/// Why an action on a payment is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// There is no such payment.
    Unknown,
    /// It is already paid, cancelled or expired.
    Closed,
    /// The deposit cannot be made, for this reason.
    Deposit(&'static str),
}

impl State {
    /// Pays a session. An error changes nothing.
    pub fn pay(&mut self, session: &str, amount: Decimal, confirmed: bool, now: Millis) -> Result<(), Problem> {
        let payment = self.open_payment(session, now)?;
        let (foreign_id, coin) = (payment.foreign_id.clone(), payment.coin);
        let address = self.addresses.of_customer(&foreign_id, coin).ok_or(Problem::Unknown)?.clone();
        let automatic = self.settings.automatic_confirmations;
        let order = Order {
            address,
            expected_coin: None,
            reports_minimum: false,
            amount,
            confirmations: (!confirmed).then_some(0),
            automatic,
        };
        let deposit = self.add_deposit(order, now).map_err(Problem::Deposit)?;
        let payment = self.open_payment(session, now)?;
        payment.status = Status::Paid;
        payment.deposit_id = Some(deposit);
        Ok(())
    }

    /// Lets an open session expire.
    pub fn expire_payment(&mut self, session: &str, now: Millis) -> Result<(), Problem> {
        self.open_payment(session, now)?.expires = now;
        Ok(())
    }

    /// Cancels an open session.
    pub fn cancel_payment(&mut self, session: &str, now: Millis) -> Result<(), Problem> {
        self.open_payment(session, now)?.status = Status::Cancelled;
        Ok(())
    }

    fn open_payment(&mut self, session: &str, now: Millis) -> Result<&mut Payment, Problem> {
        let payment = self.payments.get_mut(session).ok_or(Problem::Unknown)?;
        if payment.at(now).status == Status::Open { Ok(payment) } else { Err(Problem::Closed) }
    }
}
