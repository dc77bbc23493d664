//! The token of a link: a key's id, 128 random bits and a MAC over both.
//!
//! It is written `{kid}.{base64url}`, the second part of which are 16 random bytes and 32 bytes of HMAC-SHA256: 48 bytes,
//! so that base64 has no padding and no bit to spare, and no token can be written in two ways. Whoever holds one may see
//! the link and start a payment; nothing of the payer is in it.

use core::fmt;

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// How many bytes a secret has.
const LENGTHS: core::ops::RangeInclusive<usize> = 32..=64;

/// Longest id of a key, in characters.
const LONGEST_ID: usize = 16;

/// What a MAC is for: a secret that is also used elsewhere makes no tokens there.
const PURPOSE: &[u8] = b"citrn checkout link 1\0";

/// The random bits of a link. Only whoever was given the link knows them.
pub type Nonce = [u8; 16];

/// How a link is found again, in hex: the SHA-256 of its random bits, so that what is stored for it opens no link. (A link that
/// is made under an `Idempotency-Key` is also part of the answer that is remembered for that key, for 24 hours.)
#[must_use]
pub fn key_of(nonce: &Nonce) -> [u8; 32] {
    Sha256::digest(nonce).into()
}

/// The keys of the setting `CHECKOUT_SECRETS`.
#[derive(Clone)]
pub struct Keys {
    /// Makes new tokens, and verifies its own.
    first: Key,
    /// Verify tokens that were made before.
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
    /// Reads `kid:base64`, or several of these separated by commas: the first makes tokens, all of them verify.
    ///
    /// # Errors
    /// What is wrong with which entry, without anything of a secret.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut keys: Vec<Key> = Vec::new();
        for (number, entry) in (1..).zip(text.split(',')) {
            let key = Key::read(entry.trim()).map_err(|problem| format!("entry {number} {problem}"))?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(format!("entry {number} has the id of an earlier one"));
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let first = keys.next().ok_or("holds no secret such as 2026a:<base64>")?;
        Ok(Self { first, others: keys.collect() })
    }

    /// The token of a link.
    #[must_use]
    pub fn token(&self, nonce: &Nonce) -> String {
        let tag = self.first.mac(nonce).finalize().into_bytes();
        format!("{}.{}", self.first.id, url_safe(&Base64::encode_string(&[nonce.as_slice(), &tag].concat())))
    }

    /// The random bits of a token that one of these keys has made; `None` for anything else.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<Nonce> {
        let (id, rest) = token.split_once('.')?;
        let key = [&self.first].into_iter().chain(&self.others).find(|key| key.id == id)?;
        let decoded = Base64::decode_vec(&standard(rest)?).ok().filter(|bytes| bytes.len() == 48)?;
        let (nonce, tag) = decoded.split_first_chunk()?;
        key.mac(nonce).verify_slice(tag).ok().map(|()| *nonce)
    }
}

/// Base64 with the alphabet of URLs (RFC 4648, section 5); 48 bytes need no padding.
fn url_safe(base64: &str) -> String {
    base64.replace('+', "-").replace('/', "_")
}

