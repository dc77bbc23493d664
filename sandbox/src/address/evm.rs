//! Ethereum addresses, whose checksum is the case of the letters (EIP-55).

use citrn::hex;
use sha3::{Digest, Keccak256};

pub(super) fn encode(hash: &[u8; 20]) -> String {
    format!("0x{}", with_checksum(&hex::encode(hash)))
}

pub(super) fn is_valid(text: &str) -> bool {
    let Some(digits) = text.strip_prefix("0x") else {
        return false;
    };
    if digits.len() != 40 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return false;
    }
    let one_case = |test: fn(&u8) -> bool| !digits.as_bytes().iter().any(test);
    // An address in a single case has no checksum (EIP-55).
    one_case(u8::is_ascii_lowercase)
        || one_case(u8::is_ascii_uppercase)
        || with_checksum(&digits.to_ascii_lowercase()) == digits
}

/// Makes each letter upper case if the corresponding digit of the hash is 8 or more.
fn with_checksum(lower_case: &str) -> String {
    let digest = Keccak256::digest(lower_case.as_bytes());
    let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    lower_case
        .chars()
        .zip(nibbles)
        .map(|(digit, nibble)| if nibble >= 8 { digit.to_ascii_uppercase() } else { digit })
        .collect()
}
