//! Any sequence of callbacks and failures, compared with a simple model of credits.

use std::collections::{HashMap, HashSet};

use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use super::{DAY, Duration, Scripted, authorized, call, data, ids, list, store};

/// A callback.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Sent {
    id: usize,
    is_text_id: bool,
    status: &'static str,
    kind: Option<&'static str>,
    amount: Option<&'static str>,
    customer: Option<&'static str>,
    note: u8,
}

impl Sent {
    fn id(&self) -> usize {
        [17, 18][self.id]
    }

    fn body(&self) -> String {
        let id = if self.is_text_id { json!(self.id().to_string()) } else { json!(self.id()) };
        json!({
            "id": id, "type": self.kind, "status": self.status, "note": self.note,
            "crypto_address": {"foreign_id": self.customer},
            "currency_received": {"currency": "BTC", "amount": self.amount},
        })
        .to_string()
    }

    fn status(&self) -> String {
        self.status.trim().to_lowercase().replace("canceled", "cancelled")
    }

    fn is_final(&self) -> bool {
        ["confirmed", "cancelled", "declined"].contains(&self.status().as_str())
    }

    /// The credit and the review of a callback that is the only one of its transaction.
    fn meaning(&self) -> (Value, Value) {
        let is_confirmed = self.status() == "confirmed";
        match (self.kind, self.amount, self.customer) {
            _ if !is_confirmed => (Value::Null, Value::Null),
            (Some("withdrawal"), ..) => (Value::Null, Value::Null),
            (None, ..) => (Value::Null, json!("type_unknown")),
            (_, None | Some("-1"), _) => (Value::Null, json!("amount_unreadable")),
            (_, Some("0"), _) => (Value::Null, Value::Null),
            (.., None) => (Value::Null, json!("customer_missing")),
            (_, amount, customer) => {
                (json!({"customer_id": customer, "currency": "BTC", "amount": amount}), Value::Null)
            }
        }
    }
}

/// The credit and the review of each body that is an event.
fn expected(sent: &[Sent]) -> HashMap<String, (Value, Value)> {
    let mut events: HashMap<String, (Value, Value)> = HashMap::new();
    for (number, callback) in sent.iter().enumerate() {
        let earlier = || sent[..number].iter().filter(|earlier| earlier.id == callback.id);
        let meaning = if earlier().any(|earlier| earlier.status() == callback.status()) {
            (Value::Null, json!("amended"))
        } else if callback.is_final() && earlier().any(Sent::is_final) {
            (Value::Null, json!("conflict"))
        } else {
            callback.meaning()
        };
        // The same bytes again are no event.
        events.entry(callback.body()).or_insert(meaning);
    }
    events
}

/// A step of the property test.
#[derive(Debug, Clone)]
enum Step {
    Callback(Sent),
    Pass(u64),
    Refuse(u16),
    Redeliver(usize),
    Erase(usize),
    Crash,
}

fn callback() -> impl Strategy<Value = Sent> {
    let statuses =
        ["confirmed", " Confirmed", "confirmed", "not_confirmed", "cancelled", "Canceled", "declined", "held"];
    let kinds = [Some("deposit"), Some("deposit"), Some("deposit_exchange"), Some("withdrawal"), None];
    let amounts = [Some("1.50"), Some("1.50"), Some("2"), Some("0"), Some("-1"), None];
    let customers = [Some("user-1"), Some("user-1"), Some("user-2"), None];
    (
        0..2_usize,
        any::<bool>(),
        select(statuses.to_vec()),
        select(kinds.to_vec()),
        select(amounts.to_vec()),
        select(customers.to_vec()),
        0..3_u8,
    )
        .prop_map(|(id, is_text_id, status, kind, amount, customer, note)| Sent {
            id,
            is_text_id,
            status,
            kind,
            amount,
            customer,
            note,
        })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => callback().prop_map(Step::Callback),
        3 => (1..100_000_u64).prop_map(Step::Pass),
        1 => Just(Step::Pass(40 * 86_400)),
        2 => select(vec![0, 1, 410, 500]).prop_map(Step::Refuse),
        1 => (17..19_usize).prop_map(Step::Redeliver),
        1 => (17..19_usize).prop_map(Step::Erase),
        1 => Just(Step::Crash),
    ]
}

/// Checks an event of a delivery or a list; returns its transaction if it has a credit.
fn check(data: &Value, events: &HashMap<String, (Value, Value)>) -> Option<String> {
    let (credit, review) = (&data["credit"], &data["review"]);
    assert!(credit.is_null() || review.is_null(), "{data}");
    if data["callback"].is_null() {
        assert!(credit.is_null() && !review.is_null(), "{data}");
    } else {
        let (expected_credit, expected_review) = &events[&data["callback"].to_string()];
        assert_eq!((credit, review), (expected_credit, expected_review), "{data}");
    }
    (!credit.is_null()).then(|| data["callback_id"].as_str().unwrap().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_callbacks_gives_a_transaction_one_credit_at_most_and_that_to_its_first_confirmed(
        steps in proptest::collection::vec(step(), 1..20),
    ) {
        let platform = Scripted::default();
        let mut sent: Vec<Sent> = Vec::new();
        for step in &steps {
            match step {
                Step::Callback(callback) => {
                    store(&platform, callback.body().as_bytes());
                    sent.push(callback.clone());
                }
                Step::Pass(seconds) => {
                    platform.alarms_until(platform.clock() + Duration::from_secs(*seconds));
                    platform.pass(Duration::from_secs(1));
                }
                Step::Refuse(status) => platform.merchant(&[*status; 4]),
                Step::Redeliver(id) => {
                    call(&platform, authorized("POST", &format!("/v1/callbacks/{id}/redeliver")));
                }
                Step::Erase(id) => {
                    call(&platform, authorized("DELETE", &format!("/v1/callbacks/{id}")));
                }
                Step::Crash => platform.crash(),
            }
        }
        let listed = list(&platform, "?limit=100");
        platform.alarms_until(platform.clock() + DAY * 30);
        let events = expected(&sent);
        let mut credited = HashSet::new();
        let deliveries = platform.delivered();
        for (delivery, id) in deliveries.iter().zip(ids(&deliveries)) {
            credited.extend(check(&data(delivery).1, &events).map(|transaction| (transaction, id)));
        }
        for event in listed["data"].as_array().unwrap() {
            let id = event["id"].as_str().unwrap().to_owned();
            credited.extend(check(event, &events).map(|transaction| (transaction, id)));
        }
        let transactions: HashSet<&String> = credited.iter().map(|(transaction, _)| transaction).collect();
        prop_assert_eq!(transactions.len(), credited.len(), "two events of a transaction have a credit");
    }
}
