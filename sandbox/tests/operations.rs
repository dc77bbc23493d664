//! Random operations (a hundred thousand in `npm run test:soak`): the ledger stays balanced, no balance becomes
//! negative, an error changes nothing, and the same seed and requests give the same bytes.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use citrn_sandbox::{
    auth::Credentials,
    callback::Outcome,
    decimal::Decimal,
    engine::{Engine, Profile, Settings, Step},
    http::{Effect, Request, Response},
    ledger::Account,
};
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

/// An arbitrary time: the clock is frozen, and only control calls advance it.
const NOW: i64 = 1_800_000_000_000;

#[derive(Debug, Clone)]
enum Operation {
    Call(&'static str, Value),
    Exchange(Index),
    Control(String, Value),
    Deposit(Index, &'static str, Value),
    Withdrawal(Index, &'static str),
    Payment(Index, &'static str, Value),
    Page(Index, &'static str),
    Forge(&'static str),
}

/// An engine, the ids of its quotes and sessions, and the merchant's answers to callbacks.
struct Driver {
    engine: Engine,
    credentials: Credentials,
    quotes: Vec<String>,
    sessions: Vec<String>,
    merchant_answers: Vec<u16>,
    attempts: usize,
}

impl Driver {
    fn new(merchant_answers: Vec<u16>) -> Self {
        let credentials = || Credentials::new("key", "secret");
        let mut driver = Driver {
            engine: Engine::new(Settings {
                credentials: credentials(),
                seed: "seed".to_owned(),
                origin: "http://127.0.0.1:1".to_owned(),
                callback_url: Some("http://127.0.0.1:2/".to_owned()),
                profile: Profile::default(),
            }),
            credentials: credentials(),
            quotes: Vec::new(),
            sessions: Vec::new(),
            merchant_answers,
            attempts: 0,
        };
        driver.control("/_sandbox/clock", &json!({"frozen": true}));
        for (currency, amount) in [("BTC", "1"), ("USDTT", "1000"), ("EUR", "100"), ("ETH", "0.5")] {
            driver.control("/_sandbox/balances", &json!({"currency": currency, "amount": amount}));
        }
        driver
    }

    fn request(&mut self, method: &str, target: &str, headers: &[(&str, String)], body: &str) -> (Response, Vec<Step>) {
        let mut all = vec![
            ("Host".to_owned(), "127.0.0.1:1".to_owned()),
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("Accept".to_owned(), "application/json".to_owned()),
        ];
        all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let request = Request { method, target, headers: &all, body: body.as_bytes() };
        let step = self.engine.handle(&request, NOW);
        let response = step.response.clone().unwrap();
        (response, self.settle(step))
    }

    /// Answers callbacks until none is in flight.
    fn settle(&mut self, first: Step) -> Vec<Step> {
        let mut steps = vec![first];
        let mut done = 0;
        while let Some(step) = steps.get(done).cloned() {
            for effect in &step.effects {
                let Effect::Deliver { attempt, .. } = effect else { continue };
                let answer = self.merchant_answers[self.attempts % self.merchant_answers.len()];
                self.attempts += 1;
                let outcome =
                    if answer == 0 { Outcome::Error("ECONNREFUSED".to_owned()) } else { Outcome::Status(answer) };
                steps.push(self.engine.delivered(*attempt, outcome, NOW));
            }
            done += 1;
        }
        assert!(steps.last().unwrap().settled);
        steps
    }

    fn call(&mut self, path: &str, body: &Value) -> (Response, Vec<Step>) {
        let body = body.to_string();
        let headers = self.credentials.sign(&body);
        let (response, steps) = self.request("POST", &format!("/api/{path}"), &headers, &body);
        if let Ok(reply) = serde_json::from_str::<Value>(&response.body) {
            self.quotes.extend(reply["data"]["quote_id"].as_str().map(str::to_owned));
            self.sessions.extend(reply["data"]["session_id"].as_str().map(str::to_owned));
        }
        (response, steps)
    }

    fn control(&mut self, path: &str, body: &Value) -> (Response, Vec<Step>) {
        self.request("POST", path, &[], &body.to_string())
    }

    fn perform(&mut self, operation: &Operation) -> (Response, Vec<Step>) {
        let pick = |list: &[String], index: &Index| {
            if list.is_empty() { "none".to_owned() } else { index.get(list).clone() }
        };
        let state = self.engine.state();
        match operation {
            Operation::Call(path, body) => self.call(path, body),
            Operation::Exchange(index) => {
                // One of the latest, since quotes expire soon.
                let latest = self.quotes.len().saturating_sub(3);
                let quote_id = pick(&self.quotes[latest..], index);
                self.call("exchange/make-exchange", &json!({ "quote_id": quote_id }))
            }
            Operation::Control(path, body) => self.control(&format!("/_sandbox/{path}"), body),
            Operation::Deposit(index, action, body) => {
                let ids: Vec<String> = state.deposits.iter().map(|deposit| deposit.id.uuid.clone()).collect();
                self.control(&format!("/_sandbox/deposits/{}/{action}", pick(&ids, index)), body)
            }
            Operation::Withdrawal(index, action) => {
                let ids: Vec<String> = state.withdrawals.iter().map(|withdrawal| withdrawal.id.uuid.clone()).collect();
                self.control(&format!("/_sandbox/withdrawals/{}/{action}", pick(&ids, index)), &json!({}))
            }
            Operation::Payment(index, action, body) => {
                self.control(&format!("/_sandbox/payments/{}/{action}", pick(&self.sessions, index)), body)
            }
            Operation::Page(index, form) => {
                let target = format!("/pay/{}", pick(&self.sessions, index));
                self.request("POST", &target, &[], form)
            }
            Operation::Forge(path) => {
                self.request("POST", &format!("/api/{path}"), &self.credentials.sign("other"), "{}")
            }
        }
    }

    fn check_ledger(&self) {
        let ledger = &self.engine.state().ledger;
        for (currency, sum) in ledger.sums() {
            assert!(sum.is_zero(), "{currency} adds up to {sum}");
        }
        for (account, currency, balance) in ledger.accounts() {
            let open = matches!(account, Account::World | Account::Exchange);
            assert!(open || !balance.is_negative(), "{account:?} {currency} {balance}");
        }
    }
}

const COINS: &[&str] =
    &["BTC", "USDTT", "EUR", "ETH", "XRP", "DOGE", "ADA", "USDTE", "TESTCOIN", "USDTZ", "XMR", "NOPE", ""];
const AMOUNTS: &[&str] = &[
    "0.001",
    "0.01",
    "0.1",
    "1",
    "2",
    "5",
    "10",
    "25",
    "250",
    "1000",
    "0.000000000000000001",
    "3.141592653589793238",
    "99999999999999999999999999999999999999",
    "0",
    "-1",
    "1e3",
    "",
];
const PEOPLE: &[&str] = &["a", "b", "c", ""];
const ADDRESSES: &[&str] = &[
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
    "nowhere",
    "",
];
/// Withdrawals that succeed if the balance suffices: currency, amount, address, convert_to.
const PAYOUTS: &[(&str, &str, &str, Option<&str>)] = &[
    ("USDTT", "2", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", None),
    ("BTC", "0.001", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", None),
    ("ETH", "0.010000000000000001", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", None),
    ("USDTT", "7.654321", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", Some("BTC")),
    ("BTC", "0.00012345", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", Some("EUR")),
];
/// Exchanges that succeed if the balance suffices.
const EXCHANGES: &[(&str, &str, &str)] =
    &[("BTC", "USDTT", "0.004"), ("USDTT", "EUR", "170.123456"), ("ETH", "BTC", "0.12")];
const CODES: &[&str] = &["coin_not_found", "balance_not_enough", "payment_expired", "duplication_request"];

const SCENARIOS: &[&str] = &[
    "deposit-cancelled-later",
    "withdrawal-declined",
    "withdrawal-approved",
    "payment-request",
    "callbacks-twice",
    "nope",
];

fn one_of(list: &'static [&'static str]) -> impl Strategy<Value = &'static str> + Clone {
    prop::sample::select(list)
}

fn operation() -> impl Strategy<Value = Operation> {
    let (coin, amount, person) = (one_of(COINS), one_of(AMOUNTS), one_of(PEOPLE));
    let maybe_coin = prop_oneof![3 => Just(None), 1 => coin.clone().prop_map(Some)];
    prop_oneof![
        4 => (person.clone(), coin.clone(), maybe_coin.clone()).prop_map(|(foreign_id, currency, convert_to)| {
            Operation::Call("addresses/take", json!({"foreign_id": foreign_id, "currency": currency, "convert_to": convert_to}))
        }),
        8 => ("[0-9]{1,2}", coin.clone(), amount.clone(), one_of(ADDRESSES), maybe_coin).prop_map(
            |(foreign_id, currency, amount, address, convert_to)| Operation::Call("withdrawal/crypto", json!({
                "foreign_id": foreign_id, "currency": currency, "amount": amount, "address": address, "convert_to": convert_to,
            }))
        ),
        6 => (any::<u16>(), prop::sample::select(PAYOUTS)).prop_map(|(foreign_id, (currency, amount, address, convert_to))| {
            Operation::Call("withdrawal/crypto", json!({
                "foreign_id": foreign_id.to_string(), "currency": currency, "amount": amount, "address": address,
                "convert_to": convert_to,
            }))
        }),
        4 => (coin.clone(), coin.clone(), amount.clone(), any::<bool>()).prop_map(|(from, to, amount, gives)| {
            let request_coin = if gives { from } else { to };
            Operation::Call("exchange/create-quota", json!({
                "from_coin": from, "to_coin": to, "request_amount": amount, "request_coin": request_coin,
            }))
        }),
        4 => prop::sample::select(EXCHANGES).prop_map(|(from, to, amount)| Operation::Call("exchange/create-quota", json!({
            "from_coin": from, "to_coin": to, "request_amount": amount, "request_coin": from,
        }))),
        6 => any::<Index>().prop_map(Operation::Exchange),
        2 => (person.clone(), coin.clone()).prop_map(|(foreign_id, coin_name)| Operation::Call("payments/create-payment", json!({
            "foreign_id": foreign_id, "coin_name": coin_name, "return_url": "https://shop.example/",
        }))),
        1 => prop::sample::select(&["balances", "accounts/list", "currencies/list", "currencies/pairs"][..])
            .prop_map(|path| Operation::Call(path, json!({}))),
        1 => prop::sample::select(&["balances", "withdrawal/crypto"][..]).prop_map(Operation::Forge),
        5 => (person, coin.clone(), amount.clone(), any::<bool>()).prop_map(|(foreign_id, currency, amount, confirmed)| {
            Operation::Control("deposits".to_owned(), json!({
                "foreign_id": foreign_id, "currency": currency, "amount": amount, "confirmed": confirmed,
            }))
        }),
        3 => (any::<Index>(), prop::sample::select(&["confirm", "cancel", "confirmations"][..]))
            .prop_map(|(index, action)| Operation::Deposit(index, action, json!({}))),
        3 => (any::<Index>(), prop::sample::select(&["confirm", "cancel", "hold", "decline"][..]))
            .prop_map(|(index, action)| Operation::Withdrawal(index, action)),
        1 => (prop::sample::select(SCENARIOS), prop::option::of(Just("17"))).prop_map(|(name, payout_id)| {
            Operation::Control(format!("scenarios/{name}"), json!({ "payout_id": payout_id }))
        }),
        2 => (any::<Index>(), amount.clone()).prop_map(|(index, amount)| Operation::Payment(index, "pay", json!({"amount": amount}))),
        1 => (any::<Index>(), prop::sample::select(&["expire", "cancel"][..]))
            .prop_map(|(index, action)| Operation::Payment(index, action, json!({}))),
        1 => (any::<Index>(), prop::sample::select(&["action=pay&amount=12.5", "action=pay&amount=x", "action=cancel", "action="][..]))
            .prop_map(|(index, form)| Operation::Page(index, form)),
        2 => (coin.clone(), amount.clone()).prop_map(|(currency, amount)| {
            Operation::Control("balances".to_owned(), json!({"currency": currency, "amount": amount}))
        }),
        2 => (1_u32..3000).prop_map(|seconds| Operation::Control("clock/advance".to_owned(), json!({"seconds": seconds}))),
        2 => one_of(CODES).prop_map(|code| Operation::Control("faults".to_owned(), json!({"kind": "error_code", "code": code}))),
        1 => prop::sample::select(&["duplicate_callback", "callbacks_out_of_order", "html", "sever_during"][..])
            .prop_map(|kind| Operation::Control("faults".to_owned(), json!({"kind": kind}))),
        1 => (coin, prop::option::of(Just("0.02"))).prop_map(|(code, fee)| {
            Operation::Control(format!("currencies/{code}"), json!({
                "withdrawal_fee_percent": fee, "exchange_fee_percent": fee, "deposit_fee_percent": fee,
            }))
        }),
        1 => (prop::sample::select(&["BTCUSDT", "EURBTC", "NOPE"][..]), prop::option::of(amount))
            .prop_map(|(ticker, rate)| Operation::Control("rates".to_owned(), json!({ ticker: rate }))),
        1 => (prop::sample::select(&["tron", "bitcoin", "nope"][..]), prop::bool::weighted(0.7)).prop_map(|(network, available)| {
            Operation::Control(format!("networks/{network}"), json!({ "available": available }))
        }),
        1 => (prop::bool::weighted(0.8), any::<bool>()).prop_map(|(on, older)| Operation::Control("settings".to_owned(), json!({
            "withdrawals_enabled": on, "automatic_withdrawals": older,
            "callback_generation": if older { "older" } else { "newer" },
        }))),
    ]
}

fn merchant() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(prop::sample::select(&[200, 200, 200, 500, 302, 0][..]), 1..8)
}

/// Returns the number of sequences of operations: PROPTEST_CASES, or a default.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").map_or(60, |cases| cases.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_operations_keep_the_ledger_balanced(
        operations in prop::collection::vec(operation(), 250),
        merchant_answers in merchant(),
    ) {
        let mut driver = Driver::new(merchant_answers);
        for operation in &operations {
            let before = driver.engine.state().clone();
            let (response, _) = driver.perform(operation);
            driver.check_ledger();
            let reply: Option<Value> = serde_json::from_str(&response.body).ok();
            let coded = reply.is_some_and(|reply| reply.get("error_code").is_some());
            // A refusal can also have a status of success.
            if response.status >= 400 || coded {
                prop_assert!(before == *driver.engine.state(), "{operation:?} answered {} and changed the state", response.status);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_same_seed_and_requests_give_the_same_bytes(
        operations in prop::collection::vec(operation(), 250),
        merchant_answers in merchant(),
    ) {
        let mut one = Driver::new(merchant_answers.clone());
        let mut two = Driver::new(merchant_answers);
        for operation in &operations {
            prop_assert_eq!(one.perform(operation), two.perform(operation));
        }
    }
}

/// Otherwise the property could hold because no operation ever succeeds.
#[test]
fn random_operations_succeed_often_enough() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    let mut runner = TestRunner::deterministic();
    let mut reached = [0_usize; 8];
    for _ in 0..20 {
        let operations = prop::collection::vec(operation(), 250).new_tree(&mut runner).unwrap().current();
        let mut driver = Driver::new(vec![200, 500]);
        for operation in &operations {
            driver.perform(operation);
        }
        let state = driver.engine.state();
        let posted = |reason| state.ledger.journal().filter(|posting| posting.reason == reason).count();
        for (count, more) in reached.iter_mut().zip([
            posted("deposit"),
            posted("withdrawal"),
            posted("withdrawal sent"),
            posted("withdrawal cancelled"),
            posted("withdrawal declined"),
            posted("deposit reversed"),
            posted("exchange"),
            state.callbacks.iter().filter(|callback| callback.attempts.len() > 1).count(),
        ]) {
            *count += more;
        }
    }
    assert!(reached.iter().all(|count| *count >= 10), "{reached:?}");
}

#[test]
fn amounts_of_38_digits_and_18_decimals_are_exact() {
    let mut driver = Driver::new(vec![200]);
    let amount = format!("{}.000000000000000001", "9".repeat(38));
    driver.control("/_sandbox/balances", &json!({"currency": "ETH", "amount": amount}));
    let held = driver.engine.state().ledger.balance(Account::Merchant, "ETH");
    assert_eq!(held, &Decimal::parse(&amount).unwrap() + &Decimal::parse("0.5").unwrap());
    assert!(held.to_string().ends_with("9.500000000000000001"));
}
