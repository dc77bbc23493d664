//! Operations on withdrawals: debit, sending and cancellation.

use citrn::hex;

use super::State;
use crate::{
    agenda::Event,
    callback::body,
    clock::Millis,
    ledger::{Account, Overdrawn, Posting, Transfer},
    status::Status,
    withdrawal::Withdrawal,
};

/// The time from request to sending (**invented**).
const PROCESSING: Millis = 5_000;

impl State {
    /// Debits amount and fee of a withdrawal, and schedules its sending. An error changes nothing.
    pub fn add_withdrawal(&mut self, withdrawal: Withdrawal) -> Result<(), Overdrawn> {
        let (id, now) = (withdrawal.id.clone(), withdrawal.created);
        let transfers = amount_and_fee(&withdrawal, Account::Merchant, Account::InFlight);
        self.ledger.post(Posting { at: now, reason: "withdrawal", reference: id.uuid.clone(), transfers })?;
        if self.settings.automatic_withdrawals {
            self.agenda.add(now.saturating_add(PROCESSING), Event::Send(id.uuid.clone()));
        }
        self.withdrawal_ids.insert(withdrawal.foreign_id.clone());
        self.withdrawals.add(&id, withdrawal);
        Ok(())
    }

    /// Sends a withdrawal whose time has come, unless it is pending or final.
    pub fn send_due_withdrawal(&mut self, id: &str, now: Millis) {
        if self.withdrawals.get(id).is_some_and(|withdrawal| withdrawal.status == Status::Processing) {
            self.send_withdrawal(id, now);
        }
    }

    /// Makes a withdrawal wait for the approval of the account's owner. Returns whether it was processing.
    pub fn hold_withdrawal(&mut self, id: &str, reason: &str, now: Millis) -> bool {
        let Some(withdrawal) = self.open(id).filter(|withdrawal| withdrawal.status == Status::Processing) else {
            return false;
        };
        withdrawal.status = Status::Pending;
        reason.clone_into(&mut withdrawal.error);
        self.notify_of_withdrawal(id, now);
        true
    }

    /// Sends a withdrawal to the blockchain. Returns whether it was open.
    pub fn send_withdrawal(&mut self, id: &str, now: Millis) -> bool {
        let txid = self.identity.derive("txid", &[id]);
        let Some(withdrawal) = self.open(id) else { return false };
        let sent = |from, to| Transfer::new(from, to, withdrawal.receiver_currency, &withdrawal.receiver_amount);
        let debited = |to, amount| Transfer::new(Account::InFlight, to, withdrawal.sender_currency, amount);
        let mut transfers = if withdrawal.has_exchange() {
            vec![debited(Account::Exchange, &withdrawal.sender_amount), sent(Account::Exchange, Account::World)]
        } else {
            vec![sent(Account::InFlight, Account::World)]
        };
        transfers.push(debited(Account::Fees, &withdrawal.fee_amount));
        withdrawal.status = Status::Confirmed;
        withdrawal.error.clear();
        withdrawal.txid = Some(hex::encode(&txid));
        self.settle(id, "withdrawal sent", transfers, now)
    }

    /// Cancels a withdrawal, and returns its amount and fee. Returns whether it was open.
    pub fn cancel_withdrawal(&mut self, id: &str, reason: &str, now: Millis) -> bool {
        self.give_back(id, Status::Cancelled, "withdrawal cancelled", reason, now)
    }

    /// Declines a withdrawal, and returns its amount and fee. Returns whether it was open.
    pub fn decline_withdrawal(&mut self, id: &str, reason: &str, now: Millis) -> bool {
        self.give_back(id, Status::Declined, "withdrawal declined", reason, now)
    }

    fn give_back(&mut self, id: &str, status: Status, posting: &'static str, reason: &str, now: Millis) -> bool {
        let Some(withdrawal) = self.open(id) else { return false };
        withdrawal.status = status;
        reason.clone_into(&mut withdrawal.error);
        let transfers = amount_and_fee(withdrawal, Account::InFlight, Account::Merchant);
        self.settle(id, posting, transfers, now)
    }

    /// Returns a withdrawal that is not final.
    fn open(&mut self, id: &str) -> Option<&mut Withdrawal> {
        let is_open = |withdrawal: &&mut Withdrawal| matches!(withdrawal.status, Status::Processing | Status::Pending);
        self.withdrawals.get_mut(id).filter(is_open)
    }

    /// Posts the transfers of a withdrawal that became final, and adds its callback.
    fn settle(&mut self, id: &str, reason: &'static str, transfers: Vec<Transfer>, now: Millis) -> bool {
        // The amounts in flight were debited earlier, so the ledger accepts the posting.
        let posted = self.ledger.post(Posting { at: now, reason, reference: id.to_owned(), transfers }).is_ok();
        if posted {
            self.notify_of_withdrawal(id, now);
        }
        posted
    }

    fn notify_of_withdrawal(&mut self, id: &str, now: Millis) {
        let Some(withdrawal) = self.withdrawals.get(id) else { return };
        let body = body::withdrawal(withdrawal, &self.settings.callback_form(&self.identity));
        self.notify(&withdrawal.id.clone(), withdrawal.status, body, now);
    }
}

/// Returns the transfers of a withdrawal's amount and fee.
fn amount_and_fee(withdrawal: &Withdrawal, from: Account, to: Account) -> Vec<Transfer> {
    let amounts = [&withdrawal.sender_amount, &withdrawal.fee_amount];
    amounts.map(|amount| Transfer::new(from, to, withdrawal.sender_currency, amount)).into()
}
