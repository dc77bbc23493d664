//! The two tokens of a link. Both have the form `{kid}.{base64url}` and contain no data of the payer.
//!
//! | token | bytes | opens |
//! | --- | --- | --- |
//! | link token | 16 random bytes (the nonce), 32 bytes of HMAC-SHA256 | all pages |
//! | status token | SHA-256 of the nonce (the link's key), 31 bytes of HMAC-SHA256 | the status page |
//!
//! The gateway receives the status token in the `return_url`. The key that signed the link also signs its status token,
//! so a link has only one. The nonce cannot be computed from its hash, so a status token cannot become a link token.
//!
//! 48 and 63 bytes need no padding and leave no spare bits in base64, so a token has exactly one spelling.

use core::fmt;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The valid lengths of a secret, in bytes.
const LENGTHS: core::ops::RangeInclusive<usize> = 32..=64;

/// Longest id of a key, in characters.
const LONGEST_ID: usize = 16;

/// Domain separation of the MACs of link tokens, status tokens and other uses of a secret.
const LINK: &[u8] = b"citrn checkout link 1\0";
const STATUS: &[u8] = b"citrn checkout status 1\0";

/// The length of a status token's truncated MAC, in bytes. It leaves no padding in base64.
const STATUS_TAG: usize = 31;

/// Longest token, in characters: a status token with the longest id.
const LONGEST: usize = LONGEST_ID + 1 + 84;

/// The random bits of a link, known only to holders of the link.
pub type Nonce = [u8; 16];

/// The SHA-256 of a nonce, the database key of a link. Stored rows therefore open no link, except for the answer that
/// is stored under an `Idempotency-Key` for 24 hours.
pub type LinkKey = [u8; 32];

/// Returns the key of a link.
pub fn key_of(nonce: &Nonce) -> LinkKey {
    Sha256::digest(nonce).into()
}

/// The pages that a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// All pages of the link.
    Link,
    /// The status page alone.
    Status,
}

/// A token with a valid MAC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    /// The key of its link.
    pub key: LinkKey,
    /// The pages that it opens.
    pub access: Access,
    /// The status token of its link.
    pub status_token: String,
}

/// The keys of the setting `CHECKOUT_SECRETS`.
#[derive(Clone)]
pub struct Keys {
    /// Signs new tokens.
    first: Key,
    /// Verify older tokens only.
    others: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    mac: Hmac<Sha256>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys([redacted])")
    }
}

impl Keys {
    /// Parses one or more `kid:base64`, separated by commas. The first signs tokens, and all of them verify. An error
    /// names the entry and contains no secret.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut keys: Vec<Key> = Vec::new();
        for (number, entry) in (1..).zip(text.split(',')) {
            let key = Key::read(entry.trim()).map_err(|problem| format!("entry {number} {problem}"))?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(format!("entry {number} has the same id as an earlier one"));
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let first = keys.next().ok_or("contains no secret such as 2026a:<base64>")?;
        Ok(Self { first, others: keys.collect() })
    }

    /// Returns the token of a link.
    pub fn token(&self, nonce: &Nonce) -> String {
        let tag = self.first.mac(LINK, nonce).finalize().into_bytes();
        self.first.encode(&[nonce.as_slice(), &tag].concat())
    }

    /// Verifies a token of one of these keys; `None` for any other text.
    pub fn verify(&self, token: &str) -> Option<VerifiedToken> {
        let (id, rest) = token.split_once('.').filter(|_| token.len() <= LONGEST)?;
        let key = [&self.first].into_iter().chain(&self.others).find(|key| key.id == id)?;
        let decoded = Base64UrlUnpadded::decode_vec(rest).ok()?;
        if decoded.len() == size_of::<Nonce>() + 32 {
            let (nonce, tag) = decoded.split_first_chunk::<{ size_of::<Nonce>() }>()?;
            key.mac(LINK, nonce).verify_slice(tag).ok()?;
            let link = key_of(nonce);
            return Some(VerifiedToken { key: link, access: Access::Link, status_token: key.status_token(&link) });
        }
        let (link, tag) = decoded.split_first_chunk::<{ size_of::<LinkKey>() }>()?;
        if tag.len() != STATUS_TAG {
            return None;
        }
        key.mac(STATUS, link).verify_truncated_left(tag).ok()?;
        Some(VerifiedToken { key: *link, access: Access::Status, status_token: token.to_owned() })
    }
}

impl Key {
    fn read(entry: &str) -> Result<Self, String> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        let (id, secret) = entry
            .split_once(':')
            .filter(|(id, _)| (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(plain))
            .ok_or_else(|| {
                format!("does not begin with an id of 1 to {LONGEST_ID} letters, digits, - or _ and a colon")
            })?;
        let secret = Base64::decode_vec(secret).map_err(|_| "is not base64 after the colon")?;
        if !LENGTHS.contains(&secret.len()) {
            let (least, most) = (LENGTHS.start(), LENGTHS.end());
            return Err(format!("has {} bytes: it must have {least} to {most}", secret.len()));
        }
        let mac = Hmac::new_from_slice(&secret).map_err(|_| "is not a valid key")?;
        Ok(Self { id: id.to_owned(), mac })
    }

    fn status_token(&self, link: &LinkKey) -> String {
        let tag = self.mac(STATUS, link).finalize().into_bytes();
        self.encode(&link.iter().chain(tag.iter().take(STATUS_TAG)).copied().collect::<Vec<u8>>())
    }

    fn encode(&self, bytes: &[u8]) -> String {
        format!("{}.{}", self.id, Base64UrlUnpadded::encode_string(bytes))
    }

    fn mac(&self, purpose: &[u8], text: &[u8]) -> Hmac<Sha256> {
        self.mac.clone().chain_update(purpose).chain_update(&self.id).chain_update(b"\0").chain_update(text)
    }
}

#[cfg(test)]
mod tests;
