//! A merchant whose gateway is the engine, and what the core's client reads.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use citrn::{
    BaseUrl, CallOptions, Client, Config, Error, FetchError, Platform, Request, RequestOptions, Response, Secret,
    Signer,
    callback::{self, Callback},
    endpoint::{Fields, Value as Parameter},
    endpoints::{ALL, by_name},
};
use citrn_sandbox::{
    auth::Credentials,
    callback::Outcome,
    engine::{Engine, Profile, Settings, Step},
    http::{self, Effect},
};
use serde_json::{Value, json, value::RawValue};

const NOW: i64 = 1_800_000_000_000;
const ORIGIN: &str = "http://127.0.0.1:1";

/// Parameters of a call.
pub type Parameters<'a> = &'a [(&'static str, &'a str)];

/// Headers and body of a callback.
type Delivery = (Vec<(&'static str, String)>, String);

/// A platform whose gateway is the engine.
#[derive(Debug)]
pub struct Sandbox {
    engine: RefCell<Engine>,
    /// The replies of the API: path, status and body.
    pub replies: RefCell<Vec<(String, u16, String)>>,
    /// The callbacks that were sent.
    pub callbacks: RefCell<Vec<Delivery>>,
}

impl Sandbox {
    fn step(&self, act: impl FnOnce(&mut Engine) -> Step) -> Option<http::Response> {
        let engine = &mut *self.engine.borrow_mut();
        let step = act(engine);
        let response = step.response.clone();
        let mut steps = vec![step];
        while let Some(step) = steps.pop() {
            for effect in step.effects {
                let Effect::Deliver { attempt, headers, body, .. } = effect else { continue };
                self.callbacks.borrow_mut().push((headers, body));
                steps.push(engine.delivered(attempt, Outcome::Status(200), NOW));
            }
        }
        response
    }

    fn request(&self, method: &str, target: &str, headers: &[(String, String)], body: &[u8]) -> http::Response {
        self.step(|engine| engine.handle(&http::Request { method, target, headers, body }, NOW)).unwrap()
    }

    pub fn control(&self, path: &str, body: &Value) -> Value {
        let headers = [("Host", "127.0.0.1:1"), ("Content-Type", "application/json")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let method = if body.is_null() { "GET" } else { "POST" };
        let response = self.request(method, &format!("/_sandbox/{path}"), &headers, body.to_string().as_bytes());
        assert_eq!(response.status, 200, "{path}: {}", response.body);
        serde_json::from_str::<Value>(&response.body).unwrap()["data"].clone()
    }
}

impl Platform for &Sandbox {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let headers: Vec<(String, String)> =
            request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let target = request.url.strip_prefix(ORIGIN).unwrap();
        let body = request.body.as_deref().unwrap_or_default();
        let response = self.request(request.method.as_str(), target, &headers, body);
        self.replies.borrow_mut().push((target.to_owned(), response.status, response.body.clone()));
        Ok(Response { status: response.status, retry_after: None, body: response.body.into_bytes() })
    }

    async fn sleep(&self, duration: Duration) {
        // Only the time limit of a call sleeps: the engine answers immediately.
        assert_eq!(duration, Config::TIMEOUT);
        std::future::pending().await
    }

    fn now(&self) -> Duration {
        Duration::from_millis(NOW.unsigned_abs())
    }

    fn random(&self) -> u32 {
        0
    }
}

/// Runs a future that never waits.
fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the call waits"),
    }
}

/// A merchant with money.
#[derive(Debug)]
pub struct Merchant {
    pub sandbox: Sandbox,
}

impl Merchant {
    pub fn new(profile: Profile, seed: &str) -> Self {
        let engine = Engine::new(Settings {
            credentials: Credentials::new("key", "secret"),
            seed: seed.to_owned(),
            origin: ORIGIN.to_owned(),
            callback_url: Some("http://127.0.0.1:2/".to_owned()),
            profile,
        });
        let sandbox =
            Sandbox { engine: RefCell::new(engine), replies: RefCell::default(), callbacks: RefCell::default() };
        let merchant = Self { sandbox };
        merchant.sandbox.control("clock", &json!({"frozen": true}));
        for (currency, amount) in [("BTC", "1"), ("USDTT", "1000"), ("EUR", "0.5")] {
            merchant.sandbox.control("balances", &json!({"currency": currency, "amount": amount}));
        }
        merchant
    }

