//! The fetch transport and the exports of the npm package, in wasm: `wasm-pack test --node`.
//!
//! The gateway is a real HTTP server in the test's own process (`tests/wasm/server.js`).
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(all(target_family = "wasm", target_os = "unknown"))]

use std::{future::Future, time::Duration};

use citrn::{
    BaseUrl, CallOptions, Client, Code, Config, Error, Executed, RequestOptions, Secret, Signer,
    endpoints::{Address, CreateWithdrawal, Ping, TakeAddress},
    fetch::Fetch,
    js,
    url::Url,
};
use js_sys::{Function, JSON, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

const SECRET: &str = "AbCdEfG123456";

struct Server(JsValue);

impl Server {
    async fn start() -> Self {
        let promise = Function::new_no_args(include_str!("wasm/server.js")).call0(&JsValue::UNDEFINED).unwrap();
        Self(JsFuture::from(promise.unchecked_into::<Promise>()).await.unwrap())
    }

    fn url(&self, prefix: &str) -> String {
        format!("{}/{prefix}", Reflect::get(&self.0, &"url".into()).unwrap().as_string().unwrap())
    }

    fn client(&self, prefix: &str) -> Client<Fetch> {
        client(&self.url(prefix))
    }

    /// Closes the server; what arrived, as JSON.
    fn close(self) -> String {
        let close = Reflect::get(&self.0, &"close".into()).unwrap().unchecked_into::<Function>();
        close.call0(&self.0).unwrap().as_string().unwrap()
    }
}

fn client(base_url: &str) -> Client<Fetch> {
    let request = RequestOptions { base_url: BaseUrl::one(base_url).unwrap(), ..RequestOptions::default() };
    let signer = Signer::Secret(Secret::new(SECRET));
    let config = Config { api_key: Some("key".to_owned()), signer, request, ..Config::default() };
    Client::new(Fetch, config).unwrap()
}

fn within(milliseconds: u64) -> CallOptions<'static> {
    CallOptions { timeout: Some(Duration::from_millis(milliseconds)), ..CallOptions::default() }
}

fn take() -> TakeAddress {
    TakeAddress::new("user-17", "BTC")
}

async fn failed(future: impl Future<Output = Result<citrn::Reply<Address>, Error>>) -> Error {
    match future.await {
        Ok(reply) => panic!("{reply:?}"),
        Err(error) => error,
    }
}

#[wasm_bindgen_test]
async fn a_signed_call_goes_through_gloo_net_to_a_real_server() {
    let server = Server::start().await;
    let client = server.client("works");
    let reply = client.call(&take(), CallOptions::default()).await.unwrap();
    assert_eq!((reply.address.as_str(), reply.foreign_id.as_deref()), ("bc1q", Some("user-17")));
    assert_eq!(client.call(&Ping::new(), CallOptions::default()).await.unwrap().message, "OK");
    assert_eq!(
        server.close(),
        r#"[{"path":"/works/addresses/take","method":"POST","signed":true},{"path":"/works/ping","method":"GET","signed":false}]"#
    );
}

#[wasm_bindgen_test]
async fn the_deadline_covers_a_body_that_stalls_after_the_headers() {
    let server = Server::start().await;
    let client = server.client("stalls-after-headers");
    let error = failed(client.call(&take(), within(120))).await;
    assert_eq!((error.code(), error.executed()), (&Code::Timeout, Executed::Unknown));
    server.close();
}

#[wasm_bindgen_test]
async fn a_connection_cut_in_the_body_is_a_network_error() {
    let server = Server::start().await;
    let client = server.client("severs-in-body");
    let options = CallOptions { max_retries: Some(0), ..CallOptions::default() };
    let error = failed(client.call(&take(), options)).await;
    assert_eq!((error.code(), error.executed(), error.retryable()), (&Code::Network, Executed::Unknown, true));
    let withdrawal = CreateWithdrawal::new("TXYZ", "payout-881", "1", "USDTT");
    let error = client.call(&withdrawal, CallOptions::default()).await.unwrap_err();
    assert_eq!((error.code(), error.retryable()), (&Code::Network, false));
    assert_eq!(error.reference().unwrap().value, "payout-881");
    assert_eq!(server.close().matches("withdrawal").count(), 1, "sent once");
}

#[wasm_bindgen_test]
async fn a_slow_answer_within_the_deadline_is_an_answer() {
    let server = Server::start().await;
    let client = server.client("slow");
    assert_eq!(client.call(&take(), within(5000)).await.unwrap().address, "bc1q-slow");
    let error = failed(client.call(&take(), within(40))).await;
    assert_eq!(error.code(), &Code::Timeout);
    server.close();
}

