//! Bitcoin Cash's CashAddr, with or without its prefix.

use cashaddr::{CashEnc, HashType, Payload};

const PREFIXES: &[&str] = &["bitcoincash", "bchtest", "bchreg"];

/// Characters of a 20-byte hash with version and checksum. The decoder requires at least 8.
const CHARACTERS: usize = 42;

pub(super) fn encode(hash: &[u8; 20]) -> Option<String> {
    hash.as_slice().encode("bchtest", HashType::P2PKH).ok()
}

pub(super) fn is_valid(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    if has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) {
        return false;
    }
    let text = text.to_ascii_lowercase();
    let is = |prefixed: &str, payload: &str| payload.len() == CHARACTERS && prefixed.parse::<Payload>().is_ok();
    match text.split_once(':') {
        Some((prefix, payload)) => PREFIXES.contains(&prefix) && is(&text, payload),
        None => PREFIXES.iter().any(|prefix| is(&format!("{prefix}:{text}"), &text)),
    }
}
