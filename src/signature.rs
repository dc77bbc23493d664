//! The merchant's secret, and the HMAC-SHA512 of a body under it in lower-case hex.
//!
//! The gateway's requests and its callbacks carry it in the header `X-Process-Signature`
//! (API Documentation / Authorization; Callback Examples).

use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use crate::{Error, characters::has_outer_white_space, hex};

/// The header that names the merchant's public key.
pub const KEY_HEADER: &str = "X-Process-Key";

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "X-Process-Signature";

/// Bytes in a signature: those of SHA-512.
const LENGTH: usize = 64;

/// A signature. It compares in constant time only, through [`Signature::verify`].
#[derive(Clone)]
pub struct Signature([u8; LENGTH]);

impl Signature {
    /// Signs the exact bytes of a body.
    ///
    /// ```
    /// use citrn::{Secret, Signature};
    /// // The vector that the documentation prints (API Documentation / Authorization).
    /// let signature = Signature::sign(&Secret::new("AbCdEfG123456"), br#"{"currency":"BTC","foreign_id":"123456"}"#);
    /// assert!(signature.to_hex().starts_with("03c25fcf7cd35e7d995e402cd5d51edd"));
    /// ```
    pub fn sign(secret: &Secret, body: &[u8]) -> Self {
        let mut mac = secret.keyed();
        mac.update(body);
        Self(mac.finalize().into_bytes().into())
    }

    /// Reads 128 hex digits, in either case; anything else is `None`.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text.as_bytes()).map(Self)
    }

    /// The 128 lower-case hex digits that go into the header.
    pub fn to_hex(&self) -> String {
        hex::encode(&self.0)
    }

    /// The same as ASCII bytes.
    pub fn hex(&self) -> [u8; 2 * LENGTH] {
        let mut digits = [0; 2 * LENGTH];
        let (pairs, _) = digits.as_chunks_mut::<2>();
        for (pair, byte) in pairs.iter_mut().zip(self.0) {
            *pair = hex::digits(byte);
        }
        digits
    }

    /// Whether this is the signature of a body under a secret; takes the same time whatever differs.
    ///
    /// ```
    /// use citrn::{Secret, Signature};
    /// let secret = Secret::new("AbCdEfG123456");
    /// let signature = Signature::sign(&secret, b"{}");
    /// assert!(signature.verify(&secret, b"{}"));
    /// assert!(!signature.verify(&secret, b"{ }"));
    /// ```
    #[must_use]
    pub fn verify(&self, secret: &Secret, body: &[u8]) -> bool {
        let mut mac = secret.keyed();
        mac.update(body);
        mac.verify_slice(&self.0).is_ok()
    }
}

/// A valid signature lets whoever has it replay the request, so Debug does not show it.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature([redacted])")
    }
}

/// The merchant's secret key, ready to sign with.
///
/// It is wiped on drop, its Debug shows nothing of it, and it has no Display.
///
/// ```
/// use citrn::Secret;
/// let secret = Secret::new("AbCdEfG123456");
/// assert_eq!(format!("{secret:?}"), "Secret([redacted])");
/// ```
#[derive(Clone)]
pub struct Secret {
    bytes: Zeroizing<Vec<u8>>,
    /// The HMAC with the key already taken in, so that each signature starts two SHA-512 blocks further on.
    keyed: Box<Hmac<Sha512>>,
}

impl Secret {
    /// Takes the secret as the gateway's back office shows it.
    pub fn new(text: impl Into<String>) -> Self {
        Self::from_bytes(text.into().into_bytes())
    }

    /// Takes a secret that is not text.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        let bytes = Zeroizing::new(bytes);
        Self { keyed: Box::new(keyed(&bytes)), bytes }
    }

    pub(crate) fn keyed(&self) -> Hmac<Sha512> {
        (*self.keyed).clone()
    }

    /// Whether there is nothing in it, which is never a working secret.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Returns why this cannot be a secret of the gateway, or `None` if it can.
    ///
    /// ```
    /// # use citrn::Secret;
    /// let copied_with_its_line = Secret::new("AbCdEfG123456\n").problem();
    /// assert_eq!(copied_with_its_line, Some("begins or ends with white space, which would be part of the key"));
    /// ```
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        if self.is_empty() {
            return Some("must not be empty");
        }
        let has_outer = self.as_text().is_some_and(has_outer_white_space);
        has_outer.then_some("begins or ends with white space, which would be part of the key")
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.problem().map_or(Ok(()), |problem| Err(Error::configuration("secret", problem)))
    }

    /// Whether this is the secret that the text is. Not in constant time.
    pub fn is(&self, text: &str) -> bool {
        self.bytes.as_slice() == text.as_bytes()
    }

    /// The secret as text, to be kept out of what is told.
    pub(crate) fn as_text(&self) -> Option<&str> {
        core::str::from_utf8(&self.bytes).ok()
    }
}

/// Takes the key in as RFC 2104, section 2 says: one longer than a block is hashed, a shorter one is filled up with zeros.
fn keyed(key: &[u8]) -> Hmac<Sha512> {
    let mut block = Zeroizing::new([0; 128]);
    let hashed = (key.len() > block.len()).then(|| Zeroizing::new(<[u8; 64]>::from(Sha512::digest(key))));
    for (byte, from) in block.iter_mut().zip(hashed.as_ref().map_or(key, |hash| hash.as_slice())) {
        *byte = *from;
    }
    Hmac::new((&*block).into())
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, Signature};

    #[test]
    fn a_signature_is_that_of_hmac_with_sha2() {
        let keyed: hmac::Hmac<sha2::Sha512> = Secret::new("key").keyed();
        let signature = hmac::Mac::chain_update(keyed, b"body");
        assert_eq!(
            <[u8; 64]>::from(hmac::Mac::finalize(signature).into_bytes()),
            Signature::sign(&Secret::new("key"), b"body").0
        );
    }
}