#[wasm_bindgen_test]
async fn a_redirect_is_not_followed() {
    let server = Server::start().await;
    let client = server.client("redirects");
    let error = failed(client.call(&take(), CallOptions::default())).await;
    assert_eq!((error.code(), error.http_status()), (&Code::UnexpectedRedirect, Some(307)));
    assert!(!server.close().contains("elsewhere"), "nothing went to the other place");
}

#[wasm_bindgen_test]
async fn a_retry_after_beyond_the_deadline_ends_the_call() {
    let server = Server::start().await;
    let client = server.client("limits");
    let error = failed(client.call(&take(), CallOptions::default())).await;
    assert_eq!((error.code(), error.retry_after()), (&Code::RateLimited, Some(Duration::from_secs(600))));
    server.close();
}

#[wasm_bindgen_test]
async fn a_failure_is_repeated_with_real_timers() {
    let server = Server::start().await;
    let client = server.client("fails-once");
    assert_eq!(client.call(&take(), CallOptions::default()).await.unwrap().address, "bc1q-second");
    server.close();
}

#[wasm_bindgen_test]
async fn a_refused_connection_says_why() {
    let server = Server::start().await;
    let url = server.url("works");
    server.close();
    let client = client(&url);
    let options = CallOptions { max_retries: Some(0), ..CallOptions::default() };
    let error = failed(client.call(&take(), options)).await;
    assert_eq!(error.code(), &Code::Network);
    assert!(error.message().contains("ECONNREFUSED"), "{error}");
}

#[wasm_bindgen_test]
fn urls_are_read_by_the_platform() {
    let url = Url::parse("HTTPS://Shop.Example:443/a b").unwrap();
    assert_eq!((url.href.as_str(), url.origin.as_str()), ("https://shop.example/a%20b", "https://shop.example"));
    assert!(Url::parse("https://u:p@shop.example").unwrap().has_credentials);
    assert!(Url::parse("http://[::1]:8788/").unwrap().is_loopback());
    assert_eq!(Url::parse("/thanks"), None);
}

/// What an export gave, as JSON.
fn json(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().as_string().unwrap()
}

fn object(source: &str) -> JsValue {
    Function::new_no_args(&format!("return ({source})")).call0(&JsValue::UNDEFINED).unwrap()
}

#[wasm_bindgen_test]
async fn the_exports_take_a_fetch_that_answers_with_anything_like_a_response() {
    let settings = object(
        r#"{ apiKey: "key", secret: "AbCdEfG123456", baseUrl: "http://gateway.test", fetch: async (url, init) => ({
            status: 200,
            headers: new Map(),
            arrayBuffer: async () => new TextEncoder().encode(JSON.stringify({ data: {
                address: url, tag: 7, method: init.method, body: new TextDecoder().decode(init.body), rate: 1.5,
            } })).buffer,
        }) }"#,
    );
    let parameters = object(r#"{ currency: "BTC", foreign_id: "user-17", convert_to: undefined }"#);
    let outcome = js::call("addresses.take".to_owned(), parameters, settings, JsValue::UNDEFINED).await;
    let value = Reflect::get(&outcome, &"value".into()).unwrap();
    assert_eq!(
        json(&value),
        r#"{"address":"http://gateway.test/addresses/take","id":null,"currency":null,"memo":"7","foreign_id":null,"convert_to":null,"tag":7,"method":"POST","body":"{\"foreign_id\":\"user-17\",\"currency\":\"BTC\"}","rate":1.5}"#
    );
    assert_eq!(Reflect::get(&outcome, &"httpStatus".into()).unwrap(), 200);
}

