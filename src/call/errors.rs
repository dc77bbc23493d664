//! Errors of calls that have no answer.

use crate::{Code, Error, Executed, FetchError, Kind, Signature, redact::Secrets, reply::what_to_do};

/// The error of a call that came to no answer.
pub(super) fn unanswered(kind: Kind, code: Code, what: &str, was_sent: bool) -> Error {
    let executed = kind.executed(if was_sent { Executed::Unknown } else { Executed::No });
    let message = format!("{what}{}", what_to_do(kind, &code, executed));
    Error::new(code, executed, message).with_retryable(kind.is_repeatable(executed))
}

/// The error of an attempt that failed in the transport.
pub(super) fn of_transport(kind: Kind, failure: FetchError, secrets: &Secrets<'_>) -> Error {
    let network = |what: &str, why: &str, was_sent| {
        let why = secrets.shown(why);
        unanswered(kind, Code::Network, &format!("{what}: {}.", why.trim_end_matches('.')), was_sent)
    };
    match failure {
        FetchError::NotConfigured(problem) => Error::configuration("fetch", secrets.shown(&problem)),
        FetchError::NeverConnected(why) => network("The gateway could not be reached", &why, false),
        FetchError::Unreadable(why) => network("The gateway's answer cannot be read", &why, true).with_retryable(false),
        FetchError::Failed(why) => network("The connection to the gateway failed", &why, true),
    }
}

pub(super) fn no_signer() -> Error {
    let message = "This call must be signed: give the client a secret or a signer.";
    Error::not_sent(Code::SecretRequired, message).with_field("secret")
}

/// The hex digits that an external signer returned, if they are a signature at all.
pub(super) fn checked_signature(given: Result<String, String>, secrets: &Secrets<'_>) -> Result<String, Error> {
    let problem = match given {
        Ok(hex) => match Signature::from_hex(&hex) {
            Some(signature) => return Ok(signature.to_hex()),
            None => "it must give 128 hex digits, the HMAC-SHA512 of the bytes it got".to_owned(),
        },
        Err(reason) => secrets.shown(&reason),
    };
    Err(Error::not_sent(Code::SignerFailed, format!("The signer failed, so nothing was sent: {problem}")))
}