/// The other way round; `None` for a text that is not in that alphabet.
fn standard(url_safe: &str) -> Option<String> {
    (!url_safe.contains(['+', '/'])).then(|| url_safe.replace('-', "+").replace('_', "/"))
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
        let secret = Base64::decode_vec(secret).map_err(|_| "is not base64 behind the colon")?;
        if !LENGTHS.contains(&secret.len()) {
            let (least, most) = (LENGTHS.start(), LENGTHS.end());
            return Err(format!("has {} bytes: it must have {least} to {most}", secret.len()));
        }
        let mac = Hmac::new_from_slice(&secret).map_err(|_| "cannot be a key")?;
        Ok(Self { id: id.to_owned(), mac })
    }

    fn mac(&self, nonce: &Nonce) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(PURPOSE);
        mac.update(self.id.as_bytes());
        mac.update(b"\0");
        mac.update(nonce);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: Nonce = *b"0123456789abcdef";

    fn secret(byte: u8) -> String {
        Base64::encode_string(&[byte; 32])
    }

    fn keys(entries: &[(&str, u8)]) -> Keys {
        let entries: Vec<String> = entries.iter().map(|(id, byte)| format!("{id}:{}", secret(*byte))).collect();
        Keys::read(&entries.join(",")).unwrap()
    }

    #[test]
    fn a_token_is_what_others_compute() {
        // python3 -c "import hmac,base64; n=b'0123456789abcdef'; print(base64.urlsafe_b64encode(n + hmac.digest(bytes([7])*32,
        //   b'citrn checkout link 1\0a\0'+n, 'sha256')).decode())"
        let token = "a.MDEyMzQ1Njc4OWFiY2RlZhkBYABk2WbdDeB-kQcFsyb0wZQNQdSzDG7uZY6N__p8";
        assert_eq!(keys(&[("a", 7)]).token(&NONCE), token);
        assert_eq!(keys(&[("a", 7)]).verify(token), Some(NONCE));
    }

    #[test]
    fn every_flipped_bit_fails() {
        let keys = keys(&[("a", 7), ("b", 8)]);
        let token = keys.token(&NONCE);
        for byte in 0..token.len() {
            for bit in 0..8 {
                let mut bytes = token.clone().into_bytes();
                bytes[byte] ^= 1 << bit;
                if let Ok(flipped) = String::from_utf8(bytes) {
                    assert_eq!(keys.verify(&flipped), None, "bit {bit} of byte {byte}");
                }
            }
        }
    }

    #[test]
    fn a_token_can_be_written_in_one_way_only() {
        let keys = keys(&[("a", 0xfb)]);
        let token = keys.token(&[0xff; 16]);
        assert!(token.contains('_') || token.contains('-'));
        for other in [
            token.replace('_', "/").replace('-', "+"),
            format!("{token}="),
            format!("{token}A"),
            format!(" {token}"),
            format!("{token}."),
            token.replace('.', ""),
            token.to_uppercase(),
            token.chars().take(token.len() - 1).collect(),
            String::new(),
            ".".to_owned(),
            "a.".to_owned(),
        ] {
            assert_eq!(keys.verify(&other), None, "{other}");
        }
    }

    #[test]
    fn secrets_rotate() {
        let (old, both, new) = (keys(&[("a", 7)]), keys(&[("b", 8), ("a", 7)]), keys(&[("b", 8)]));
        let token = old.token(&NONCE);
        assert_eq!((both.verify(&token), new.verify(&token)), (Some(NONCE), None));
        let token = both.token(&NONCE);
        assert!(token.starts_with("b."));
        assert_eq!((both.verify(&token), new.verify(&token), old.verify(&token)), (Some(NONCE), Some(NONCE), None));
    }

    #[test]
    fn neither_another_secret_nor_another_id_verifies() {
        let token = keys(&[("a", 7)]).token(&NONCE);
        assert_eq!(keys(&[("a", 8)]).verify(&token), None);
        assert_eq!(keys(&[("b", 7)]).verify(&token.replace("a.", "b.")), None);
    }

    #[test]
    fn what_is_wrong_is_said_without_the_secret() {
        let good = secret(7);
        let short = Base64::encode_string(&[7; 31]);
        for (text, said) in [
            (String::new(), "entry 1 does not begin with an id"),
            (good.clone(), "entry 1 does not begin with an id"),
            (format!(":{good}"), "entry 1 does not begin with an id"),
            (format!("a.b:{good}"), "entry 1 does not begin with an id"),
            (format!("seventeen-letters:{good}"), "entry 1 does not begin with an id"),
            (format!("a:{good},"), "entry 2 does not begin with an id"),
            ("a:hunter2!".to_owned(), "entry 1 is not base64"),
            (format!("a:{short}"), "entry 1 has 31 bytes: it must have 32 to 64"),
            (format!("a:{good},a:{good}"), "entry 2 has the id of an earlier one"),
        ] {
            let problem = Keys::read(&text).expect_err(&text);
            assert!(problem.contains(said), "{text}: {problem}");
            assert!(!problem.contains("hunter2") && !problem.contains(&good), "{problem}");
        }
        assert_eq!(format!("{:?}", keys(&[("a", 7)])), "Keys([redacted])");
    }
}
