//! Why a signature is probably wrong: the usual mistakes, tried one after the other.

mod alterations;
mod form;
mod json;

use citrn::hex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha512};

/// Longest body for which alterations are tried, also after decompression.
const MAX_BODY: usize = 64 * 1024;

/// A secret and its name in a sentence.
#[derive(Clone, Copy)]
pub(crate) struct Secret<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

/// A signature that does not match, and the body and secrets that it should have matched.
pub(crate) struct Mismatch<'a> {
    pub secrets: &'a [Secret<'a>],
    pub api_key: Option<&'a str>,
    pub signature: &'a str,
    pub body: &'a [u8],
}

impl Mismatch<'_> {
    /// Returns the probable mistake as the end of a sentence about the signature, without any secret in it.
    pub(crate) fn diagnose(&self) -> Option<String> {
        let signature = self.signature.trim();
        if !form::is_signature(signature) {
            return Some(form::mistake(self.secrets, signature, self.body).to_owned());
        }
        self.secrets.iter().find_map(|secret| self.correct(*secret)).or_else(|| {
            self.wrong_secret()
                .or_else(|| self.secrets.iter().find_map(|secret| self.altered_body(*secret)))
                .or_else(|| alterations::suspicion(self.body).map(str::to_owned))
        })
    }

    fn matches(&self, secret: &str, body: &[u8]) -> bool {
        signature_of(secret, body).is_some_and(|right| right.eq_ignore_ascii_case(self.signature.trim()))
    }

    /// The signature is right and only written differently.
    fn correct(&self, secret: Secret<'_>) -> Option<String> {
        let writing = if self.signature == self.signature.trim() {
            "it is right but in upper-case hex: the documentation shows lower case"
        } else {
            "it is right but has spaces around it"
        };
        self.matches(secret.text, self.body).then(|| writing.to_owned())
    }

    fn wrong_secret(&self) -> Option<String> {
        if self.api_key.is_some_and(|key| self.matches(key, self.body)) {
            return Some("it was made with the public key in place of the secret".to_owned());
        }
        self.secrets.iter().find_map(|Secret { name, text }| {
            let digests = [
                Sha512::digest(self.body),
                Sha512::new().chain_update(text).chain_update(self.body).finalize(),
                Sha512::new().chain_update(self.body).chain_update(text).finalize(),
            ];
            if digests.iter().any(|digest| hex::encode(digest).eq_ignore_ascii_case(self.signature.trim())) {
                return Some(
                    "it is a plain SHA-512 digest: it must be an HMAC-SHA512 with the secret as its key".into(),
                );
            }
            [
                (format!("{text}\n"), "with a line break behind"),
                (text.trim().to_owned(), "without the white space around"),
                (text.trim_matches(['"', '\'']).to_owned(), "without the quotes around"),
                (format!("\"{text}\""), "with quotes around"),
            ]
            .into_iter()
            .find(|(other, _)| other != text && !other.is_empty() && self.matches(other, self.body))
            .map(|(_, difference)| format!("it was made {difference} {name}"))
        })
    }

    /// The signature is that of a body from which the given one was made.
    fn altered_body(&self, secret: Secret<'_>) -> Option<String> {
        for (other, mistake) in [
            ("", "it was made over an empty body"),
            ("{}", "it was made over `{}`, and the body is another"),
            ("[]", "it was made over `[]`, and the body is another"),
        ] {
            if self.matches(secret.text, other.as_bytes()) {
                return Some(mistake.to_owned());
            }
        }
        alterations::explain(self.body, |body| self.matches(secret.text, body))
    }
}

fn signature_of(secret: &str, body: &[u8]) -> Option<String> {
    let mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).ok()?;
    Some(hex::encode(&mac.chain_update(body).finalize().into_bytes()))
}
