//! Operations on runs of scenarios.

use super::State;
use crate::{
    agenda::Event,
    callback::Delivery,
    clock::Millis,
    decimal::Decimal,
    deposit::Order,
    scenario::{Action, Balance, Run, Scenario, Step},
};

impl State {
    /// Starts a run, whose steps are events of the agenda. `None` if it needs a currency that is not supported; then
    /// nothing changes.
    pub fn start_scenario(
        &mut self,
        scenario: &'static Scenario,
        customer_id: Option<String>,
        now: Millis,
    ) -> Option<&Run> {
        if scenario.steps.iter().any(|step| !self.is_possible(&step.action)) {
            return None;
        }
        let id = self.identity.draw();
        let short_id = id.uuid.get(..8).unwrap_or_default();
        let run = Run {
            customer_id: customer_id.unwrap_or_else(|| format!("customer-{short_id}")),
            id: id.clone(),
            scenario,
            started: now,
            transactions: Vec::new(),
            done: 0,
        };
        self.schedule_step(&run);
        self.runs.add(&id, run);
        self.runs.get(&id.uuid)
    }

    /// Carries out the next step of a run, and schedules the one after it.
    pub fn scenario_step(&mut self, id: &str, now: Millis) {
        let Some(mut run) = self.runs.get(id).cloned() else { return };
        if let Some((step, _)) = run.next() {
            self.carry_out(&mut run, step, now);
            run.done += 1;
            self.schedule_step(&run);
        }
        if let Some(stored) = self.runs.get_mut(id) {
            *stored = run;
        }
    }

    fn is_possible(&self, action: &Action) -> bool {
        match action {
            Action::Deposit(Balance { currency, .. }) => self.coins.with_network(currency).is_ok(),
            Action::Confirm(_) => true,
        }
    }

    fn schedule_step(&mut self, run: &Run) {
        if let Some((_, at)) = run.next() {
            self.agenda.add(at, Event::Step(run.id.uuid.clone()));
        }
    }

    fn carry_out(&mut self, run: &mut Run, step: &Step, now: Millis) {
        self.callbacks.deliver_next(step.delivery);
        match &step.action {
            Action::Deposit(sent) => run.transactions.extend(self.deposit_from(&run.customer_id, sent, now)),
            Action::Confirm(number) => {
                if let Some(id) = run.transaction(*number) {
                    self.add_confirmations(id, u32::MAX, now);
                }
            }
        }
        self.callbacks.deliver_next(Delivery::Once);
    }

    /// Adds a deposit to the address of a customer. Returns its UUID.
    fn deposit_from(&mut self, customer_id: &str, sent: &Balance, now: Millis) -> Option<String> {
        let (coin, network) = self.coins.with_network(sent.currency).ok()?;
        let address = self.addresses.take(&mut self.identity, coin, network, customer_id)?.clone();
        let amount = Decimal::parse(sent.amount)?;
        self.add_deposit(Order { address, amount, confirmations: Some(0), automatic: false }, now).ok()
    }
}
