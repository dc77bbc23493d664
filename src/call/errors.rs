//! Errors of calls without an answer.

use crate::{Code, Error, Executed, FetchError, Kind, Signature, redact::Secrets, reply::advice};

/// Returns the error of a call that ended without an answer.
pub(super) fn unanswered(kind: Kind, code: Code, problem: &str, was_sent: bool) -> Error {
    let executed = kind.executed(if was_sent { Executed::Unknown } else { Executed::No });
    let message = format!("{problem}{}", advice(kind, &code, executed));
    Error::new(code, executed, message).with_retryable(kind.is_repeatable(executed))
}

/// Returns the error of an attempt that failed in the transport.
pub(super) fn transport_error(kind: Kind, failure: FetchError, secrets: &Secrets<'_>) -> Error {
    let network = |problem: &str, reason: &str, was_sent| {
        let reason = secrets.shown(reason);
        unanswered(kind, Code::Network, &format!("{problem}: {}.", reason.trim_end_matches('.')), was_sent)
    };
    match failure {
        FetchError::NotConfigured(problem) => Error::configuration("fetch", secrets.shown(&problem)),
        FetchError::NeverConnected(reason) => network("The gateway could not be reached", &reason, false),
        FetchError::Unreadable(reason) => {
            network("The gateway's answer cannot be read", &reason, true).with_retryable(false)
        }
        FetchError::Failed(reason) => network("The connection to the gateway failed", &reason, true),
    }
}

pub(super) fn no_signer() -> Error {
    let message = "This call must be signed: give the client a secret or a signer.";
    Error::not_sent(Code::SecretRequired, message).with_field("secret")
}

/// Returns the hex digits from an external signer, if they have the form of a signature.
pub(super) fn checked_signature(result: Result<String, String>, secrets: &Secrets<'_>) -> Result<String, Error> {
    let problem = match result {
        Ok(hex) => match Signature::from_hex(&hex) {
            Some(signature) => return Ok(signature.to_hex()),
            None => "it must return the HMAC-SHA512 of the given bytes as 128 hex digits".to_owned(),
        },
        Err(reason) => secrets.shown(&reason),
    };
    Err(Error::not_sent(Code::SignerFailed, format!("The signer failed, so nothing was sent: {problem}")))
}
