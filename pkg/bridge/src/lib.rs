//! The wasm exports of the npm package.
//!
//! All arguments and results are plain values. Users of the package free nothing: its TypeScript frees each `Call` when
//! it is done. Settings are passed with every call, and only the latest are cached.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]
#![forbid(unsafe_code)]

mod call;
mod callback;
mod failure;
mod input;
mod key_cache;
mod signing_buffer;

pub use call::Call;
pub use callback::{authenticate, read_callback};
pub use key_cache::cache_key;
pub use signing_buffer::{is_signed, reserve, sign};

use citrn::{check_parameter_name, endpoints};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use failure::JsResult;

/// Checks the settings of a client. Returns a failure or `undefined`.
#[wasm_bindgen]
pub fn check_settings(settings: &JsValue) -> JsResult {
    Ok(failure::or_undefined(input::read_settings(settings).and_then(|config| config.check())))
}

/// Checks the name of a parameter. Returns the failure of an unknown one or `undefined`.
#[wasm_bindgen]
pub fn check_name(endpoint: &str, name: &str) -> JsResult {
    let checked = endpoints::by_name(endpoint).map_or(Ok(()), |spec| check_parameter_name(spec, name));
    Ok(failure::or_undefined(checked))
}
