//! Diagnosis of wrong signatures: tries the usual mistakes one after the other. The log of requests and `citrn verify`
//! share it.

mod alterations;
mod form;
mod keys;

use citrn::{Secret, Signature};

/// A signature that is not, or not in the documented form, that of a body under the expected secrets.
pub(crate) struct Mismatch<'a> {
    /// Name for a sentence, and text.
    pub secrets: &'a [(String, String)],
    pub api_key: Option<&'a str>,
    pub signature: &'a str,
    pub body: &'a [u8],
}

impl Mismatch<'_> {
    /// Returns the probable mistake as the end of a sentence about the signature, without any secret in it.
    pub(crate) fn diagnose(&self) -> String {
        let text = self.signature.trim();
        let Some(signature) = Signature::from_hex(text) else {
            return form::mistake(self.secrets, text, self.body);
        };
        let fits = |secret: &str, body: &[u8]| signature.verify(&Secret::new(secret), body);
        if self.secrets.iter().any(|(_, secret)| fits(secret, self.body)) {
            let mistake = if self.signature == text {
                "it is correct but in upper-case hex: the documentation shows lower case"
            } else {
                "it is correct but has white space around it"
            };
            return mistake.to_owned();
        }
        if self.api_key.is_some_and(|key| fits(key, self.body)) {
            return "it was made with the public key instead of the secret: perhaps the two are swapped".to_owned();
        }
        let mut secrets = self.secrets.iter();
        secrets
            .find_map(|(name, secret)| keys::mistake(name, secret, &signature, self.body))
            .or_else(|| self.secrets.iter().find_map(|(_, secret)| self.altered_body(secret, &signature)))
            .unwrap_or_else(|| alterations::suspicion(self.body).unwrap_or(UNEXPLAINED).to_owned())
    }

    /// Checks whether the signature is that of a body from which the received one was made.
    fn altered_body(&self, secret: &str, signature: &Signature) -> Option<String> {
        let secret = Secret::new(secret);
        [
            ("", "it was made over an empty body"),
            ("{}", "it was made over `{}`, which is not the body"),
            ("[]", "it was made over `[]`, which is not the body"),
        ]
        .into_iter()
        .find(|(other, _)| signature.verify(&secret, other.as_bytes()))
        .map(|(_, mistake)| mistake.to_owned())
        .or_else(|| alterations::explain(self.body, |body| signature.verify(&secret, body)))
    }
}

const UNEXPLAINED: &str =
    "it matches none of the usual mistakes: the secret is another one, or the body changed after it was signed";
