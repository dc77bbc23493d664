//! Segregated-witness addresses (BIP 173, BIP 350).

use bech32::{Hrp, segwit};

pub(super) fn encode(prefix: &str, hash: &[u8; 20]) -> Option<String> {
    segwit::encode_v0(Hrp::parse(prefix).ok()?, hash).ok()
}

pub(super) fn is_valid(text: &str, prefixes: &[&str]) -> bool {
    segwit::decode(text).is_ok_and(|(prefix, _, _)| prefixes.contains(&prefix.to_lowercase().as_str()))
}
