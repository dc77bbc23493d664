//! All filters, orders and deposits, compared with a model over random events.
//!
//! `INBOX_MODEL_EVENTS` is the number of events; `npm run test:soak` sets 100,000.

mod inbox;

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::DAY;
use crate::clock::rfc3339;
use inbox::{Event, Model, Transaction};

impl Model {
    /// Compares the whole inbox, and returns the state of delivery of each event. From here on the model knows which
    /// bodies are dropped.
    fn compare_all(&mut self) -> Vec<String> {
        let listed = self.list("/v1/callbacks", "");
        assert_eq!(listed.len(), self.events.len());
        for (event, listed) in self.events.iter_mut().zip(&listed) {
            assert_eq!(listed["received_at"], rfc3339(event.received_at));
            assert_eq!(listed["status"], event.status);
            assert!(listed["callback"].is_null() || listed["callback"] == event.body, "{listed}");
            event.body = listed["callback"].clone();
        }
        listed.iter().map(|event| event["delivery"]["state"].as_str().unwrap().to_owned()).collect()
    }

    /// Compares a list of events with random filters.
    fn compare_events(&mut self, states: &[String], is_narrow: bool) {
        let mut query = String::new();
        let mut kept: Vec<usize> = (0..self.events.len()).collect();
        let has = |event: &Event, name: &str, value: &str| match name {
            "callback_id" => event.transaction.to_string() == value,
            "type" => event.body["type"] == value,
            _ => event.body["foreign_id"] == value || event.body["crypto_address"]["foreign_id"] == value,
        };
        let sample = self.random.below(self.transactions.len());
        let mut filter = |name: &str, value: &str, kept: &mut Vec<usize>, events: &[Event]| {
            query.push_str(&format!("&{name}={value}"));
            kept.retain(
                |number| if name == "state" { states[*number] == value } else { has(&events[*number], name, value) },
            );
        };
        let choice = self.random.below(8);
        if choice == 0 {
            filter("callback_id", &sample.to_string(), &mut kept, &self.events);
        }
        if (1..4).contains(&choice) {
            filter("foreign_id", &self.transactions[sample].customer, &mut kept, &self.events);
        }
        if self.random.below(3) == 0 {
            let kinds = ["deposit", "deposit_exchange", "withdrawal", "withdrawal_exchange"];
            filter("type", self.random.pick(&kinds), &mut kept, &self.events);
        }
        if self.random.below(3) == 0 {
            filter("state", self.random.pick(&["pending", "waiting", "delivered", "parked"]), &mut kept, &self.events);
        }
        if choice > 3 && is_narrow || self.random.below(3) == 0 {
            let first = self.random.below(self.events.len());
            let last =
                self.random.below(self.events.len() - first).min(if is_narrow { 500 } else { usize::MAX }) + first;
            let [since, until] = [first, last].map(|number| self.events[number].received_at);
            query.push_str(&format!("&since={}&until={}", rfc3339(since), rfc3339(until)));
            kept.retain(|number| (since..until).contains(&self.events[*number].received_at));
        }
        if self.random.below(2) == 0 {
            query.push_str("&order=delivery");
            kept.sort_by_key(|number| self.events[*number].queued);
        }
        let found = self.list("/v1/callbacks", &query);
        let event = |event: &Event| (rfc3339(event.received_at), event.status.to_owned());
        let expected: Vec<_> = kept.iter().map(|number| event(&self.events[*number])).collect();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let found: Vec<_> = found.iter().map(|event| (text(&event["received_at"]), text(&event["status"]))).collect();
        assert_eq!(found, expected, "{query}");
    }

