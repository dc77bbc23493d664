//! The buffer that bodies are signed and checked in. JavaScript writes a body straight into it, without a copy; one buffer
//! serves all callers, since signing never waits.

use std::cell::RefCell;

use citrn::{Secret, Signature};

/// Bytes before the body: the hex digits of its signature.
const SIGNATURE: usize = 128;

/// Bytes that stay allocated; a larger buffer is freed by the next [`reserve`].
const SIZE: usize = 65_536;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for a signature and a body of so many bytes, and returns its address.
pub(crate) fn reserve(bytes: usize) -> *mut u8 {
    BUFFER.with_borrow_mut(|buffer| {
        let needed = SIZE.max(SIGNATURE.saturating_add(bytes));
        if buffer.len() != needed {
            *buffer = vec![0; needed];
        }
        buffer.as_mut_ptr()
    })
}

/// Writes the signature of the body before it.
pub(crate) fn sign(key: &Secret, length: usize) -> Option<()> {
    BUFFER.with_borrow_mut(|buffer| {
        let (hex, body) = buffer.split_first_chunk_mut::<SIGNATURE>()?;
        *hex = Signature::sign(key, body.get(..length)?).hex();
        Some(())
    })
}

/// Whether the hex digits before the body are its signature.
pub(crate) fn is_signed(key: &Secret, length: usize) -> Option<bool> {
    BUFFER.with_borrow(|buffer| {
        let (hex, body) = buffer.split_first_chunk::<SIGNATURE>()?;
        let signature = core::str::from_utf8(hex).ok().and_then(Signature::from_hex);
        Some(signature.is_some_and(|signature| body.get(..length).is_some_and(|body| signature.verify(key, body))))
    })
}

/// Reads the body.
pub(crate) fn with_body<T>(length: usize, read: impl FnOnce(&[u8]) -> T) -> T {
    BUFFER.with_borrow(|buffer| {
        let body = buffer.get(SIGNATURE..).and_then(|bodies| bodies.get(..length));
        read(body.unwrap_or_default())
    })
}
