//! TON's user-friendly addresses (TEP 2): flags, workchain, hash and CRC-16 in base64 (either alphabet).

use base64ct::{Base64, Base64Url, Encoding};
use crc::{CRC_16_XMODEM, Crc};

/// Flags of a bounceable address of the test network.
const BOUNCEABLE_TEST: u8 = 0x11 | 0x80;
/// Flags of a non-bounceable address of the test network.
const PLAIN_TEST: u8 = 0x51 | 0x80;

pub(super) fn encode(hash: &[u8; 32]) -> String {
    let mut bytes = vec![PLAIN_TEST, 0];
    bytes.extend(hash);
    bytes.extend(checksum(&bytes));
    Base64Url::encode_string(&bytes)
}

pub(super) fn is_valid(text: &str) -> bool {
    let Ok(bytes) = Base64Url::decode_vec(text).or_else(|_| Base64::decode_vec(text)) else {
        return false;
    };
    let Some((payload, check)) = bytes.split_last_chunk::<2>() else {
        return false;
    };
    payload.len() == 34
        && payload.first().is_some_and(|flags| matches!(flags | 0x80, BOUNCEABLE_TEST | PLAIN_TEST))
        && checksum(payload) == *check
}

fn checksum(payload: &[u8]) -> [u8; 2] {
    Crc::<u16>::new(&CRC_16_XMODEM).checksum(payload).to_be_bytes()
}
