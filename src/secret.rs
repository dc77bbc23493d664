//! Secrets that never print and are wiped on drop.

use core::fmt;

use hmac::{Hmac, KeyInit};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use crate::{Error, characters::has_outer_white_space};

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
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self::from_bytes(text.into().into_bytes())
    }

    /// Takes a secret that is not text.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        let bytes = Zeroizing::new(bytes);
        Self { keyed: Box::new(keyed(&bytes)), bytes }
    }

    pub(crate) fn keyed(&self) -> Hmac<Sha512> {
        (*self.keyed).clone()
    }

    /// Whether there is nothing in it, which is never a working secret.
    #[must_use]
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
    #[must_use]
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
