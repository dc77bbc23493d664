//! The buffer in which bodies are signed and verified. JavaScript writes a body into it without a copy. One buffer
//! serves all callers, since signing is synchronous.

use std::cell::RefCell;

use citrn::Signature;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::key_cache;

/// Bytes before the body: the hex digits of its signature.
const SIGNATURE: usize = 128;

/// The size of the buffer unless a body is larger. The next [`reserve`] frees a larger buffer.
const SIZE: usize = 65_536;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for a signature of 128 hex digits, followed by a body of this size. Returns the buffer's address in wasm
/// memory, which is valid until the next call.
#[wasm_bindgen]
pub fn reserve(bytes: usize) -> *mut u8 {
    BUFFER.with_borrow_mut(|buffer| {
        let needed = SIZE.max(SIGNATURE.saturating_add(bytes));
        if buffer.len() != needed {
            *buffer = vec![0; needed];
        }
        buffer.as_mut_ptr()
    })
}

/// Signs the body in the signing buffer, and writes the 128 lower-case hex digits before it. `false` if the key is
/// gone.
#[wasm_bindgen]
pub fn sign(key: u32, length: usize) -> bool {
    let signed = key_cache::with(key, |key| {
        BUFFER.with_borrow_mut(|buffer| {
            let (hex, body) = buffer.split_first_chunk_mut::<SIGNATURE>()?;
            *hex = Signature::sign(key, body.get(..length)?).hex();
            Some(())
        })
    });
    signed.is_some()
}

/// Whether the 128 hex digits before the body in the signing buffer are its signature. `undefined` if the key is gone.
#[wasm_bindgen]
pub fn is_signed(key: u32, length: usize) -> Option<bool> {
    key_cache::with(key, |key| {
        BUFFER.with_borrow(|buffer| {
            let (hex, body) = buffer.split_first_chunk::<SIGNATURE>()?;
            let signature = core::str::from_utf8(hex).ok().and_then(Signature::from_hex);
            Some(signature.is_some_and(|signature| body.get(..length).is_some_and(|body| signature.verify(key, body))))
        })
    })
}

/// Reads the body.
pub(crate) fn with_body<T>(length: usize, read: impl FnOnce(&[u8]) -> T) -> T {
    BUFFER.with_borrow(|buffer| {
        let body = buffer.get(SIGNATURE..).and_then(|bodies| bodies.get(..length));
        read(body.unwrap_or_default())
    })
}
