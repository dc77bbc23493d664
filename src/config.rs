//! Settings of a client and of a call.

use core::{fmt, sync::atomic::AtomicU32, time::Duration};

use crate::{BoxFuture, Error, RequestOptions, Secret, reply::check_origins, request::check_api_key};

/// Signs bytes elsewhere, so that the secret never comes here: 128 hex digits of HMAC-SHA512, or why not.
#[cfg(not(target_family = "wasm"))]
pub type ExternalSigner = dyn Fn(&[u8]) -> BoxFuture<'static, Result<String, String>> + Send + Sync;
/// Signs bytes elsewhere, so that the secret never comes here: 128 hex digits of HMAC-SHA512, or why not.
#[cfg(target_family = "wasm")]
pub type ExternalSigner = dyn Fn(&[u8]) -> BoxFuture<'static, Result<String, String>>;

/// The signer of a client.
#[derive(Default)]
pub enum Signer {
    /// Nothing: only the two calls that need no key work, the others are `secret_required`.
    #[default]
    None,
    /// The merchant's secret.
    Secret(Secret),
    /// Something outside, such as a vault.
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
    /// The merchant's public key, which names the account. Without one only the two calls that need no key work.
    pub api_key: Option<String>,
    /// The signer of requests.
    pub signer: Signer,
    /// Where requests go and what they carry.
    pub request: RequestOptions,
    /// The deadline of a call over all its attempts: 30 s.
    pub timeout: Duration,
    /// Retries of reads and repeatable calls: 2.
    pub max_retries: u32,
    /// Further secrets, such as those under which callbacks are accepted: no error of a call shows them.
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
    /// The deadline of a call unless a setting says otherwise.
    pub const TIMEOUT: Duration = Duration::from_secs(30);
    /// The retries of a read or repeatable call unless a setting says otherwise.
    pub const MAX_RETRIES: u32 = 2;

    /// Checks everything that does not depend on a call.
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
    Error::configuration("timeout", "must be longer than nothing")
}

/// Settings of one call.
///
/// ```
/// # use citrn::CallOptions;
/// use std::time::Duration;
/// let patient = CallOptions { timeout: Some(Duration::from_secs(60)), max_retries: Some(5), ..CallOptions::default() };
/// ```
#[derive(Default)]
pub struct CallOptions<'a> {
    /// The deadline over all attempts; the client's when left out.
    pub timeout: Option<Duration>,
    /// Retries; by default the client's for reads and repeatable calls, none for a call that creates something. A call
    /// that moves money is never repeated, whatever this says.
    pub max_retries: Option<u32>,
    /// Stops the call when it completes. Dropping the call's future stops it too.
    pub cancel: Option<BoxFuture<'a, ()>>,
    /// Counts how often the request was sent, for logs.
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
