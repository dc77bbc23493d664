//! Settings of a client and of one call.

use core::{fmt, sync::atomic::AtomicU32, time::Duration};

use crate::{BoxFuture, Error, RequestOptions, Secret, reply::check_origins, request::check_api_key};

/// Signs bytes outside this crate, so that the secret stays there: returns HMAC-SHA512 as 128 hex digits, or an error
/// text.
#[cfg(not(target_family = "wasm"))]
pub type ExternalSigner = dyn Fn(&[u8]) -> BoxFuture<'static, Result<String, String>> + Send + Sync;
/// Signs bytes outside this crate, so that the secret stays there: returns HMAC-SHA512 as 128 hex digits, or an error
/// text.
#[cfg(target_family = "wasm")]
pub type ExternalSigner = dyn Fn(&[u8]) -> BoxFuture<'static, Result<String, String>>;

/// How a client signs its requests.
#[derive(Default)]
pub enum Signer {
    /// No signer: only the two calls without a signature work, the others fail with `secret_required`.
    #[default]
    None,
    /// The merchant's secret.
    Secret(Secret),
    /// An external signer, such as a vault.
    External(Box<ExternalSigner>),
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Signer::None => "None",
            Signer::Secret(_) => "Secret([redacted])",
            Signer::External(_) => "External",
        })
    }
}

/// Settings of a client.
#[derive(Debug)]
pub struct Config {
    /// The merchant's public key, which identifies the account. Only the two calls without a signature work without it.
    pub api_key: Option<String>,
    /// How requests are signed.
    pub signer: Signer,
    /// Base URL, and rules for requests and replies.
    pub request: RequestOptions,
    /// The time limit of a call over all its attempts. 30 s by default.
    pub timeout: Duration,
    /// Retries of reads and repeatable calls. 2 by default.
    pub max_retries: u32,
    /// Secrets accepted for callbacks besides the signer's. The client only redacts them in errors.
    pub callback_secrets: Vec<Secret>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            api_key: None,
            signer: Signer::None,
            request: RequestOptions::default(),
            timeout: Self::TIMEOUT,
            max_retries: Self::MAX_RETRIES,
            callback_secrets: Vec::new(),
        }
    }
}

impl Config {
    /// The default of [`Config::timeout`].
    pub const TIMEOUT: Duration = Duration::from_secs(30);
    /// The default of [`Config::max_retries`].
    pub const MAX_RETRIES: u32 = 2;

    /// Checks the settings.
    ///
    /// # Errors
    /// `invalid_configuration`; [`Error::field`] names the setting.
    pub fn check(&self) -> Result<(), Error> {
        if let Some(api_key) = &self.api_key {
            check_api_key(api_key)?;
        }
        if let Signer::Secret(secret) = &self.signer {
            secret.check()?;
        }
        if let Some(problem) = self.callback_secrets.iter().find_map(Secret::problem) {
            return Err(Error::configuration("callback_secrets", problem));
        }
        check_origins(&self.request.redirect_origins)?;
        self.request.check()?;
        if self.timeout.is_zero() { Err(zero_timeout()) } else { Ok(()) }
    }
}

pub(crate) fn zero_timeout() -> Error {
    Error::configuration("timeout", "must be longer than zero")
}

/// Settings of one call.
///
/// ```
/// # use citrn::CallOptions;
/// use std::time::Duration;
/// let timeout = Some(Duration::from_secs(60));
/// let patient = CallOptions { timeout, max_retries: Some(5), ..CallOptions::default() };
/// ```
#[derive(Default)]
pub struct CallOptions<'a> {
    /// The time limit over all attempts; by default the client's.
    pub timeout: Option<Duration>,
    /// Retries; by default the client's for reads and repeatable calls, and none for a call that creates something. A
    /// call that moves money is never retried, whatever this says.
    pub max_retries: Option<u32>,
    /// Cancels the call when it completes. Dropping the call's future cancels it too.
    pub cancel: Option<BoxFuture<'a, ()>>,
    /// Counts the attempts, for logs.
    pub attempts: Option<&'a AtomicU32>,
}

impl fmt::Debug for CallOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("max_retries", &self.max_retries)
            .finish_non_exhaustive()
    }
}
