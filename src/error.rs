//! Errors that answer three questions: what happened, did anything execute, is it worth retrying.

use core::{fmt, time::Duration};

use crate::error_code::{ErrorCode, codes};

codes! {
    /// What happened: the gateway's own code, or one of this client's.
    Code,
    /// This client's own codes. None of them is ever the text of a [`Code::Gateway`].
    OWN,
    /// The gateway gave a reason.
    Gateway(ErrorCode) means ErrorCode::meaning,
    InvalidParameter "invalid_parameter" "a parameter is invalid, and `field` names it; nothing was sent"
    InvalidConfiguration "invalid_configuration" "a setting is invalid, and `field` names it; nothing was sent"
    SecretRequired "secret_required" "the call must be signed, but there is no secret and no signer; nothing was sent"
    SignerFailed "signer_failed" "the signer failed or returned no signature; nothing was sent"
    Aborted "aborted" "the caller cancelled the call"
    Timeout "timeout" "the deadline over all attempts passed"
    Network "network_error" "the connection failed or broke off"
    UnexpectedRedirect "unexpected_redirect" "the gateway's host answered with a redirect, which is never followed"
    RateLimited "rate_limited" "there were too many calls; the error has the time to wait, if the gateway gives one"
    Authentication "authentication_failed" "the gateway refused the key or the signature"
    Refused "request_refused" "the gateway refused the request without one of its codes"
    Unavailable "gateway_unavailable" "the status is 500 or more, without one of the gateway's codes; or it is 400 to 499, with a \
        body that is not the gateway's, such as a firewall's page"
    UnreadableReply "unreadable_reply" "the body is not a valid reply to this call"
    InvalidSignature "invalid_signature" "a callback's signature is missing or does not match its body under any secret"
    InvalidCallback "invalid_callback" "a callback's signature is right, but its body, or how much it credits, was not understood"
}

/// Whether the gateway carried anything out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Executed {
    /// Nothing was carried out.
    No,
    /// It may have been carried out: reconcile by [`Error::reference`] before you do anything else.
    Unknown,
}

impl Executed {
    /// `no` or `unknown`.
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
    /// Its value in the call.
    pub value: String,
}

/// Why a call did not succeed.
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
    /// An error of something that was never sent.
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

    /// The error of an invalid parameter. The message is the field and the problem.
    #[must_use]
    pub fn parameter(field: &str, problem: impl fmt::Display) -> Self {
        Self::not_sent(Code::InvalidParameter, format!("{field} {problem}")).with_field(field)
    }

    /// The error of an invalid setting. The message is the field and the problem.
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

    /// Sets what becomes known later.
    pub(crate) fn with(mut self, set: impl FnOnce(&mut Details)) -> Self {
        set(&mut self.0);
        self
    }

    /// What happened.
    pub fn code(&self) -> &Code {
        &self.0.code
    }

    /// What happened and what to do, for a person. It holds no secret.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status, if there was an answer.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// Whether anything was carried out.
    pub fn executed(&self) -> Executed {
        self.0.executed
    }

    /// Whether the identical call is safe to repeat and may help. Never true for a call that moves money and whose
    /// outcome is unknown.
    pub fn retryable(&self) -> bool {
        self.0.retryable
    }

    /// How long the gateway wants to be left alone, if it says so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The parameter or setting that is wrong, if it is one.
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// What to reconcile by.
    pub fn reference(&self) -> Option<&Reference> {
        self.0.reference.as_ref()
    }

    /// The body of the answer, with known secrets redacted; `None` if it has one escaped or encoded, or if the body is larger
    /// than the limit or is not text. It may hold a payer's data: keep it out of logs.
    pub fn raw(&self) -> Option<&str> {
        self.0.raw.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

/// Without `raw`.
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
