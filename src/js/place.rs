//! Where JavaScript writes a body that is to be signed or checked, and the keys to do it with.
//!
//! Both outlive a call: a body is then written once, straight from a JavaScript string into wasm's memory, and a key's two
//! blocks of SHA-512 are hashed once. Nobody has to free either: the place is one for all, and keys have a bound.

use std::cell::RefCell;

use crate::{Secret, Signature};

/// Bytes in front of the body: the hex digits of its signature.
pub(super) const SIGNATURE: usize = 128;

/// Bytes that are kept between calls; what a longer body took is given back by the next one.
const KEPT: usize = 65_536;

/// Most keys that are kept. Of more than these the one that was added first goes, and is wiped.
const KEYS: usize = 16;

#[derive(Default)]
struct Keys {
    /// Each under its number, the one that was added first in front.
    kept: Vec<(u32, Secret)>,
    last: u32,
}

thread_local! {
    static PLACE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static KEPT_KEYS: RefCell<Keys> = RefCell::default();
}

/// Bytes of a body that there is always room for, once room was made.
pub(super) const ROOM: usize = KEPT - SIGNATURE;

/// Makes room for a signature and so many bytes behind it; gives where.
pub(super) fn reserve(bytes: usize) -> *mut u8 {
    PLACE.with_borrow_mut(|place| {
        let needed = SIGNATURE.saturating_add(bytes);
        if place.len() < needed || place.len() > KEPT.max(needed) {
            *place = vec![0; KEPT.max(needed)];
        }
        place.as_mut_ptr()
    })
}

/// Keeps a key; gives the number that it goes by, which is never 0.
pub(super) fn keep(secret: String) -> u32 {
    KEPT_KEYS.with_borrow_mut(|keys| {
        if let Some((number, _)) = keys.kept.iter().find(|(_, kept)| kept.is(&secret)) {
            return *number;
        }
        if keys.kept.len() == KEYS {
            keys.kept.remove(0);
        }
        keys.last = keys.last.wrapping_add(1).max(1);
        keys.kept.push((keys.last, Secret::new(secret)));
        keys.last
    })
}

/// Writes the signature of the body in front of it. `None` when the key is not kept any more.
pub(super) fn sign(number: u32, length: usize) -> Option<()> {
    with_key(number, |key| {
        PLACE.with_borrow_mut(|place| {
            let (hex, body) = place.split_first_chunk_mut::<SIGNATURE>()?;
            *hex = Signature::sign(key, body.get(..length)?).hex();
            Some(())
        })
    })
}

/// Whether what stands in front of the body is its signature. `None` when the key is not kept any more.
pub(super) fn is_signed(number: u32, length: usize) -> Option<bool> {
    with_key(number, |key| {
        PLACE.with_borrow(|place| {
            let (hex, body) = place.split_first_chunk::<SIGNATURE>()?;
            let signature = core::str::from_utf8(hex).ok().and_then(Signature::from_hex);
            Some(signature.is_some_and(|signature| body.get(..length).is_some_and(|body| signature.verify(key, body))))
        })
    })
}

/// Reads the body.
pub(super) fn with_body<T>(length: usize, read: impl FnOnce(&[u8]) -> T) -> T {
    PLACE.with_borrow(|place| {
        let body = place.get(SIGNATURE..).and_then(|bodies| bodies.get(..length));
        read(body.unwrap_or_default())
    })
}

fn with_key<T>(number: u32, work: impl FnOnce(&Secret) -> Option<T>) -> Option<T> {
    KEPT_KEYS.with_borrow(|keys| {
        let (_, key) = keys.kept.iter().find(|(kept, _)| *kept == number)?;
        work(key)
    })
}
