//! Cardano's Shelley addresses (CIP 19): bech32 of a header byte and one or two 28-byte hashes.

use bech32::{Bech32, Hrp};

/// Header of a test-network address with one payment key.
const TEST_ENTERPRISE: u8 = 0x60;

pub(super) fn encode(bytes: &[u8; 32]) -> Option<String> {
    let (hash, _) = bytes.split_first_chunk::<28>()?;
    let mut payload = vec![TEST_ENTERPRISE];
    payload.extend(hash);
    bech32::encode::<Bech32>(Hrp::parse("addr_test").ok()?, &payload).ok()
}

pub(super) fn is_valid(text: &str) -> bool {
    let Ok(checked) = bech32::primitives::decode::CheckedHrpstring::new::<Bech32>(text) else {
        return false;
    };
    let payload: Vec<u8> = checked.byte_iter().collect();
    let Some(header) = payload.first() else {
        return false;
    };
    let (kind, network) = (header >> 4, header & 15);
    let length = match kind {
        0..=3 => 57,
        6 | 7 => 29,
        _ => return false,
    };
    payload.len() == length
        && matches!((checked.hrp().to_lowercase().as_str(), network), ("addr", 1) | ("addr_test", 0))
}
