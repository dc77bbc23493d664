//! The client: drives each call over a platform.

use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;

use crate::{
    Action, Call, CallOptions, Config, Endpoint, EndpointSpec, Error, Event, Platform, Reply, Signer,
    endpoint::Fields,
    json::Json,
    policy::deadline::{Ended, bounded},
};

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
    /// `invalid_configuration` when a setting is invalid; [`Error::field`] names it.
    pub fn new(platform: P, config: Config) -> Result<Self, Error> {
        config.check()?;
        Ok(Self { platform, config: config.into() })
    }

    /// The platform that this client runs on.
    pub fn platform(&self) -> &P {
        &self.platform
    }

    /// Calls an endpoint.
    ///
    /// # Errors
    /// See [`Code`](crate::Code); [`Error::executed`] says whether anything was carried out.
    pub async fn call<E: Endpoint>(&self, endpoint: &E, options: CallOptions<'_>) -> Result<Reply<E::Reply>, Error> {
        self.drive(Call::to_endpoint(Arc::clone(&self.config), endpoint, &options)?, options).await
    }

    /// Calls an endpoint by its row of the table. The reply is its canonical JSON text: the fields of the typed reply under
    /// their own names, `null` for missing ones, and everything else as it came.
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

    /// Calls any path below the base URL with a JSON object, for what has no type yet; the reply is its JSON text.
    ///
    /// A path of the table keeps its kind, its amounts must be text, and the API secret stays out of any body. A path that
    /// is not in the table counts as moving money: it is sent at most once.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn request(&self, path: &str, body: &str, options: CallOptions<'_>) -> Result<Reply<String>, Error> {
        self.drive(Call::to_path(Arc::clone(&self.config), path, body, &options, text_of)?, options).await
    }

    /// Runs a call until it is done, its timeout passes or the caller stops it.
    async fn drive<T>(&self, mut call: Call<T>, options: CallOptions<'_>) -> Result<Reply<T>, Error> {
        let own = AtomicU32::new(0);
        let sent = options.attempts.unwrap_or(&own);
        sent.store(0, Ordering::Relaxed);
        let timeout = self.platform.sleep(call.timeout());
        match bounded(self.run(&mut call, sent), timeout, options.cancel).await {
            Ended::Done(result) => result,
            Ended::TimedOut => Err(call.time_out()),
            Ended::Aborted => Err(call.cancel()),
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
