//! One call to the gateway as a state machine without I/O. It decides deadline, retries, outcome and redaction.
//!
//! A driver carries out each [`Action`] and reports its result as an [`Event`], until the call is done.
//! [`Client`](crate::Client) is the driver over a [`Platform`](crate::Platform); the npm package has one in TypeScript.

mod errors;
mod event;

use core::{fmt, time::Duration};
use std::sync::Arc;

pub use self::event::{Action, Event};
use crate::{
    CallOptions, Code, Config, Endpoint, EndpointSpec, Error, Executed, Kind, Secret, Signature, Signer,
    config::zero_timeout,
    endpoint::Fields,
    json::Json,
    policy::{retry, retry_after::retry_after},
    redact::Secrets,
    reply::{self, FromJson},
    request::Draft,
};

/// One call to the gateway.
///
/// ```
/// use std::time::Duration;
/// use citrn::{Action, Call, CallOptions, Config, Endpoint, Event, Response, endpoints::Ping};
///
/// let options = CallOptions::default();
/// let mut call = Call::to_endpoint(Config::default(), &Ping::new(), &options)?;
/// let Action::Send(request) = call.start(Duration::ZERO) else { panic!("a ping is not signed") };
/// assert_eq!(request.url, "https://app.citrn.io/api/ping");
/// let answer = Response { status: 200, retry_after: None, body: b"OK".to_vec() };
/// let Action::Done(Ok(pong)) = call.handle(Event::Answered(answer), Duration::ZERO, 0) else { panic!("no reply") };
/// assert_eq!(pong.message, "OK");
/// # Ok::<(), citrn::Error>(())
/// ```
pub struct Call<T> {
    config: Arc<Config>,
    draft: Draft,
    read: fn(Json<'_>) -> Option<T>,
    timeout: Duration,
    max_retries: Option<u32>,
    /// When the call times out, as time since the Unix epoch.
    deadline: Duration,
    phase: Phase,
    /// The number of failed attempts.
    failures: u32,
    /// Whether the gateway may have carried out one of the failed attempts.
    executed: Executed,
    /// The error of the last attempt that another one followed.
    last_failure: Option<Error>,
}

/// The action whose result the call expects next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Created,
    Signing,
    Sending,
    Waiting,
    Done,
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("request", &self.draft.request).field("phase", &self.phase).finish_non_exhaustive()
    }
}

impl<T: FromJson> Call<T> {
    /// Creates a call to an endpoint.
    ///
    /// # Errors
    /// As [`Call::to_row`].
    pub fn to_endpoint<E: Endpoint<Reply = T>>(
        config: impl Into<Arc<Config>>,
        endpoint: &E,
        options: &CallOptions<'_>,
    ) -> Result<Self, Error> {
        Self::to_row(config, E::SPEC, &endpoint.fields(), options, T::from_canonical)
    }
}

impl<T> Call<T> {
    /// Creates a call to a row of the endpoint table. `read` converts the reply from its canonical form.
    ///
    /// # Errors
    /// `invalid_parameter` or `invalid_configuration`; [`Error::field`] names the parameter or setting.
    pub fn to_row(
        config: impl Into<Arc<Config>>,
        spec: &EndpointSpec,
        fields: &Fields<'_>,
        options: &CallOptions<'_>,
        read: fn(Json<'_>) -> Option<T>,
    ) -> Result<Self, Error> {
        let config = config.into();
        let draft = Draft::for_endpoint(spec, fields, &config.request, secret(&config), &config.callback_secrets)?;
        Self::new(config, draft, options, read)
    }

    /// Creates a call to any path with any JSON body. A path in the endpoint table keeps its kind; any other counts as
    /// moving money.
    ///
    /// # Errors
    /// As [`Call::to_row`].
    pub fn to_path(
        config: impl Into<Arc<Config>>,
        path: &str,
        body: &str,
        options: &CallOptions<'_>,
        read: fn(Json<'_>) -> Option<T>,
    ) -> Result<Self, Error> {
        let config = config.into();
        let draft = Draft::for_path(path, body, &config.request, secret(&config))?;
        Self::new(config, draft, options, read)
    }

    fn new(
        config: Arc<Config>,
        draft: Draft,
        options: &CallOptions<'_>,
        read: fn(Json<'_>) -> Option<T>,
    ) -> Result<Self, Error> {
        let timeout = options.timeout.unwrap_or(config.timeout);
        if timeout.is_zero() {
            return Err(zero_timeout());
        }
        Ok(Self {
            config,
            draft,
            read,
            timeout,
            max_retries: options.max_retries,
            deadline: Duration::MAX,
            phase: Phase::Created,
            failures: 0,
            executed: Executed::No,
            last_failure: None,
        })
    }

    /// The time limit of the call from its start. When it passes, a driver ends the call with [`Call::time_out`].
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns the error of the last failed attempt, if the call continued. For drivers that trace attempts.
    ///
    /// ```
    /// use std::time::Duration;
    /// use citrn::{Action, Call, CallOptions, Code, Config, Event, FetchError, endpoints::Ping};
    ///
    /// let mut call = Call::to_endpoint(Config::default(), &Ping::new(), &CallOptions::default())?;
    /// call.start(Duration::ZERO);
    /// let failed = Event::Failed(FetchError::Failed("connection reset".to_owned()));
    /// assert!(matches!(call.handle(failed, Duration::ZERO, 0), Action::Wait(_)));
    /// assert_eq!(call.last_failure().map(|error| error.code()), Some(&Code::Network));
    /// # Ok::<(), citrn::Error>(())
    /// ```
    pub fn last_failure(&self) -> Option<&Error> {
        self.last_failure.as_ref()
    }

    /// Starts the call. `now` is the time since the Unix epoch.
    pub fn start(&mut self, now: Duration) -> Action<'_, T> {
        if self.phase != Phase::Created {
            return self.unexpected("a second start");
        }
        self.deadline = now.saturating_add(self.timeout);
        if !self.draft.is_signed {
            return self.send();
        }
        match secret(&self.config) {
            Some(secret) => {
                let hex = Signature::sign(secret, self.draft.signed_bytes()).to_hex();
                self.send_signed(hex)
            }
            None => {
                self.phase = Phase::Signing;
                Action::Sign(self.draft.signed_bytes())
            }
        }
    }

    /// Takes the result of the last action. `random` is for the jitter between attempts.
    pub fn handle(&mut self, event: Event, now: Duration, random: u32) -> Action<'_, T> {
        match (self.phase, event) {
            (Phase::Signing, Event::Signed(result)) => match errors::checked_signature(result, &self.secrets()) {
                Ok(hex) => self.send_signed(hex),
                Err(error) => self.fail(error),
            },
            (Phase::Signing, Event::NoSigner) => self.fail(errors::no_signer()),
            (Phase::Sending, Event::Answered(response)) => {
                let wait = response.retry_after.as_deref().and_then(|header| retry_after(header, now));
                match reply::read(&self.draft.context, &self.secrets(), response, self.read) {
                    Ok(reply) => {
                        self.phase = Phase::Done;
                        Action::Done(Ok(reply))
                    }
                    Err(error) => self.retry_or_fail(error.with(|details| details.retry_after = wait), now, random),
                }
            }
            (Phase::Sending, Event::Failed(failure)) => {
                let error = errors::transport_error(self.kind(), failure, &self.secrets());
                self.retry_or_fail(error, now, random)
            }
            (Phase::Waiting, Event::Woken) => self.send(),
            (_, event) => self.unexpected(&format!("{event:?}")),
        }
    }

    /// Ends the call because its timeout has passed.
    pub fn time_out(&mut self) -> Error {
        let milliseconds = u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX);
        self.interrupt(Code::Timeout, &format!("The call timed out after {milliseconds} ms."))
    }