#[wasm_bindgen_test]
async fn the_exports_say_what_is_wrong_with_parameters() {
    let outcome = async |parameters: &str| {
        let settings = object(r#"{ apiKey: "key", secret: "s", fetch: () => { throw new Error("sent") } }"#);
        let parameters = object(parameters);
        json(&js::call("withdrawals.create".to_owned(), parameters, settings, JsValue::UNDEFINED).await)
    };
    let good = r#"address: "T", foreign_id: "p", currency: "BTC""#;
    let number = outcome(&format!("{{ {good}, amount: 0.1 }}")).await;
    assert!(number.contains(r#""code":"invalid_parameter""#) && number.contains(r#""field":"amount""#), "{number}");
    assert!(number.contains("not a number"), "{number}");
    for (bad, field) in [
        ("null", "address"),
        ("[]", "parameters"),
        ("7", "parameters"),
        (&format!("{{ {good} }}"), "amount"),
        (&format!("{{ {good}, amount: \"1\", amout: \"1\" }}"), "amout"),
        (&format!("{{ {good}, amount: 1n }}"), "amount"),
        (&format!("{{ {good}, amount: {{}} }}"), "amount"),
        (&format!("{{ {good}, amount: [\"1\"], key: \"s\" }}"), "key"),
    ] {
        let said = outcome(bad).await;
        assert!(
            said.contains(&format!(r#""field":"{field}""#)) && said.contains(r#""executed":"no""#),
            "{bad}: {said}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_failing_fetch_of_the_caller_becomes_the_cause() {
    let settings = object(
        r#"{ apiKey: "key", secret: "s", fetch: async () => { throw new TypeError("boom", { cause: { code: "EPIPE" } }) } }"#,
    );
    let parameters = object(r#"{ coin_name: "BTC", foreign_id: "user-17", return_url: "https://shop.example" }"#);
    let outcome = js::call("payments.create".to_owned(), parameters, settings, JsValue::UNDEFINED).await;
    let said = json(&outcome);
    assert!(said.contains("network_error") && said.contains("boom (EPIPE)") && said.contains("user-17"), "{said}");
    let cause = Reflect::get(&outcome, &"cause".into()).unwrap();
    assert!(cause.is_instance_of::<js_sys::TypeError>());
}

#[wasm_bindgen_test]
async fn a_signal_aborts_and_a_signer_signs() {
    let settings = object(
        r#"{ apiKey: "key", signer: async (bytes) => "ab".repeat(64), fetch: (url, init) => new Promise((_, reject) => {
            if (init.headers["X-Process-Signature"] !== "ab".repeat(64)) reject(new Error("not signed"));
            init.signal.addEventListener("abort", () => reject(init.signal.reason));
        }) }"#,
    );
    let options = object(
        "(() => { const c = new AbortController(); setTimeout(() => c.abort(), 20); return { signal: c.signal }; })()",
    );
    let parameters = object(r#"{ currency: "BTC", foreign_id: "user-17" }"#);
    let said = json(&js::call("addresses.take".to_owned(), parameters, settings, options).await);
    assert!(said.contains(r#""code":"aborted""#) && said.contains(r#""executed":"unknown""#), "{said}");
}

#[wasm_bindgen_test]
fn settings_are_checked_at_once() {
    assert!(js::check(object(r#"{ apiKey: "key", secret: "s" }"#)).is_undefined());
    assert!(
        js::check(object(
            r#"{ apiKey: "key", secret: "s", baseUrl: { io: "https://a.example", com: "https://b.example" } }"#
        ))
        .is_undefined()
    );
    for (settings, field) in [
        (r#"{ apiKey: "" }"#, "api_key"),
        (r#"{ secret: "" }"#, "secret"),
        (r#"{ baseUrl: "nowhere" }"#, "base_url"),
        ("{ timeoutMs: 0 }", "timeoutMs"),
        ("{ timeoutMs: NaN }", "timeoutMs"),
        ("{ maxRetries: 1.5 }", "maxRetries"),
        ("{ maxRetries: -1 }", "maxRetries"),
        ("{ apiKey: 7 }", "apiKey"),
        ("{ baseUrl: { io: 'https://a.example' } }", "baseUrl"),
        ("{ signer: 7 }", "signer"),
        ("{ fetch: {} }", "fetch"),
    ] {
        let said = json(&js::check(object(settings)));
        assert!(
            said.contains("invalid_configuration") && said.contains(&format!(r#""field":"{field}""#)),
            "{settings}: {said}"
        );
    }
}

#[wasm_bindgen_test]
fn callbacks_are_verified_under_several_secrets() {
    let body = br#"{"id":7,"type":"deposit","status":"confirmed","crypto_address":{"foreign_id":"user-17"},"currency_received":{"currency":"BTC","amount":1.10}}"#;
    let signature = js::sign("old".to_owned(), body);
    assert!(js::verify("old".to_owned(), body, &signature));
    assert!(!js::verify("new".to_owned(), body, &signature));
    let verified = js::verify_callback(vec!["new".to_owned(), "old".to_owned()], body, Some(signature));
    let said = json(&verified);
    assert!(
        said.contains(
            r#"{"isFinal":true,"isDeposit":true,"customerId":"user-17","credit":{"currency":"BTC","amount":"1.10"}}"#
        ),
        "{said}"
    );
    let refused = json(&js::verify_callback(vec!["new".to_owned()], body, None));
    assert!(refused.contains(r#""code":"invalid_signature""#), "{refused}");
}