    /// Compares the deposits of a random customer or to a random address.
    fn compare_deposits(&mut self) {
        let Transaction { customer, address, memo, .. } =
            &self.transactions[self.random.below(self.transactions.len())];
        let is_by_customer = self.random.below(2) == 0;
        let is_mine = |transaction: &Transaction| {
            transaction.is_deposit()
                && if is_by_customer {
                    transaction.customer == *customer
                } else {
                    (&transaction.address, &transaction.memo) == (address, memo)
                }
        };
        let memo_text = memo.map_or_else(String::new, |memo| format!("&memo={memo}"));
        let mut query =
            if is_by_customer { format!("&foreign_id={customer}") } else { format!("&address={address}{memo_text}") };
        let mut deposits: Vec<(i64, Vec<&Event>)> = Vec::new();
        let mut numbers = HashMap::new();
        let kept: HashSet<usize> =
            self.events.iter().filter(|event| !event.body.is_null()).map(|event| event.transaction).collect();
        for event in self.events.iter().filter(|event| is_mine(&self.transactions[event.transaction])) {
            if kept.contains(&event.transaction) {
                let number = *numbers.entry(event.transaction).or_insert(deposits.len());
                if number == deposits.len() {
                    deposits.push((0, vec![]));
                }
                deposits[number].1.push(event);
            }
        }
        // The order is that of the first event with a body, which has the customer.
        for (found_at, events) in &mut deposits {
            *found_at = events.iter().find(|event| !event.body.is_null()).unwrap().received_at;
        }
        deposits.sort_by_key(|(found_at, _)| *found_at);
        if self.random.below(3) == 0 {
            let since = self.events[self.random.below(self.events.len())].received_at;
            query.push_str(&format!("&since={}", rfc3339(since)));
            deposits.retain(|(found_at, _)| *found_at >= since);
        }
        let mut expected: Vec<Value> = deposits.iter().map(|(_, events)| deposit(events)).collect();
        if self.random.below(3) == 0 {
            let state = self.random.pick(&["seen", "confirmed", "cancelled", "conflict"]);
            query.push_str(&format!("&state={state}"));
            expected.retain(|deposit| deposit["state"] == state);
        }
        assert_eq!(self.list("/v1/deposits", &query), expected, "{query}");
    }
}

/// The deposit that the events of a transaction make.
fn deposit(events: &[&Event]) -> Value {
    let finals: Vec<&&Event> = events.iter().filter(|event| event.is_final()).collect();
    let shown = finals.first().copied().or(events.last()).unwrap();
    let state = match finals.first() {
        None => "seen",
        Some(first) if finals.iter().any(|event| event.status != first.status) => "conflict",
        Some(first) if first.status == "confirmed" => "confirmed",
        Some(_) => "cancelled",
    };
    let others = finals.iter().copied().chain(events.iter().rev().filter(|event| !event.is_final()));
    let bodies: Vec<&Value> = others.map(|event| &event.body).collect();
    let first = |read: &dyn Fn(&Value) -> Value| {
        bodies.iter().map(|body| read(body)).find(|value| !value.is_null()).unwrap_or_default()
    };
    let received = &shown.body["currency_received"];
    let has_fees = shown.body["fees"].as_array().is_some_and(|fees| !fees.is_empty());
    let after_fees = match &received["amount_minus_fee"] {
        Value::Null if has_fees => &Value::Null,
        Value::Null => &received["amount"],
        after_fees => after_fees,
    };
    json!({
        "id": shown.transaction.to_string(),
        "state": state,
        "currency": received["currency"],
        "amount_received": received["amount"],
        "amount_after_fees": after_fees,
        "currency_sent": first(&|body| body["currency_sent"]["currency"].clone()),
        "amount_sent": first(&|body| body["currency_sent"]["amount"].clone()),
        "txid": first(&|body| body["transactions"][0]["txid"].clone()),
        "seen_at": rfc3339(events[0].received_at),
        "settled_at": shown.is_final().then(|| rfc3339(shown.received_at)),
    })
}

#[test]
fn filters_orders_and_deposits_agree_with_a_model() {
    let count: usize = std::env::var("INBOX_MODEL_EVENTS").map_or(600, |count| count.parse().unwrap());
    let mut model = Model::new(22);
    for round in 0..4 {
        while model.events.len() < count * (round + 1) / 4 {
            model.take((count / 40).max(5));
            if model.random.below(50) == 0 {
                model.redeliver();
            }
            if model.random.below(100) == 0 {
                model.erase();
            }
            if model.random.below(20) == 0 {
                model.platform.alarms_until(model.platform.clock());
            }
        }
        if round == 1 {
            // Some bodies are dropped, others not yet.
            model.platform.alarms_until(model.platform.clock() + DAY * 20);
        }
        if round == 2 {
            model.platform.alarms_until(model.platform.clock() + DAY * 15);
        }
        let states = model.compare_all();
        for _ in 0..20 {
            model.compare_events(&states, count > 10_000);
            model.compare_deposits();
        }
    }
}