    /// Ends the call because the caller cancelled it.
    pub fn cancel(&mut self) -> Error {
        self.interrupt(Code::Aborted, "The caller cancelled the call.")
    }

    fn send_signed(&mut self, hex: String) -> Action<'_, T> {
        match &self.config.api_key {
            Some(api_key) => self.draft.add_signature(api_key, hex),
            None => {
                return self.fail(Error::configuration("api_key", "is required for signed calls"));
            }
        }
        self.send()
    }

    fn send(&mut self) -> Action<'_, T> {
        self.phase = Phase::Sending;
        Action::Send(&self.draft.request)
    }

    /// Schedules another attempt if the error and the kind of the call allow one; otherwise ends the call.
    fn retry_or_fail(&mut self, error: Error, now: Duration, random: u32) -> Action<'_, T> {
        // If an earlier attempt's outcome is unknown, a later refusal does not make it "no".
        if self.executed == Executed::No {
            self.executed = error.executed();
        }
        let error = error.with(|details| details.executed = self.executed);
        let allowed = retry::allowed(self.kind(), self.max_retries, self.config.max_retries);
        let remaining = self.deadline.saturating_sub(now);
        match retry::wait(&error, self.failures, remaining, random) {
            Some(wait) if self.failures < allowed => {
                self.failures += 1;
                self.phase = Phase::Waiting;
                self.last_failure = Some(error);
                Action::Wait(wait)
            }
            _ => self.fail(error),
        }
    }

    fn fail(&mut self, error: Error) -> Action<'_, T> {
        Action::Done(Err(self.finish(error)))
    }

    /// Marks the call as done, and adds its reference to the error.
    fn finish(&mut self, error: Error) -> Error {
        self.phase = Phase::Done;
        error.with(|details| details.reference = self.draft.reference.clone())
    }

    /// Ends a call whose driver reports an event that does not match the last action, since going on could send it
    /// twice.
    fn unexpected(&mut self, event: &str) -> Action<'_, T> {
        let message = format!("The driver of this call reported {event}, which does not match its last action.");
        Action::Done(Err(self.interrupt(Code::Aborted, &message)))
    }

    fn interrupt(&mut self, code: Code, message: &str) -> Error {
        let may_be_executed = self.phase == Phase::Sending || self.executed == Executed::Unknown;
        let error = errors::unanswered(self.kind(), code, message, may_be_executed);
        self.finish(error)
    }

    /// The texts to redact in errors of this call: secrets, a withdrawal's `key`, extra fields, the signature.
    fn secrets(&self) -> Secrets<'_> {
        let secrets = secret(&self.config).into_iter().chain(&self.config.callback_secrets);
        let of_the_request = self.draft.key.as_deref().into_iter().chain(self.draft.signature());
        Secrets {
            secrets: secrets.filter_map(Secret::as_text).chain(of_the_request).collect(),
            words: self.draft.extra.iter().map(String::as_str).collect(),
        }
    }

    fn kind(&self) -> Kind {
        self.draft.context.kind
    }
}

fn secret(config: &Config) -> Option<&Secret> {
    match &config.signer {
        Signer::Secret(secret) => Some(secret),
        Signer::None | Signer::External(_) => None,
    }
}