    /// Calls an endpoint, and returns its canonical reply.
    pub fn call(&self, name: &str, parameters: Parameters<'_>) -> Result<Value, Error> {
        let mut fields = Fields::new();
        for (name, value) in parameters {
            fields.push(name, Parameter::Text(value));
        }
        let request =
            RequestOptions { base_url: BaseUrl::one("http://127.0.0.1:1/api").unwrap(), ..Default::default() };
        let signer = Signer::Secret(Secret::new("secret"));
        let config = Config { api_key: Some("key".to_owned()), signer, request, ..Config::default() };
        let client = Client::new(&self.sandbox, config).unwrap();
        let reply = run(client.call_row(by_name(name).unwrap(), &fields, CallOptions::default()))?;
        Ok(exact(&reply.data))
    }

    /// Calls every endpoint, and returns the replies by name.
    pub fn read_every_reply(&self) -> Vec<(&'static str, Value)> {
        let mut replies = Vec::new();
        let mut call = |name: &'static str, parameters: Parameters<'_>| {
            let reply = self.call(name, parameters).unwrap_or_else(|error| panic!("{name}: {error}"));
            replies.push((name, reply.clone()));
            reply
        };
        call("ping", &[]);
        for name in ["currencies.list", "currencies.pairs", "currencies.rates", "rates.list", "accounts.list"] {
            call(name, &[]);
        }
        call("balances.list", &[("currencies", "BTC,USDTT,EUR")]);
        call("addresses.take", &[("foreign_id", "user-17"), ("currency", "USDTT")]);
        call("addresses.take", &[("foreign_id", "user-17"), ("currency", "XRP"), ("convert_to", "EUR")]);
        let payment = [("foreign_id", "user-17"), ("coin_name", "TON"), ("return_url", "https://shop.example/")];
        call("payments.create", &payment);
        let tron = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
        let withdrawal = [("address", tron), ("foreign_id", "payout-1"), ("amount", "25"), ("currency", "USDTT")];
        call("withdrawals.create", &withdrawal);
        let bitcoin = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
        let converting = [("address", bitcoin), ("foreign_id", "payout-2"), ("amount", "50"), ("currency", "USDTT")];
        call("withdrawals.create", &[&converting[..], &[("convert_to", "BTC")]].concat());
        let quote = [("from_coin", "BTC"), ("to_coin", "EUR"), ("request_amount", "0.1"), ("request_coin", "BTC")];
        let quote = call("exchange.createQuota", &quote);
        call("exchange.makeExchange", &[("quote_id", quote["quote_id"].as_str().unwrap())]);
        for spec in ALL {
            assert!(replies.iter().any(|(name, _)| *name == spec.name), "{} is not called", spec.name);
        }
        replies
    }

    /// Causes a callback of each type and final status, and returns them as the core reads them.
    pub fn read_every_callback(&self) -> Vec<(Callback, Value)> {
        let control = |path: &str, body: &Value| self.sandbox.control(path, body);
        for (currency, amount) in [("USDTT", "50"), ("XRP", "100")] {
            control("deposits", &json!({"foreign_id": "user-17", "currency": currency, "amount": amount}));
        }
        let deposits = control("deposits", &Value::Null);
        control(&format!("deposits/{}/confirm", deposits[0]["id"].as_str().unwrap()), &json!({}));
        control(&format!("deposits/{}/confirm", deposits[1]["id"].as_str().unwrap()), &json!({}));
        let lost = json!({"foreign_id": "user-17", "currency": "USDTT", "amount": "7"});
        let double_spend = control("deposits", &lost)["id"].as_str().unwrap().to_owned();
        control(&format!("deposits/{double_spend}/cancel"), &json!({}));
        let withdrawals = control("withdrawals", &Value::Null);
        control(&format!("withdrawals/{}/confirm", withdrawals[0]["id"].as_str().unwrap()), &json!({}));
        control(&format!("withdrawals/{}/confirm", withdrawals[1]["id"].as_str().unwrap()), &json!({}));
        let read = |(headers, body): &Delivery| {
            let callback = Callback::verify(&[Secret::new("secret")], body.as_bytes(), headers.clone()).unwrap();
            let canonical = callback::canonical(body.as_bytes()).unwrap();
            (callback, exact(canonical.root().as_str()))
        };
        self.sandbox.callbacks.borrow().iter().map(read).collect()
    }
}

/// Reads JSON with its numbers as text, so that they keep their digits.
fn exact(json: &str) -> Value {
    let raw = |value: &RawValue| exact(value.get());
    match json.trim_start().as_bytes()[0] {
        b'{' => {
            let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(json).unwrap();
            fields.iter().map(|(name, value)| (name.clone(), raw(value))).collect()
        }
        b'[' => serde_json::from_str::<Vec<Box<RawValue>>>(json).unwrap().iter().map(|item| raw(item)).collect(),
        b'-' | b'0'..=b'9' => json.trim().into(),
        _ => serde_json::from_str(json).unwrap(),
    }
}
