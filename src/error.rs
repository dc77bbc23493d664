//! Errors. Each says what happened, whether the gateway may have executed the call, and whether to retry.

use core::{fmt, time::Duration};

use crate::error_code::{ErrorCode, codes};

codes! {
    /// The code of an error: the gateway's, or one of this client's.
    Code,
    /// This client's codes. None of them is ever the text of a [`Code::Gateway`].
    OWN,
    /// The gateway returned an error code.
    Gateway(ErrorCode) means ErrorCode::meaning,
    InvalidParameter "invalid_parameter" "a parameter is invalid, and `field` names it; nothing was sent"
    InvalidConfiguration "invalid_configuration" "a setting is invalid, and `field` names it; nothing was sent"
    SecretRequired "secret_required" "the call must be signed, but there is no secret and no signer; nothing was sent"
    SignerFailed "signer_failed" "the signer failed or returned no signature; nothing was sent"
    Aborted "aborted" "the caller cancelled the call"
    Timeout "timeout" "the call and its retries took longer than the timeout"
    Network "network_error" "the connection failed or was interrupted"
    UnexpectedRedirect "unexpected_redirect" "the gateway's host answered with a redirect, which is never followed"
    RateLimited "rate_limited" "there were too many calls; the error carries the wait, if the gateway gives one"
    Authentication "authentication_failed" "the gateway refused the key or the signature"
    Refused "request_refused" "the gateway refused the request without one of its codes"
    Unavailable "gateway_unavailable" "the status is 500 or more, without one of the gateway's codes; or it is \
        400 to 499, with a body that is not the gateway's, such as a firewall's page"
    UnreadableReply "unreadable_reply" "the body is not a valid reply to this call"
    InvalidSignature "invalid_signature" "a callback's signature is missing or does not match its body under any secret"
    InvalidCallback "invalid_callback" "a callback's signature is valid, but its body, or the amount to credit, cannot \
        be read"
}

/// Whether the gateway may have carried out a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Executed {
    /// Nothing was carried out.
    No,
    /// The call may have been carried out: reconcile by [`Error::reference`] before anything else.
    Unknown,
}

impl Executed {
    /// Returns `no` or `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Executed::No => "no",
            Executed::Unknown => "unknown",
        }
    }
}

/// The parameter by which to reconcile a call whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// `foreign_id` or `quote_id`.
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

/// The error of a call, a setting or a callback.
///
/// ```
/// # use citrn::{Code, Executed, endpoints::CreatePayment, parse};
/// let error = parse::<CreatePayment>(400, br#"{"error_code":"coin_not_found"}"#).unwrap_err();
/// assert_eq!(error.code().as_str(), "coin_not_found");
/// assert_eq!(error.executed(), Executed::No);
/// assert!(!error.retryable());
/// ```
#[derive(Clone)]
pub struct Error(Box<Details>);

#[derive(Clone)]
pub(crate) struct Details {
    code: Code,
    message: String,
    pub(crate) http_status: Option<u16>,
    pub(crate) executed: Executed,
    pub(crate) retryable: bool,
    pub(crate) retry_after: Option<Duration>,
    field: Option<String>,
    pub(crate) reference: Option<Reference>,
    pub(crate) raw: Option<String>,
}

impl Error {
    /// Creates an error of a request that was not sent.
    pub(crate) fn not_sent(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Executed::No, message)
    }

    pub(crate) fn new(code: Code, executed: Executed, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            code,
            message: message.into(),
            http_status: None,
            executed,
            retryable: false,
            retry_after: None,
            field: None,
            reference: None,
            raw: None,
        }))
    }

    /// Creates the error of an invalid parameter. The message is the field and the problem.
    #[must_use]
    pub fn parameter(field: &str, problem: impl fmt::Display) -> Self {
        Self::not_sent(Code::InvalidParameter, format!("{field} {problem}")).with_field(field)
    }

    /// Creates the error of an invalid setting. The message is the field and the problem.
    #[must_use]
    pub fn configuration(field: &str, problem: impl fmt::Display) -> Self {
        Self::not_sent(Code::InvalidConfiguration, format!("{field} {problem}")).with_field(field)
    }

    pub(crate) fn with_field(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    pub(crate) fn with_retryable(self, retryable: bool) -> Self {
        self.with(|details| details.retryable = retryable)
    }

    /// Sets details that are known only later.
    pub(crate) fn with(mut self, set: impl FnOnce(&mut Details)) -> Self {
        set(&mut self.0);
        self
    }

    /// Returns the code.
    pub fn code(&self) -> &Code {
        &self.0.code
    }

    /// Returns the message for people: the problem and what to do. It contains no secret.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the HTTP status, if the gateway answered.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// Returns whether the gateway may have carried out the call.
    pub fn executed(&self) -> Executed {
        self.0.executed
    }

    /// Whether repeating the identical call is safe and may succeed. Never true for a call that moves money and whose
    /// outcome is unknown.
    pub fn retryable(&self) -> bool {
        self.0.retryable
    }

    /// Returns the wait that the gateway asks for, if it does.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the name of the invalid parameter or setting, if that is the problem.
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// Returns the parameter by which to reconcile, if the call has one.
    pub fn reference(&self) -> Option<&Reference> {
        self.0.reference.as_ref()
    }

    /// Returns the body of the answer, with known secrets redacted. `None` if it contains a secret in an escaped or
    /// encoded form, is larger than the limit or is not text. It may hold a payer's data: keep it out of logs.
    pub fn raw(&self) -> Option<&str> {
        self.0.raw.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

/// Omits `raw`, which may hold a payer's data.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.0.code.as_str())
            .field("message", &self.0.message)
            .field("http_status", &self.0.http_status)
            .field("executed", &self.0.executed)
            .field("retryable", &self.0.retryable)
            .field("retry_after", &self.0.retry_after)
            .field("field", &self.0.field)
            .field("reference", &self.0.reference)
            .finish_non_exhaustive()
    }
}

impl core::error::Error for Error {}
