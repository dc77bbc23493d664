//! The client: prepare, policies, transport, parse.

mod options;

use core::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};
use std::sync::Arc;

use crate::{
    Code, Endpoint, EndpointSpec, Error, Executed, FetchError, Kind, Platform, Reply, Secret, Signature,
    call::Call,
    endpoint::Fields,
    json::Json,
    policy::{
        deadline::{Ended, bounded},
        retry,
        retry_after::retry_after,
    },
    redact::Secrets,
    reply::{self, FromJson, check_origins, what_to_do},
    request::{Draft, check_api_key, check_base_url, check_secret},
    validate::secret_stays_out,
};

pub use options::{CallOptions, Config, ExternalSigner, Signer};

/// A client of the gateway over some platform.
///
/// ```no_run
/// use citrn::{CallOptions, Client, Config, Error, Platform, Signer, endpoints::CreatePayment};
///
/// async fn pay(platform: impl Platform, api_key: String, secret: String) -> Result<String, Error> {
///     let config = Config { api_key: Some(api_key), signer: Signer::Secret(secret.into()), ..Config::default() };
///     let client = Client::new(platform, config)?;
///     let payment = CreatePayment::new("user-17", "USDTT", "https://shop.example/thanks");
///     let payment = client.call(&payment, CallOptions::default()).await?;
///     Ok(payment.data.redirect_url)
/// }
/// ```
#[derive(Debug)]
pub struct Client<P> {
    platform: P,
    config: Arc<Config>,
}

