//! The `fetch` transport in a browser: `wasm-pack test --headless --chrome`.
//!
//! `wasm-pack test --node` runs `tests/wasm.rs` instead.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(all(target_family = "wasm", target_os = "unknown"))]

#[path = "signature.rs"]
mod signature;
#[path = "wasm/transport.rs"]
mod transport;
#[path = "wasm/url.rs"]
mod url;

use citrn::{CallOptions, Code, Executed, endpoints::Ping};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use transport::client;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_namespace = location, js_name = origin)]
    static ORIGIN: String;
}

#[wasm_bindgen_test]
async fn a_call_goes_through_gloo_net_to_the_server_of_the_page() {
    let nowhere = format!("{}/nothing-is-here", ORIGIN.with(Clone::clone));
    let error = client(&nowhere).call(&Ping::new(), CallOptions::default()).await.unwrap_err();
    assert_eq!((error.http_status(), error.executed()), (Some(404), Executed::No), "{error}");
}

#[wasm_bindgen_test]
async fn a_refused_connection_is_a_network_error() {
    // Browsers never connect to port 1.
    let options = CallOptions { max_retries: Some(0), ..CallOptions::default() };
    let error = client("http://127.0.0.1:1/api").call(&Ping::new(), options).await.unwrap_err();
    assert_eq!((error.code(), error.executed(), error.retryable()), (&Code::Network, Executed::No, true), "{error}");
}
