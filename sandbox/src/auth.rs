//! Authentication: the public key, and the HMAC-SHA512 signature of the exact body (API Documentation / Authorization).
//!
//! Citron does not document the answer to a failed authentication; the four answers are as in the CoinsPaid family.

use core::fmt;

use citrn::{KEY_HEADER, SIGNATURE_HEADER, Secret, Signature};

use crate::{diagnosis::Mismatch, http::Request, refusal::Refusal};

/// The key and secret of the sandbox's only merchant.
pub struct Credentials {
    /// The public key.
    pub api_key: String,
    /// The secret, ready to sign with.
    pub secret: Secret,
    /// The secret's text, for the diagnosis of wrong signatures.
    pub(crate) secret_text: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("api_key", &self.api_key).finish_non_exhaustive()
    }
}

impl Credentials {
    /// Creates credentials.
    #[must_use]
    pub fn new(api_key: impl Into<String>, secret: impl Into<String>) -> Self {
        let secret_text = secret.into();
        Self { api_key: api_key.into(), secret: Secret::new(secret_text.clone()), secret_text }
    }

    /// Returns the two headers with which the gateway signs a callback.
    #[must_use]
    pub fn sign(&self, body: &str) -> [(&'static str, String); 2] {
        [
            (KEY_HEADER, self.api_key.clone()),
            (SIGNATURE_HEADER, Signature::sign(&self.secret, body.as_bytes()).to_hex()),
        ]
    }

    /// Checks a request in this order: missing key, unknown key, missing signature, wrong signature.
    pub(crate) fn check(&self, request: &Request<'_>) -> Result<(), Refusal> {
        let refuse = |code, sentence, reason: String| Err(Refusal::unauthenticated(code, sentence, reason));
        let Some(key) = request.header(KEY_HEADER) else {
            return refuse("required_header_key", "No key header", format!("the header {KEY_HEADER} is missing"));
        };
        if key != self.api_key {
            let reason = if key.trim() == self.api_key {
                format!("the header {KEY_HEADER} has white space around the key")
            } else if key == self.secret_text {
                format!("the header {KEY_HEADER} has the secret instead of the public key: perhaps the two are swapped")
            } else {
                format!("the header {KEY_HEADER} is not the key that the sandbox was started with")
            };
            return refuse("bad_header_key", "Bad key header", reason);
        }
        let Some(signature) = request.header(SIGNATURE_HEADER) else {
            let reason = format!("the header {SIGNATURE_HEADER} is missing");
            return refuse("required_header_signature", "No signature header", reason);
        };
        // The documentation shows lower-case hex, so the sandbox requires it.
        let lower_case = !signature.bytes().any(|byte| byte.is_ascii_uppercase());
        if lower_case && Signature::from_hex(signature).is_some_and(|sent| sent.verify(&self.secret, request.body)) {
            return Ok(());
        }
        refuse("bad_header_signature", "Bad signature header", self.diagnosis(signature, request.body))
    }

    /// Returns a sentence with the number of signed bytes and the probable mistake, without any secret.
    fn diagnosis(&self, signature: &str, body: &[u8]) -> String {
        let secrets = [("the secret".to_owned(), self.secret_text.clone())];
        let covered = if body.len() == 1 { "1 byte".to_owned() } else { format!("{} bytes", body.len()) };
        let mistake = Mismatch { secrets: &secrets, api_key: Some(&self.api_key), signature, body }.diagnose();
        format!("the signature must cover the body's {covered} as received; {mistake}")
    }
}
