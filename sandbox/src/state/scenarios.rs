//! Operations on runs of scenarios.

use super::State;
use crate::{
    agenda::Event,
    callback::{
        Delivery,
        body::{self, PaymentRequest},
    },
    clock::Millis,
    decimal::{Decimal, Rounding},
    deposit::Order,
    deposit_address::DepositAddress,
    identity::Id,
    ledger::{Account, Posting, Transfer},
    scenario::{Action, Balance, Change, Run, Scenario, Step},
    status::Status,
    withdrawal::Withdrawal,
};

/// Why a scenario cannot run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// It needs the currency with this code, which is not supported.
    Currency(&'static str),
    /// There is a withdrawal with the id of its payout.
    DuplicatePayout,
}

/// The ids that a run uses instead of new ones.
#[derive(Debug, Default)]
pub struct Names {
    /// The merchant's id of the customer.
    pub customer: Option<String>,
    /// The merchant's id of the withdrawal.
    pub payout: Option<String>,
}

impl State {
    /// Starts a run, whose steps are events of the agenda. An error changes nothing.
    pub fn start_scenario(&mut self, scenario: &'static Scenario, names: Names, now: Millis) -> Result<Run, Problem> {
        let codes = scenario.steps.iter().flat_map(|step| step.action.currencies());
        if let Some(code) = codes.into_iter().find(|code| self.coins.with_network(code).is_err()) {
            return Err(Problem::Currency(code));
        }
        let has_payout = scenario.expected.payout.is_some();
        if names.payout.as_ref().is_some_and(|id| has_payout && self.withdrawal_ids.contains(id)) {
            return Err(Problem::DuplicatePayout);
        }
        let id = self.identity.draw();
        let suffix = id.uuid.get(..8).unwrap_or_default();
        let run = Run {
            customer_id: names.customer.unwrap_or_else(|| format!("{}{suffix}", scenario.customer)),
            payout_id: has_payout.then(|| names.payout.unwrap_or_else(|| format!("payout-{suffix}"))),
            id: id.clone(),
            scenario,
            started: now,
            transactions: Vec::new(),
            done: 0,
        };
        self.schedule_step(&run);
        self.runs.add(&id, run.clone());
        Ok(run)
    }

    /// Carries out the next step of a run, and schedules the one after it.
    pub fn scenario_step(&mut self, id: &str, now: Millis) {
        let Some(mut run) = self.runs.get(id).cloned() else { return };
        if let Some((step, _)) = run.next() {
            self.callbacks.deliver_next(step.delivery);
            self.carry_out(&mut run, step, now);
            self.callbacks.deliver_next(Delivery::Once);
            run.done += 1;
            self.schedule_step(&run);
        }
        if let Some(stored) = self.runs.get_mut(id) {
            *stored = run;
        }
    }

    fn schedule_step(&mut self, run: &Run) {
        if let Some((_, at)) = run.next() {
            self.agenda.add(at, Event::Step(run.id.uuid.clone()));
        }
    }

    /// Carries out a step. Nothing happens if a control call made it impossible meanwhile.
    fn carry_out(&mut self, run: &mut Run, step: &Step, now: Millis) {
        let created = match &step.action {
            Action::Deposit(sent) => self.deposit_from(&run.customer_id, sent, None, false, now),
            Action::DepositBelowMinimum(sent) => self.deposit_from(&run.customer_id, sent, None, true, now),
            Action::CrossCurrency(sent, expected) => {
                self.deposit_from(&run.customer_id, sent, Some(expected), false, now)
            }
            Action::Withdraw(amount) => {
                run.payout_id.as_deref().and_then(|foreign_id| self.withdraw(foreign_id, amount, now))
            }
            Action::PaymentRequest(amount, status) => {
                let latest = run.transactions.last().filter(|_| *status != Status::Created).cloned();
                let is_new = latest.is_none();
                self.payment_request(&run.customer_id, amount, *status, latest, now).filter(|_| is_new)
            }
            Action::Change(number, change) => {
                if let Some(id) = run.transaction(*number) {
                    self.change(id, change, now);
                }
                None
            }
        };
        run.transactions.extend(created);
    }

