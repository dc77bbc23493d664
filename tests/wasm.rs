//! The `fetch` transport in wasm on Node, against a real HTTP server: `wasm-pack test --node`.
//!
//! The gateway is an HTTP server in the test's process (`tests/wasm/server.js`). A browser cannot run one, so it runs
//! `tests/wasm_browser.rs` instead.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(all(target_family = "wasm", target_os = "unknown"))]

#[path = "wasm/transport.rs"]
mod transport;
#[path = "wasm/url.rs"]
mod url;

use std::{future::Future, time::Duration};

use citrn::{
    CallOptions, Client, Code, Error, Executed,
    endpoints::{Address, CreateWithdrawal, Ping, TakeAddress},
    fetch::Fetch,
};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use transport::{Replaced, client};

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

    /// Closes the server, and returns the received requests as JSON.
    fn close(self) -> String {
        let close = Reflect::get(&self.0, &"close".into()).unwrap().unchecked_into::<Function>();
        close.call0(&self.0).unwrap().as_string().unwrap()
    }
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
async fn an_answer_beyond_the_limit_is_cut_off_and_the_next_call_works() {
    let server = Server::start().await;
    let error = failed(server.client("is-endless").call(&take(), within(20_000))).await;
    assert_eq!((error.code(), error.executed()), (&Code::Network, Executed::Unknown));
    assert!(error.message().contains("larger than 1 MiB"), "{error}");
    server.client("works").call(&take(), CallOptions::default()).await.unwrap();
    server.close();
}

#[wasm_bindgen_test]
async fn a_slow_answer_within_the_deadline_is_read() {
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
    assert!(!server.close().contains("elsewhere"), "nothing was sent to the redirect's target");
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
async fn a_failure_is_retried_with_real_timers() {
    let server = Server::start().await;
    let client = server.client("fails-once");
    assert_eq!(client.call(&take(), CallOptions::default()).await.unwrap().address, "bc1q-second");
    server.close();
}

#[wasm_bindgen_test]
async fn the_error_of_a_refused_connection_gives_the_reason() {
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
async fn a_replaced_fetch_may_call_the_real_one() {
    let _replaced = Replaced::fetch("async (...args) => real(...args)");
    let server = Server::start().await;
    server.client("works").call(&take(), CallOptions::default()).await.unwrap();
    server.close();
}
