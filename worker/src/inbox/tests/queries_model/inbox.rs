//! The model of an inbox: what was stored, and the random requests that change it.

use core::time::Duration;

use serde_json::{Value, json};

use super::super::{Sent, app, authorized};
use crate::{
    app::App,
    clock::milliseconds,
    testing::{Random, Scripted},
};

/// A stored event, as the model knows it.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) transaction: usize,
    pub(super) status: &'static str,
    pub(super) received_at: i64,
    /// Its place in the order of delivery.
    pub(super) queued: usize,
    pub(super) body: Value,
}

impl Event {
    pub(super) fn is_final(&self) -> bool {
        ["confirmed", "cancelled", "declined"].contains(&self.status)
    }
}

/// The fields that all callbacks of a transaction share.
#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) kind: Option<&'static str>,
    pub(super) customer: String,
    pub(super) address: String,
    pub(super) memo: Option<u8>,
}

impl Transaction {
    pub(super) fn random(random: &mut Random, customers: usize) -> Self {
        let kinds = [Some("deposit"), Some("deposit_exchange"), Some("withdrawal"), Some("other"), None];
        let kind = kinds[[0, 0, 0, 1, 2, 2, 3, 4][random.below(8)]];
        let customer = random.below(customers);
        Self {
            kind,
            customer: format!("user-{customer}"),
            address: format!("r{}", customer % 7),
            memo: random.pick(&[None, Some(1), Some(2)]),
        }
    }

    pub(super) fn is_deposit(&self) -> bool {
        self.kind.is_some_and(|kind| kind.starts_with("deposit"))
    }
}

pub(super) struct Model {
    pub(super) random: Random,
    pub(super) platform: Scripted,
    pub(super) app: App<Scripted>,
    pub(super) transactions: Vec<Transaction>,
    pub(super) events: Vec<Event>,
    pub(super) queued: usize,
}

impl Model {
    pub(super) fn new(seed: u64) -> Self {
        let platform = Scripted::default();
        // A delivery of every tenth transaction fails for three days, and is then parked.
        platform.merchant_answers(|body| {
            let payload: Value = serde_json::from_str(body).unwrap();
            let id: usize = payload["data"]["callback_id"].as_str().unwrap().parse().unwrap();
            if id.is_multiple_of(10) { 500 } else { 200 }
        });
        let app = app(&platform);
        Self { random: Random(seed), platform, app, transactions: vec![], events: vec![], queued: 0 }
    }

    pub(super) fn request(&self, request: Sent) -> Value {
        let (answer, _) = self.platform.run(self.app.serve(request));
        assert!(answer.status < 300 || answer.status == 409, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Returns a transaction with a stored event.
    pub(super) fn some_transaction(&mut self) -> usize {
        self.events[self.random.below(self.events.len())].transaction
    }

    /// Stores a random callback.
    pub(super) fn take(&mut self, customers: usize) {
        let Self { random, transactions, .. } = self;
        if transactions.is_empty() || random.below(2) == 0 {
            transactions.push(Transaction::random(random, customers));
        }
        // Mostly one of the latest transactions.
        let reach = if random.below(20) == 0 { transactions.len() } else { transactions.len().min(8) };
        let back = random.below(reach);
        let transaction = transactions.len() - 1 - back;
        let Transaction { kind, customer, address, memo } = &transactions[transaction];
        let status = random.pick(&["not_confirmed", "confirmed", "confirmed", "cancelled", "declined", "held"]);
        let number = self.events.len();
        let amount = random.pick(&["1.5", "2", "0.10"]);
        let mut body = json!({"id": transaction, "type": kind, "status": status, "number": number});
        if random.below(4) > 0 {
            body["currency_sent"] = json!({"currency": "BTC", "amount": amount});
            body["currency_received"] =
                json!({"currency": "EUR", "amount": "9", "amount_minus_fee": random.pick(&[None, Some("8.9")])});
            body["fees"] = random.pick(&["null", "[]", r#"[{"type":"deposit"}]"#]).parse().unwrap();
            body["transactions"] = json!([{"txid": random.pick(&[None, Some("0xa"), Some("0xb")])}]);
        }
        if transactions[transaction].is_deposit() {
            body["crypto_address"] =
                json!({"foreign_id": customer, "address": address, "memo": memo.map(|memo| memo.to_string())});
        } else {
            body["foreign_id"] = json!(customer);
        }
        self.platform.pass(Duration::from_millis(10 + u64::try_from(random.below(2_000)).unwrap()));
        let received_at = milliseconds(self.platform.clock());
        self.queued += 1;
        self.events.push(Event { transaction, status, received_at, queued: self.queued, body: body.clone() });
        self.request(Sent::callback(body.to_string().as_bytes()));
    }

    pub(super) fn redeliver(&mut self) {
        let transaction = self.some_transaction();
        let listed = self.list("/v1/callbacks", &format!("&callback_id={transaction}"));
        self.platform.pass(Duration::from_millis(50));
        let reply = self.request(authorized("POST", &format!("/v1/callbacks/{transaction}/redeliver")));
        let events = self.events.iter_mut().filter(|event| event.transaction == transaction);
        let events: Vec<_> =
            events.zip(&listed).filter(|(_, listed)| !listed["callback"].is_null()).map(|(event, _)| event).collect();
        assert_eq!(reply["queued"].as_u64().unwrap_or(0), u64::try_from(events.len()).unwrap());
        for event in events {
            self.queued += 1;
            event.queued = self.queued;
        }
        self.platform.pass(Duration::from_millis(50));
    }

    pub(super) fn erase(&mut self) {
        let transaction = self.some_transaction();
        self.request(authorized("DELETE", &format!("/v1/callbacks/{transaction}")));
        for event in self.events.iter_mut().filter(|event| event.transaction == transaction) {
            event.body = Value::Null;
        }
    }

    /// Returns all entries of a list, from pages of a random size.
    pub(super) fn list(&mut self, path: &str, query: &str) -> Vec<Value> {
        let limit = 8 + self.random.below(93);
        let (mut entries, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.request(authorized("GET", &format!("{path}?limit={limit}{query}{after}")));
            let data = page["data"].as_array().unwrap();
            let has_more = page["has_more"] == true;
            assert!(data.len() == limit || (data.len() < limit && !has_more), "{path}{query}: {}", data.len());
            entries.extend(data.iter().cloned());
            if !has_more {
                return entries;
            }
            after = format!("&after={}", page["next"].as_str().unwrap());
        }
    }
}