    /// Changes a transaction. Returns whether that was possible.
    fn change(&mut self, id: &str, change: &Change, now: Millis) -> bool {
        match change {
            Change::Confirm => self.add_confirmations(id, u32::MAX, now),
            Change::Cancel(reason) => self.cancel_deposit(id, reason, now) || self.reverse_deposit(id, reason, now),
            Change::Hold(reason) => self.hold_withdrawal(id, reason, now),
            Change::Decline(reason) => self.decline_withdrawal(id, reason, now),
            Change::Send => self.send_withdrawal(id, now),
            Change::SendWithoutAmounts => {
                if let Some(withdrawal) = self.withdrawals.get_mut(id) {
                    withdrawal.hides_amounts = true;
                }
                self.send_withdrawal(id, now)
            }
            Change::Repeat => self.callbacks.repeat_latest(&mut self.agenda, id, now),
        }
    }

    /// Takes the address of a customer, without its exchange.
    fn address_of(&mut self, customer_id: &str, code: &str) -> Option<DepositAddress> {
        let (coin, network) = self.coins.with_network(code).ok()?;
        let address = self.addresses.take(&mut self.identity, coin, network, customer_id)?;
        Some(DepositAddress { convert_to: None, ..address.clone() })
    }

    /// Adds a deposit to the address of a customer, which expects another currency if one is given. Returns its id.
    fn deposit_from(
        &mut self,
        customer_id: &str,
        sent: &Balance,
        expected: Option<&'static str>,
        reports_minimum: bool,
        now: Millis,
    ) -> Option<Id> {
        let address = self.address_of(customer_id, expected.unwrap_or(sent.currency))?;
        let order = Order {
            address: DepositAddress { coin: sent.currency, ..address },
            expected_coin: expected,
            reports_minimum,
            amount: Decimal::parse(sent.amount)?,
            confirmations: Some(0),
            automatic: false,
        };
        let id = self.add_deposit(order, now).ok()?;
        self.deposits.get(&id).map(|deposit| deposit.id.clone())
    }

    /// Credits the merchant, and withdraws the amount to an address that no one owns. Returns the withdrawal's id.
    fn withdraw(&mut self, foreign_id: &str, withdrawn: &Balance, now: Millis) -> Option<Id> {
        let (coin, network) = self.coins.with_network(withdrawn.currency).ok()?;
        let (code, amount) = (coin.code, Decimal::parse(withdrawn.amount)?);
        let fee = match &coin.withdrawal_fee_percent {
            Some(percent) => (&amount * percent).rounded(coin.precision, Rounding::Up),
            None => Decimal::zero(),
        };
        let id = self.identity.draw();
        let address = network.encode(&self.identity.derive("receiver", &[&id.uuid]))?;
        let transfers = [&amount, &fee].map(|part| Transfer::new(Account::World, Account::Merchant, code, part)).into();
        self.ledger.post(Posting { at: now, reason: "credit", reference: id.uuid.clone(), transfers }).ok()?;
        let withdrawal = Withdrawal {
            id: id.clone(),
            transaction: self.identity.draw(),
            exchange_transaction: self.identity.draw(),
            address_id: self.identity.draw(),
            foreign_id: foreign_id.to_owned(),
            r#type: "withdrawal",
            status: Status::Processing,
            address,
            memo: None,
            amount: amount.clone(),
            sender_currency: code,
            sender_amount: amount.clone(),
            receiver_currency: code,
            receiver_amount: amount,
            fee_currency: code,
            fee_amount: fee,
            hides_amounts: false,
            txid: None,
            error: String::new(),
            created: now,
        };
        self.add_withdrawal(withdrawal).ok()?;
        Some(id)
    }

    /// Adds a callback about a payment request: this one, or a new one. Returns its id.
    fn payment_request(
        &mut self,
        customer_id: &str,
        requested: &Balance,
        status: Status,
        id: Option<Id>,
        now: Millis,
    ) -> Option<Id> {
        let address = self.address_of(customer_id, requested.currency)?;
        let (_, network) = self.coins.with_network(requested.currency).ok()?;
        let id = id.unwrap_or_else(|| self.identity.draw());
        let amount = Decimal::parse(requested.amount)?;
        let request = PaymentRequest { id: &id, address: &address, network, amount: &amount, status };
        let body = body::payment_request(&request, &self.settings.callback_form(&self.identity));
        self.notify(&id, status, body, now);
        Some(id)
    }
}
