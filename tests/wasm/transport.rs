//! The `fetch` transport on Node and in a browser, with a replaced global `fetch` instead of a gateway.

use core::{future::Future, pin::pin, task::Poll, time::Duration};
use std::future::poll_fn;

use citrn::{
    BaseUrl, CallOptions, Client, Code, Config, Executed, Platform, RequestOptions, Secret, Signature, Signer,
    endpoints::{CreateWithdrawal, Ping, TakeAddress},
    fetch::Fetch,
};
use js_sys::{Function, JSON, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const SECRET: &str = "AbCdEfG123456";

pub fn client(base_url: &str) -> Client<Fetch> {
    let request = RequestOptions { base_url: BaseUrl::one(base_url).unwrap(), ..RequestOptions::default() };
    let signer = Signer::Secret(Secret::new(SECRET));
    let config = Config { api_key: Some("key".to_owned()), signer, request, ..Config::default() };
    Client::new(Fetch, config).unwrap()
}

/// Replaces a global function by the value of a JavaScript expression until it is dropped.
pub struct Replaced(&'static str, JsValue);

impl Replaced {
    pub fn fetch(source: &str) -> Self {
        Self::with("fetch", source)
    }

    /// In the expression, `real` is the replaced function, and `state` an object that [`state`] reads.
    fn with(name: &'static str, source: &str) -> Self {
        let before = Reflect::get(&js_sys::global(), &name.into()).unwrap();
        let replace =
            Function::new_with_args("real", &format!("const state = globalThis.state = {{}}; return ({source})"));
        Reflect::set(&js_sys::global(), &name.into(), &replace.call1(&JsValue::UNDEFINED, &before).unwrap()).unwrap();
        Self(name, before)
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        Reflect::set(&js_sys::global(), &self.0.into(), &self.1).unwrap();
    }
}

/// Returns the JSON of the object `state` of the latest expression.
fn state() -> String {
    let state = Reflect::get(&js_sys::global(), &"state".into()).unwrap();
    JSON::stringify(&state).unwrap().into()
}

#[wasm_bindgen_test]
async fn the_signed_request_and_a_streamed_reply_pass_through_a_real_fetch() {
    let _replaced = Replaced::fetch(
        r#"async (request) => {
            const { method, url, redirect, headers } = request;
            const body = await request.text();
            Object.assign(state, { method, url, redirect, body, headers: Object.fromEntries(headers) });
            const reply = '{"data":{"address":"bc1q","foreign_id":"123456"}}';
            return real(`data:application/json,${encodeURIComponent(reply)}`);
        }"#,
    );
    let call = TakeAddress::new("123456", "BTC");
    let reply = client("https://gateway.test").call(&call, CallOptions::default()).await.unwrap();
    assert_eq!((reply.address.as_str(), reply.foreign_id.as_deref()), ("bc1q", Some("123456")));
    let body = r#"{"foreign_id":"123456","currency":"BTC"}"#;
    let signature = Signature::sign(&Secret::new(SECRET), body.as_bytes()).to_hex();
    let sent: serde_json::Value = serde_json::from_str(&state()).unwrap();
    assert_eq!(
        sent,
        serde_json::json!({
            "method": "POST", "url": "https://gateway.test/addresses/take", "redirect": "manual", "body": body,
            "headers": { "content-type": "application/json", "x-process-key": "key", "x-process-signature": signature },
        })
    );
}

/// The wasm of tests has a name section, so stack traces show the Rust functions.
#[wasm_bindgen_test]
async fn gloo_net_makes_the_request_and_js_sys_reads_the_clock() {
    let _fetch = Replaced::fetch(r#"async () => new Response('{"message":"OK"}')"#);
    for (global, source, function) in [
        ("Request", "class extends real { constructor(...args) { super(...args); STACK } }", "gloo_net::http::request"),
        ("Date", "class extends real { static now() { STACK; return real.now() } }", "js_sys::Date::now"),
    ] {
        let stack = "state.stack = new Error().stack";
        let source = format!("(Error.stackTraceLimit = Infinity, {})", source.replace("STACK", stack));
        let _replaced = Replaced::with(global, &source);
        client("https://gateway.test").call(&Ping::new(), CallOptions::default()).await.unwrap();
        assert!(state().contains(function), "{}", state());
    }
}

#[wasm_bindgen_test]
async fn without_a_global_fetch_nothing_is_sent() {
    for missing in ["undefined", "null", "{}"] {
        let _replaced = Replaced::fetch(missing);
        let withdrawal = CreateWithdrawal::new("TXYZ", "payout-881", "1", "USDTT");
        let error = client("https://gateway.test").call(&withdrawal, CallOptions::default()).await.unwrap_err();
        assert_eq!((error.code(), error.field()), (&Code::InvalidConfiguration, Some("fetch")), "{missing}");
        assert_eq!((error.executed(), error.retryable()), (Executed::No, false), "{missing}");
    }
}

#[wasm_bindgen_test]
async fn a_faulty_replaced_fetch_never_panics_and_leaves_the_outcome_unknown() {
    for (source, reason) in [
        ("() => { throw new Error('boom') }", "boom"),
        ("async () => { throw undefined }", "no reason"),
        ("() => undefined", ""),
        ("async () => undefined", "did not return a Response"),
        ("async () => ({ status: 200, headers: new Headers(), body: null })", "did not return a Response"),
        ("async () => new (class Response { status = 200 })()", "did not return a Response"),
        ("async () => { const used = new Response('{}'); await used.text(); return used }", "already read"),
        ("async () => { const locked = new Response('{}'); locked.body.getReader(); return locked }", "read elsewhere"),
        (
            "async () => new Response(new ReadableStream({ start: (c) => c.enqueue('text') }))",
            "does not consist of bytes",
        ),
        ("async () => new Response(new ReadableStream({ start: (c) => c.error(new Error('broke')) }))", "broke"),
        ("async () => new Response('{}', { headers: { 'Content-Length': '1048577' } })", "larger than 1 MiB"),
    ] {
        let _replaced = Replaced::fetch(source);
        let withdrawal = CreateWithdrawal::new("TXYZ", "payout-881", "1", "USDTT");
        let error = client("https://gateway.test").call(&withdrawal, CallOptions::default()).await.unwrap_err();
        assert_eq!((error.code(), error.executed()), (&Code::Network, Executed::Unknown), "{source}: {error}");
        assert!(error.message().contains(reason) && !error.retryable(), "{source}: {error}");
    }
}

#[wasm_bindgen_test]
async fn a_call_that_times_out_aborts_its_request() {
    let _replaced = Replaced::fetch(
        "({ signal }) => new Promise(() => signal.addEventListener('abort', () => (state.aborted = true)))",
    );
    let options = CallOptions { timeout: Some(Duration::from_millis(20)), ..CallOptions::default() };
    let error = client("https://gateway.test").call(&Ping::new(), options).await.unwrap_err();
    assert_eq!((error.code(), state().as_str()), (&Code::Timeout, r#"{"aborted":true}"#));
}

#[wasm_bindgen_test]
async fn a_request_is_not_aborted_after_its_reply_was_read() {
    let _replaced = Replaced::fetch(
        r#"async ({ signal }) => {
            signal.addEventListener("abort", () => (state.aborted = true));
            return new Response('{"message":"OK"}');
        }"#,
    );
    client("https://gateway.test").call(&Ping::new(), CallOptions::default()).await.unwrap();
    assert_eq!(state(), "{}");
}

#[wasm_bindgen_test]
async fn a_dropped_timer_is_cleared() {
    let _replaced =
        Replaced::with("clearTimeout", "(timer) => { state.cleared = (state.cleared ?? 0) + 1; real(timer); }");
    {
        let mut timer = pin!(Fetch.sleep(Duration::from_secs(3600)));
        let polled = poll_fn(|context| Poll::Ready(timer.as_mut().poll(context))).await;
        assert!(polled.is_pending());
        assert_eq!(state(), "{}");
    }
    assert_eq!(state(), r#"{"cleared":1}"#);
}

#[wasm_bindgen_test]
async fn the_longest_delay_does_not_fire_immediately() {
    let mut timer = pin!(Fetch.sleep(Duration::MAX));
    let mut other = pin!(Fetch.sleep(Duration::from_millis(20)));
    poll_fn(|context| {
        assert!(timer.as_mut().poll(context).is_pending());
        other.as_mut().poll(context)
    })
    .await;
}