impl<P: Platform> Client<P> {
    /// Makes a client.
    ///
    /// # Errors
    /// `invalid_configuration` when the key or the secret cannot be right.
    #[cfg_attr(
        target_family = "wasm",
        expect(clippy::arc_with_non_send_sync, reason = "in wasm nothing is sent to another thread; elsewhere it is")
    )]
    pub fn new(platform: P, config: Config) -> Result<Self, Error> {
        if let Some(api_key) = &config.api_key {
            check_api_key(api_key)?;
        }
        if let Signer::Secret(secret) = &config.signer {
            check_secret(secret)?;
        }
        if let Some(problem) = config.callback_secrets.iter().find_map(Secret::problem) {
            return Err(Error::configuration("callback_secrets", problem));
        }
        check_origins(&config.request.redirect_origins)?;
        check_base_url(&config.request)?;
        if config.timeout.is_zero() {
            return Err(Error::configuration("timeout", "must be longer than nothing"));
        }
        Ok(Self { platform, config: Arc::new(config) })
    }

    /// A client with the same settings over another platform.
    pub fn over<Q: Platform>(&self, platform: Q) -> Client<Q> {
        Client { platform, config: Arc::clone(&self.config) }
    }

    /// The platform that this client runs on.
    pub fn platform(&self) -> &P {
        &self.platform
    }

    /// Calls an endpoint.
    ///
    /// # Errors
    /// See [`Code`]; [`Error::executed`] says whether anything was carried out.
    pub async fn call<E: Endpoint>(&self, endpoint: &E, options: CallOptions<'_>) -> Result<Reply<E::Reply>, Error> {
        self.send(self.draft(E::SPEC, &endpoint.fields())?, options, E::Reply::from_canonical).await
    }

    /// Calls an endpoint that is known by its row of the table only; the reply is its canonical JSON text: the fields of
    /// the typed reply under their own names, `null` for what is not there, and everything else as it came.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn call_row(
        &self,
        spec: &EndpointSpec,
        fields: &Fields<'_>,
        options: CallOptions<'_>,
    ) -> Result<Reply<String>, Error> {
        self.send(self.draft(spec, fields)?, options, text_of).await
    }

    /// Calls any path below the base URL with a JSON object, for what has no type yet; the reply is its JSON text.
    ///
    /// A path of the table keeps its kind, its amounts must be text, and the API secret stays out of any body. A path that
    /// is not in the table counts as moving money: it is sent at most once.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn request(&self, path: &str, body: &str, options: CallOptions<'_>) -> Result<Reply<String>, Error> {
        let draft = Draft::of_path(path, body, &self.config.request)?;
        self.secret_stays_out(draft.call.key.as_deref())?;
        self.send(draft, options, text_of).await
    }

    fn secret_stays_out(&self, key: Option<&str>) -> Result<(), Error> {
        match &self.config.signer {
            Signer::Secret(secret) if !self.config.request.allow_secret_in_body => secret_stays_out(key, secret),
            _ => Ok(()),
        }
    }

    fn draft(&self, spec: &EndpointSpec, fields: &Fields<'_>) -> Result<Draft, Error> {
        self.secret_stays_out(fields.text("key"))?;
        Draft::of(spec, fields, &self.config.request)
    }

    /// The texts that no error of a call may show: secrets, a withdrawal's `key`, the signature.
    fn secrets<'a>(&'a self, call: &'a Call) -> Secrets<'a> {
        let signer = match &self.config.signer {
            Signer::Secret(secret) => Some(secret),
            _ => None,
        };
        let secrets = signer.into_iter().chain(&self.config.callback_secrets).filter_map(Secret::as_text);
        secrets.chain(call.key.as_deref()).chain(call.signature.get().map(String::as_str)).collect()
    }

    /// Signs and sends, within the deadline. `value` makes the result from the reply's canonical form.
    async fn send<T>(
        &self,
        draft: Draft,
        options: CallOptions<'_>,
        value: fn(Json<'_>) -> Option<T>,
    ) -> Result<Reply<T>, Error> {
        let timeout = options.timeout.unwrap_or(self.config.timeout);
        if timeout.is_zero() {
            return Err(Error::configuration("timeout", "must be longer than nothing"));
        }
        let call = draft.call.clone();
        let kind = call.context.kind;
        let retries = retry::allowed(kind, options.max_retries, self.config.max_retries);
        let own = AtomicU32::new(0);
        let sent = options.attempts.unwrap_or(&own);
        sent.store(0, Ordering::Relaxed);
        let unsettled = AtomicBool::new(false);
        let attempts = self.attempts(draft, retries, timeout, sent, &unsettled, value);
        let interrupted = |code, what: &str| interrupted(kind, code, what, unsettled.load(Ordering::Relaxed));
        let result = match bounded(attempts, self.platform.sleep(timeout), options.cancel).await {
            Ended::Done(result) => result,
            Ended::TimedOut => {
                let milliseconds = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
                Err(interrupted(Code::Timeout, &format!("The call timed out after {milliseconds} ms.")))
            }
            Ended::Aborted => Err(interrupted(Code::Aborted, "The caller stopped the call.")),
        };
        result.map_err(|error| finished(error, &call))
    }

    /// Signs and sends until there is a success, or an error that is not retried. `unsettled` is true while an attempt runs
    /// and once the outcome of one is unknown.
    async fn attempts<T>(
        &self,
        draft: Draft,
        retries: u32,
        timeout: Duration,
        sent: &AtomicU32,
        unsettled: &AtomicBool,
        value: fn(Json<'_>) -> Option<T>,
    ) -> Result<Reply<T>, Error> {
        let deadline = self.platform.now().saturating_add(timeout);
        let draft = self.sign(draft).await?;
        let call = &draft.call;
        let mut attempt = 0;
        let mut executed = Executed::No;
        loop {
            sent.fetch_add(1, Ordering::Relaxed);
            unsettled.store(true, Ordering::Relaxed);
            let error = match self.platform.fetch(&draft.request).await {
                Ok(response) => {
                    let wait =
                        response.retry_after.as_deref().and_then(|header| retry_after(header, self.platform.now()));
                    match reply::read(&call.context, &self.secrets(call), response, value) {
                        Ok(reply) => return Ok(reply),
                        Err(error) => error.with_retry_after(wait),
                    }
                }
                Err(failure) => unanswered(call.context.kind, failure, &self.secrets(call)),
            };
            // If an earlier attempt's outcome is unknown, a later refusal does not make it "no".
            if executed == Executed::No {
                executed = error.executed();
            }
            unsettled.store(executed == Executed::Unknown, Ordering::Relaxed);
            let error = error.with_executed(executed);
            let remaining = deadline.saturating_sub(self.platform.now());
            let wait = match retry::wait(&error, attempt, remaining, self.platform.random()) {
                Some(wait) if attempt < retries => wait,
                _ => return Err(error),
            };
            self.platform.sleep(wait).await;
            attempt += 1;
        }
    }

    /// Adds the auth headers where the call has them.
    async fn sign(&self, draft: Draft) -> Result<Draft, Error> {
        if !draft.signed {
            return Ok(draft);
        }
        let hex = match &self.config.signer {
            Signer::Secret(secret) => Signature::sign(secret, draft.signed_bytes()).to_hex(),
            Signer::External(signer) => {
                let given = signer(draft.signed_bytes()).await;
                external(given.map_err(|why| self.secrets(&draft.call).shown(&why)))?
            }
            Signer::None => {
                let message = "This call must be signed: give the client a secret or a signer.";
                return Err(Error::not_sent(Code::SecretRequired, message).with_field("secret"));
            }
        };
        match &self.config.api_key {
            Some(api_key) => Ok(draft.with_signature(api_key, hex)),
            None => Err(Error::configuration("api_key", "is required for every call that is signed")),
        }
    }
}

/// The text of a reply's canonical form.
fn text_of(json: Json<'_>) -> Option<String> {
    Some(json.as_str().to_owned())
}

/// Takes what an external signer gave, if it is a signature at all.
fn external(given: Result<String, String>) -> Result<String, Error> {
    let failed =
        |why: &str| Error::not_sent(Code::SignerFailed, format!("The signer failed, so nothing was sent: {why}"));
    let hex = given.map_err(|why| failed(&why))?;
    match Signature::from_hex(&hex) {
        Some(signature) => Ok(signature.to_hex()),
        None => Err(failed("it must give 128 hex digits, the HMAC-SHA512 of the bytes it got")),
    }
}

/// The error of an attempt without a reply.
fn unanswered(kind: Kind, failure: FetchError, secrets: &Secrets<'_>) -> Error {
    let network = |what: &str, why: &str, sent| {
        let why = secrets.shown(why);
        interrupted(kind, Code::Network, &format!("{what}: {}.", why.trim_end_matches('.')), sent)
    };
    match failure {
        FetchError::NotConfigured(problem) => Error::configuration("fetch", secrets.shown(&problem)),
        FetchError::NeverConnected(why) => network("The gateway could not be reached", &why, false),
        FetchError::Unreadable(why) => network("The gateway's answer cannot be read", &why, true).with_retryable(false),
        FetchError::Failed(why) => network("The connection to the gateway failed", &why, true),
    }
}

/// Adds the reference that every error of a call carries.
fn finished(error: Error, call: &Call) -> Error {
    error.with_reference(call.reference.clone())
}

/// A call that did not come to an answer.
fn interrupted(kind: Kind, code: Code, what: &str, sent: bool) -> Error {
    let executed = kind.executed(if sent { Executed::Unknown } else { Executed::No });
    let message = format!("{what}{}", what_to_do(kind, &code, executed));
    Error::new(code, executed, message).with_retryable(kind.is_repeatable(executed))
}
