//! The client, which drives calls over a platform.

use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;

use crate::{
    Action, Call, CallOptions, Config, Endpoint, EndpointSpec, Error, Event, Platform, Reply, Signer,
    endpoint::Fields,
    json::Json,
    policy::deadline::{Outcome, bounded},
};

/// A client of the gateway over a [`Platform`].
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
    /// Creates a client.
    ///
    /// # Errors
    /// `invalid_configuration` when a setting is invalid; [`Error::field`] names it.
    pub fn new(platform: P, config: Config) -> Result<Self, Error> {
        config.check()?;
        Ok(Self { platform, config: config.into() })
    }

    /// Returns the client's platform.
    pub fn platform(&self) -> &P {
        &self.platform
    }

    /// Calls an endpoint.
    ///
    /// # Errors
    /// See [`Code`](crate::Code). [`Error::executed`] says whether the gateway may have carried the call out.
    pub async fn call<E: Endpoint>(&self, endpoint: &E, options: CallOptions<'_>) -> Result<Reply<E::Reply>, Error> {
        self.drive(Call::to_endpoint(Arc::clone(&self.config), endpoint, &options)?, options).await
    }

    /// Calls an endpoint by its row of the table. The reply is JSON text in canonical form: the fields of the typed
    /// reply under their own names, `null` for missing ones, and all other fields unchanged.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn call_row(
        &self,
        spec: &EndpointSpec,
        fields: &Fields<'_>,
        options: CallOptions<'_>,
    ) -> Result<Reply<String>, Error> {
        self.drive(Call::to_row(Arc::clone(&self.config), spec, fields, &options, text_of)?, options).await
    }

    /// Calls any path below the base URL with a JSON object, for endpoints without a type here. Returns the JSON text
    /// of the reply.
    ///
    /// A path in the endpoint table keeps its kind, and its amounts must be text. Any other path counts as moving
    /// money, so it is sent at most once. A body whose `key` is the API secret is refused.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn request(&self, path: &str, body: &str, options: CallOptions<'_>) -> Result<Reply<String>, Error> {
        self.drive(Call::to_path(Arc::clone(&self.config), path, body, &options, text_of)?, options).await
    }

    /// Runs a call until it is done, times out or is cancelled.
    async fn drive<T>(&self, mut call: Call<T>, options: CallOptions<'_>) -> Result<Reply<T>, Error> {
        let unused = AtomicU32::new(0);
        let sent = options.attempts.unwrap_or(&unused);
        sent.store(0, Ordering::Relaxed);
        let timeout = self.platform.sleep(call.timeout());
        match bounded(self.run(&mut call, sent), timeout, options.cancel).await {
            Outcome::Done(result) => result,
            Outcome::TimedOut => Err(call.time_out()),
            Outcome::Cancelled => Err(call.cancel()),
        }
    }

    async fn run<T>(&self, call: &mut Call<T>, sent: &AtomicU32) -> Result<Reply<T>, Error> {
        let platform = &self.platform;
        let mut action = call.start(platform.now());
        loop {
            let event = match action {
                Action::Sign(bytes) => match &self.config.signer {
                    Signer::External(signer) => Event::Signed(signer(bytes).await),
                    Signer::None | Signer::Secret(_) => Event::NoSigner,
                },
                Action::Send(request) => {
                    sent.fetch_add(1, Ordering::Relaxed);
                    match platform.fetch(request).await {
                        Ok(response) => Event::Answered(response),
                        Err(failure) => Event::Failed(failure),
                    }
                }
                Action::Wait(duration) => {
                    platform.sleep(duration).await;
                    Event::Woken
                }
                Action::Done(result) => return result,
            };
            action = call.handle(event, platform.now(), platform.random());
        }
    }
}

fn text_of(json: Json<'_>) -> Option<String> {
    Some(json.as_str().to_owned())
}
