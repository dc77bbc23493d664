//! Base58Check: a version byte, a 20-byte hash, and the first four bytes of a double SHA-256.

pub(super) use bs58::Alphabet;
use sha2::{Digest, Sha256};

pub(super) fn encode(alphabet: &Alphabet, version: u8, hash: &[u8; 20]) -> String {
    let mut bytes = vec![version];
    bytes.extend(hash);
    bytes.extend(checksum(&bytes));
    bs58::encode(bytes).with_alphabet(alphabet).into_string()
}

pub(super) fn is_valid(alphabet: &Alphabet, versions: &[u8], text: &str) -> bool {
    let Ok(bytes) = bs58::decode(text).with_alphabet(alphabet).into_vec() else {
        return false;
    };
    let Some((payload, check)) = bytes.split_last_chunk::<4>() else {
        return false;
    };
    payload.len() == 21
        && payload.first().is_some_and(|version| versions.contains(version))
        && checksum(payload) == *check
}

fn checksum(payload: &[u8]) -> [u8; 4] {
    let digest: [u8; 32] = Sha256::digest(Sha256::digest(payload)).into();
    let [first, second, third, fourth, ..] = digest;
    [first, second, third, fourth]
}
