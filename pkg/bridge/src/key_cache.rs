//! A cache of recently used keys, each with its two SHA-512 blocks already hashed.

use std::cell::RefCell;

use citrn::Secret;
use wasm_bindgen::prelude::wasm_bindgen;

/// The capacity. A new key replaces the oldest one, which is wiped.
const SIZE: usize = 16;

#[derive(Default)]
struct KeyCache {
    /// The ids and keys, the oldest first.
    keys: Vec<(u32, Secret)>,
    last_id: u32,
}

thread_local! {
    static CACHE: RefCell<KeyCache> = RefCell::default();
}

/// Stores a key for [`sign`](crate::sign) and [`is_signed`](crate::is_signed), and returns its id, which is never 0.
/// The cache is bounded, so a key may be gone later.
#[wasm_bindgen]
pub fn cache_key(secret: String) -> u32 {
    CACHE.with_borrow_mut(|cache| {
        if let Some((id, _)) = cache.keys.iter().find(|(_, key)| key.is(&secret)) {
            return *id;
        }
        if cache.keys.len() == SIZE {
            cache.keys.remove(0);
        }
        cache.last_id = cache.last_id.wrapping_add(1).max(1);
        cache.keys.push((cache.last_id, Secret::new(secret)));
        cache.last_id
    })
}

/// Calls a function with a key. `None` if it is not in the cache.
pub(crate) fn with<T>(id: u32, use_key: impl FnOnce(&Secret) -> Option<T>) -> Option<T> {
    CACHE.with_borrow(|cache| {
        let (_, key) = cache.keys.iter().find(|(known, _)| *known == id)?;
        use_key(key)
    })
}
