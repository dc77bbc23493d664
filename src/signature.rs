//! The merchant's secret, and signatures: the HMAC-SHA512 of a body in lower-case hex.
//!
//! Requests to the gateway and its callbacks carry them in the header `X-Process-Signature` (API Documentation /
//! Authorization; Callback Examples).

use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use crate::{Error, characters::has_outer_white_space, hex};

/// The header with the merchant's public key.
pub const KEY_HEADER: &str = "X-Process-Key";

/// The header with the signature.
pub const SIGNATURE_HEADER: &str = "X-Process-Signature";

/// Bytes in a signature, as in SHA-512.
const LENGTH: usize = 64;

/// A signature. It can only be compared in constant time, by [`Signature::verify`].
#[derive(Clone)]
pub struct Signature([u8; LENGTH]);

impl Signature {
    /// Signs the exact bytes of a body.
    ///
    /// ```
    /// use citrn::{Secret, Signature};
    /// // The documentation's test vector (API Documentation / Authorization).
    /// let signature = Signature::sign(&Secret::new("AbCdEfG123456"), br#"{"currency":"BTC","foreign_id":"123456"}"#);
    /// assert!(signature.to_hex().starts_with("03c25fcf7cd35e7d995e402cd5d51edd"));
    /// ```
    pub fn sign(secret: &Secret, body: &[u8]) -> Self {
        let mut mac = secret.keyed();
        mac.update(body);
        Self(mac.finalize().into_bytes().into())
    }

    /// Reads 128 hex digits, in either case. `None` for any other text.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text.as_bytes()).map(Self)
    }

    /// Returns the 128 lower-case hex digits for the header.
    pub fn to_hex(&self) -> String {
        hex::encode(&self.0)
    }

    /// Returns the hex digits as ASCII bytes.
    pub fn hex(&self) -> [u8; 2 * LENGTH] {
        let mut digits = [0; 2 * LENGTH];
        let (pairs, _) = digits.as_chunks_mut::<2>();
        for (pair, byte) in pairs.iter_mut().zip(self.0) {
            *pair = hex::digits(byte);
        }
        digits
    }

    /// Whether this is the signature of a body under a secret. Compares in constant time.
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

/// Shows nothing of the signature, since anyone who has it can replay the request.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature([redacted])")
    }
}

/// The merchant's secret key, ready to sign with.
///
/// It is wiped on drop, and cannot be printed: its Debug is redacted, and it has no Display.
///
/// ```
/// use citrn::Secret;
/// let secret = Secret::new("AbCdEfG123456");
/// assert_eq!(format!("{secret:?}"), "Secret([redacted])");
/// ```
#[derive(Clone)]
pub struct Secret {
    bytes: Zeroizing<Vec<u8>>,
    /// The HMAC with the key absorbed, which saves two SHA-512 blocks per signature.
    keyed: Box<Hmac<Sha512>>,
}

impl Secret {
    /// Creates a secret from the text in the gateway's back office.
    pub fn new(text: impl Into<String>) -> Self {
        Self::from_bytes(text.into().into_bytes())
    }

    /// Creates a secret that is not text.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        let bytes = Zeroizing::new(bytes);
        Self { keyed: Box::new(keyed(&bytes)), bytes }
    }

    pub(crate) fn keyed(&self) -> Hmac<Sha512> {
        (*self.keyed).clone()
    }

    /// Whether the secret is empty, and therefore invalid.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Returns why this is not a valid secret of the gateway, or `None` if it is.
    ///
    /// ```
    /// # use citrn::Secret;
    /// let problem = Secret::new("AbCdEfG123456\n").problem();
    /// assert_eq!(problem, Some("begins or ends with white space"));
    /// ```
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        if self.is_empty() {
            return Some("must not be empty");
        }
        let has_outer = self.as_text().is_some_and(has_outer_white_space);
        has_outer.then_some("begins or ends with white space")
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.problem().map_or(Ok(()), |problem| Err(Error::configuration("secret", problem)))
    }

    /// Whether the secret equals a text. Not in constant time.
    pub fn is(&self, text: &str) -> bool {
        self.bytes.as_slice() == text.as_bytes()
    }

    /// Returns the secret as text, for redaction.
    pub(crate) fn as_text(&self) -> Option<&str> {
        core::str::from_utf8(&self.bytes).ok()
    }
}

/// Absorbs the key (RFC 2104, section 2): hashes one longer than a block, and pads a shorter one with zeros.
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
    fn a_signature_equals_that_of_the_hmac_and_sha2_crates() {
        let keyed: hmac::Hmac<sha2::Sha512> = Secret::new("key").keyed();
        let signature = hmac::Mac::chain_update(keyed, b"body");
        assert_eq!(
            <[u8; 64]>::from(hmac::Mac::finalize(signature).into_bytes()),
            Signature::sign(&Secret::new("key"), b"body").0
        );
    }
}
