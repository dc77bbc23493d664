//! The wasm exports of the npm package.
//!
//! Everything crosses as plain values, and nothing has to be freed by users of the package: its TypeScript frees each
//! `Call` when it is done. Settings cross with every call, and only the latest are kept.

#![cfg(all(target_family = "wasm", target_os = "unknown"))]
#![forbid(unsafe_code)]

mod call;
mod callback;
mod failure;
mod input;
mod key_cache;
mod signing_buffer;

pub use call::Call;
pub use input::{Options, Settings};

use citrn::{check_parameter_name, endpoints};
use wasm_bindgen::prelude::wasm_bindgen;

use failure::Returned;

/// Makes room for a signature of 128 hex digits and a body of so many bytes behind it. Returns its address in wasm's
/// memory, which holds until the next call.
#[wasm_bindgen]
pub fn reserve(bytes: usize) -> *mut u8 {
    signing_buffer::reserve(bytes)
}

/// Stores a key for [`sign`] and [`is_signed`], and returns its id. The cache is bounded, so a key may be gone later.
#[wasm_bindgen]
pub fn cache_key(secret: String) -> u32 {
    key_cache::add(secret)
}

/// Signs the body in the signing buffer, and writes the 128 lower-case hex digits before it. `false` if the key is gone.
#[wasm_bindgen]
pub fn sign(key: u32, length: usize) -> bool {
    key_cache::with(key, |key| signing_buffer::sign(key, length)).is_some()
}

/// Whether the 128 hex digits before the body in the signing buffer are its signature. `undefined` if the key is gone.
#[wasm_bindgen]
pub fn is_signed(key: u32, length: usize) -> Option<bool> {
    key_cache::with(key, |key| signing_buffer::is_signed(key, length))
}

/// Checks the signature of the callback in the signing buffer under several secrets. Returns a failure or `undefined`.
#[wasm_bindgen]
pub fn authenticate(secrets: Vec<String>, length: usize, signature: Option<String>) -> Returned {
    Ok(failure::or_undefined(callback::authenticate(secrets, length, signature.as_deref())))
}

/// Reads the callback in the signing buffer. Returns a list: the JSON text of the callback with the answers about it, and the
/// failure of its credit or `undefined`; or a failure.
#[wasm_bindgen]
pub fn read_callback(length: usize) -> Returned {
    Ok(callback::read(length).unwrap_or_else(|error| failure::to_js(&error)))
}

/// Checks the settings of a client. Returns a failure or `undefined`.
#[wasm_bindgen]
pub fn check_settings(settings: &Settings) -> Returned {
    Ok(failure::or_undefined(input::read_settings(settings).and_then(|config| config.check())))
}

/// Checks the name of a parameter. Returns the failure of an unknown one or `undefined`.
#[wasm_bindgen]
pub fn check_name(endpoint: &str, name: &str) -> Returned {
    let checked = endpoints::by_name(endpoint).map_or(Ok(()), |spec| check_parameter_name(spec, name));
    Ok(failure::or_undefined(checked))
}
