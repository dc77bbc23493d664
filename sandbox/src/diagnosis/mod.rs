//! Diagnosis of wrong signatures: tries the usual mistakes one after the other.

mod alterations;
mod form;

use citrn::{Secret, Signature, hex};
use sha2::{Digest, Sha512};

/// A signature that does not match its body under the expected secrets.
pub(crate) struct Mismatch<'a> {
    /// Name for a sentence, and text.
    pub secrets: &'a [(String, String)],
    pub api_key: Option<&'a str>,
    pub signature: &'a str,
    pub body: &'a [u8],
}

impl Mismatch<'_> {
    /// Returns the probable mistake as the end of a sentence about the signature, without any secret in it.
    pub(crate) fn diagnose(&self) -> Option<String> {
        let text = self.signature.trim();
        let Some(signature) = Signature::from_hex(text) else {
            return Some(form::mistake(self.secrets, text, self.body).to_owned());
        };
        let fits = |secret: &str, body: &[u8]| signature.verify(&Secret::new(secret), body);
        if self.secrets.iter().any(|(_, secret)| fits(secret, self.body)) {
            let mistake = if self.signature == text {
                "it is correct but in upper-case hex: the documentation shows lower case"
            } else {
                "it is correct but has white space around it"
            };
            return Some(mistake.to_owned());
        }
        if self.api_key.is_some_and(|key| fits(key, self.body)) {
            return Some("it was made with the public key instead of the secret".to_owned());
        }
        let mut secrets = self.secrets.iter();
        secrets
            .find_map(|(name, secret)| self.wrong_secret(name, secret, &signature))
            .or_else(|| self.secrets.iter().find_map(|(_, secret)| self.altered_body(secret, &signature)))
            .or_else(|| alterations::suspicion(self.body).map(str::to_owned))
    }

    /// Checks whether the signature is a plain digest, or was made with a slightly different secret.
    fn wrong_secret(&self, name: &str, secret: &str, signature: &Signature) -> Option<String> {
        let digests = [&[self.body][..], &[secret.as_bytes(), self.body], &[self.body, secret.as_bytes()]];
        if digests.iter().any(|parts| hex::encode(&Sha512::digest(parts.concat())) == signature.to_hex()) {
            return Some(
                "it is a plain SHA-512 digest: it must be an HMAC-SHA512 with the secret as its key".to_owned(),
            );
        }
        [
            (format!("{secret}\n"), "with a line break after"),
            (secret.trim().to_owned(), "without the white space around"),
            (secret.trim_matches(['"', '\'']).to_owned(), "without the quotes around"),
            (format!("\"{secret}\""), "with quotes around"),
        ]
        .into_iter()
        .find(|(other, _)| {
            other != secret && !other.is_empty() && signature.verify(&Secret::new(other.as_str()), self.body)
        })
        .map(|(_, difference)| format!("it was made {difference} {name}"))
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
