//! Who is calling: the public key and the HMAC-SHA512 signature of the exact body (API Documentation / Authorization).
//!
//! Citron documents no answer to a failed authentication; the four answers are a sibling's.

use core::fmt;

use citrn::{KEY_HEADER, SIGNATURE_HEADER, Secret, Signature};

use crate::{diagnosis::diagnose, http::Request, refusal::Refusal};

/// The one merchant of the sandbox.
pub struct Credentials {
    /// The public key.
    pub api_key: String,
    /// The secret, ready to sign with.
    pub secret: Secret,
    /// The secret's text, to recognise what was signed by mistake.
    pub(crate) secret_text: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("api_key", &self.api_key).finish_non_exhaustive()
    }
}

impl Credentials {
    /// The merchant's key and secret.
    #[must_use]
    pub fn new(api_key: impl Into<String>, secret: impl Into<String>) -> Self {
        let secret_text = secret.into();
        Self { api_key: api_key.into(), secret: Secret::new(secret_text.clone()), secret_text }
    }

    /// The two headers that the gateway signs its callbacks with.
    #[must_use]
    pub fn sign(&self, body: &str) -> [(&'static str, String); 2] {
        [
            (KEY_HEADER, self.api_key.clone()),
            (SIGNATURE_HEADER, Signature::sign(&self.secret, body.as_bytes()).to_hex()),
        ]
    }

    /// Checks key and signature of a request.
    ///
    /// # Errors
    /// One of four, in this order: key missing, key unknown, signature missing, signature wrong.
    pub fn check(&self, request: &Request<'_>) -> Result<(), Refusal> {
        let refuse = |code, sentence, reason: String| Err(Refusal::Unauthenticated { code, sentence, reason });
        let Some(key) = request.header(KEY_HEADER) else {
            return refuse("required_header_key", "No key header", format!("the header {KEY_HEADER} is missing"));
        };
        if key != self.api_key {
            let reason = if key.trim() == self.api_key {
                format!("the header {KEY_HEADER} has spaces around the key")
            } else {
                format!("the header {KEY_HEADER} names a key that the sandbox was not started with")
            };
            return refuse("bad_header_key", "Bad key header", reason);
        }
        let Some(signature) = request.header(SIGNATURE_HEADER) else {
            let reason = format!("the header {SIGNATURE_HEADER} is missing");
            return refuse("required_header_signature", "No signature header", reason);
        };
        // Lower-case hex is what the documentation shows, so the sandbox insists on it.
        let lower_case = !signature.bytes().any(|byte| byte.is_ascii_uppercase());
        if lower_case && Signature::from_hex(signature).is_some_and(|sent| sent.verify(&self.secret, request.body)) {
            return Ok(());
        }
        refuse("bad_header_signature", "Bad signature header", diagnose(self, signature, request.body))
    }
}
