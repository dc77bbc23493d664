//! The gateway in memory, as the platform of a client in tests.

mod callback_request;
mod control;
mod control_error;
mod destination;
mod faults;
mod payer;
mod platform;
mod wait;
mod withdrawals;
mod world;

use core::{fmt, time::Duration};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use citrn::{Config, Signer, hex};

use self::world::World;
pub use self::{callback_request::CallbackRequest, control_error::ControlError, destination::Destination};
use crate::{
    auth::Credentials, clock::Millis, engine::Settings, identity::Identity, profile::Profile,
    request_log::ReceivedRequest,
};

/// The origin of payment pages. Nothing serves them: `.invalid` has no hosts (RFC 2606).
const ORIGIN: &str = "https://sandbox.invalid";

/// Callbacks are recorded, not sent, but without a URL the engine makes none.
const CALLBACK_URL: &str = "https://shop.invalid/callbacks";

/// A gateway in memory, with its own clock, which starts at 2026-01-01, 00:00 UTC.
///
/// It is the [`Platform`](citrn::Platform) of a client, so a test needs no port, no async runtime of its own and no
/// real time: the clock advances when you call [`advance`](Self::advance), and when everything waits for it, as for a
/// timeout or a retry. The same seed and the same calls, in the same order, give the same bytes.
///
/// Clones share one gateway: give one to the client, and keep one for the test.
///
/// ```
/// use citrn::{Client, callback::Callback, endpoints::TakeAddress};
/// use citrn_sandbox::Gateway;
///
/// let gateway = Gateway::new("shop");
/// let citrn = Client::new(gateway.clone(), gateway.config())?;
///
/// let address = pollster::block_on(citrn.call(&TakeAddress::new("user-17", "USDTT"), Default::default()))?;
/// gateway.deposit(&address, "50")?;
///
/// for request in gateway.take_callbacks() {
///     let callback = Callback::verify(&[gateway.secret().into()], &request.body, request.headers)?;
///     assert_eq!(callback.customer_id(), Some("user-17"));
///     assert_eq!(callback.credit()?.unwrap().amount, "49.500000"); // after the fee of 1 %
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The clock does not know of other work: it also advances while a call waits for something real, such as an external
/// signer that asks a vault, so that the call times out. Give the client a signer that is ready immediately.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
    api_key: String,
    secret: String,
    identity: Identity,
    world: Mutex<World>,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("api_key", &self.0.api_key).finish_non_exhaustive()
    }
}

impl Gateway {
    /// Creates a gateway whose replies have the default form. The seed is any text or number.
    ///
    /// ```
    /// use citrn_sandbox::Gateway;
    /// assert_eq!(Gateway::new(17).secret(), Gateway::new("17").secret());
    /// ```
    #[must_use]
    pub fn new(seed: impl fmt::Display) -> Self {
        Self::with_profile(seed, Profile::default())
    }

    /// Creates a gateway that writes its replies, refusals and callbacks in another plausible form. A shop is ready if
    /// its tests pass under each.
    ///
    /// ```
    /// use citrn::{Client, endpoints::CreatePayment};
    /// use citrn_sandbox::{Gateway, Profile};
    ///
    /// for &profile in Profile::ALL {
    ///     let gateway = Gateway::with_profile("shop", profile);
    ///     let citrn = Client::new(gateway.clone(), gateway.config())?;
    ///     let payment = CreatePayment::new("order-17", "USDTT", "https://shop.example/thanks");
    ///     let payment = pollster::block_on(citrn.call(&payment, Default::default()))?;
    ///     gateway.pay(&payment.redirect_url, "50")?;
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_profile(seed: impl fmt::Display, profile: Profile) -> Self {
        let seed = seed.to_string();
        let identity = Identity::new(&seed);
        let derived = |purpose: &str| hex::encode(&identity.derive(purpose, &[]));
        let (api_key, secret) = (derived("api key"), derived("secret"));
        let world = World::new(Settings {
            credentials: Credentials::new(api_key.clone(), secret.clone()),
            seed,
            origin: ORIGIN.to_owned(),
            callback_url: Some(CALLBACK_URL.to_owned()),
            profile,
        });
        Self(Arc::new(Inner { api_key, secret, identity, world: Mutex::new(world) }))
    }

    /// Returns the merchant's public key, for a client that is made without [`config`](Self::config).
    ///
    /// ```
    /// use citrn_sandbox::Gateway;
    /// assert_eq!(Gateway::new("shop").config().api_key.as_deref(), Some(Gateway::new("shop").api_key()));
    /// ```
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.0.api_key
    }

    /// Returns the merchant's secret, which signs requests and callbacks.
    ///
    /// ```
    /// use citrn::callback::{Callback, sign};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let body = br#"{"id":17,"status":"confirmed"}"#; // a callback that the test writes itself
    /// let headers = sign(gateway.api_key(), &gateway.secret().into(), body);
    /// assert!(Callback::verify(&[gateway.secret().into()], body, headers).is_ok());
    /// ```
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0.secret
    }

    /// Returns the settings of a client: key and secret, and the defaults for the rest. With any host in the base URL,
    /// calls reach the gateway if the path is `/api`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use citrn::{Client, Config};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let config = Config { timeout: Duration::from_secs(5), ..gateway.config() };
    /// let citrn = Client::new(gateway, config)?;
    /// # Ok::<(), citrn::Error>(())
    /// ```
    #[must_use]
    pub fn config(&self) -> Config {
        let signer = Signer::Secret(self.secret().into());
        Config { api_key: Some(self.api_key().to_owned()), signer, ..Config::default() }
    }

    /// Returns the gateway's time, since the Unix epoch. `UNIX_EPOCH + gateway.now()` is a `SystemTime`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let start = gateway.now();
    /// gateway.advance(2);
    /// assert_eq!(gateway.now() - start, Duration::from_secs(7_200));
    /// ```
    #[must_use]
    pub fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.world().now()).unwrap_or(0))
    }

    /// Lets hours pass. What happens on the way, such as confirmations and repeated callbacks, happens in order. The
    /// clock stops at the end of the year 9999.
    ///
    /// ```
    /// use citrn::{Client, endpoints::{CreatePayment, TakeAddress}};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// let payment = CreatePayment::new("order-17", "USDTT", "https://shop.example/thanks");
    /// let payment = pollster::block_on(citrn.call(&payment, Default::default()))?;
    /// gateway.advance(1); // a payment expires after half an hour
    /// assert_eq!(gateway.pay(&payment.redirect_url, "50").unwrap_err().status, 409);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn advance(&self, hours: u32) {
        self.advance_by(Duration::from_secs(u64::from(hours) * 3_600));
    }

    /// Lets time pass, in whole milliseconds, as [`advance`](Self::advance).
    ///
    /// ```
    /// use std::time::Duration;
    /// use citrn::{Client, Code, ErrorCode, endpoints::{CreateQuote, MakeExchange}};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// gateway.fund("BTC", "1")?;
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// let quote = CreateQuote::new("BTC", "EUR", "0.1", "BTC");
    /// let quote = pollster::block_on(citrn.call(&quote, Default::default()))?;
    ///
    /// gateway.advance_by(Duration::from_secs(61)); // a quote is valid for a minute
    /// let late = pollster::block_on(citrn.call(&MakeExchange::new(&*quote.quote_id), Default::default()));
    /// assert_eq!(late.unwrap_err().code(), &Code::Gateway(ErrorCode::ProcessExchangeQuotaError));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn advance_by(&self, duration: Duration) {
        self.world().advance(Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX));
    }

    /// Returns the callbacks that the gateway has sent since the last call, oldest first. Your shop counts as having
    /// answered them with 200, unless [`set_callback_status`](Self::set_callback_status) says otherwise.
    ///
    /// ```
    /// use citrn::{Client, Code, callback::Callback, endpoints::TakeAddress};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// let address = pollster::block_on(citrn.call(&TakeAddress::new("user-17", "USDTT"), Default::default()))?;
    /// gateway.deposit(&address, "50")?;
    ///
    /// for mut request in gateway.take_callbacks() {
    ///     request.body.push(b' '); // an altered body: the signature no longer matches
    ///     let error = Callback::verify(&[gateway.secret().into()], &request.body, request.headers).unwrap_err();
    ///     assert_eq!(error.code(), &Code::InvalidSignature);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take_callbacks(&self) -> Vec<CallbackRequest> {
        core::mem::take(&mut self.world().callbacks)
    }

    /// Sets the HTTP status with which your shop answers callbacks from now on. After any but 200, the gateway repeats
    /// the callback on its schedule as time passes.
    ///
    /// ```
    /// use citrn::{Client, endpoints::TakeAddress};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// let address = pollster::block_on(citrn.call(&TakeAddress::new("user-17", "USDTT"), Default::default()))?;
    ///
    /// gateway.set_callback_status(503);
    /// gateway.deposit(&address, "50")?;
    /// let first = gateway.take_callbacks();
    /// gateway.set_callback_status(200);
    /// gateway.advance(1);
    /// assert_eq!(gateway.take_callbacks(), first);
    /// gateway.advance(48);
    /// assert_eq!(gateway.take_callbacks(), []);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_callback_status(&self, status: u16) {
        self.world().callback_status = status;
    }

    /// Returns the latest 1,000 requests that the gateway received, oldest first, with the reason of each refusal.
    ///
    /// ```
    /// use citrn::{Client, Code, Endpoint, ErrorCode, endpoints::CreateWithdrawal};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// let payout = CreateWithdrawal::new("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "payout-881", "25", "USDTT");
    /// let refused = pollster::block_on(citrn.call(&payout, Default::default())).unwrap_err();
    /// assert_eq!(refused.code(), &Code::Gateway(ErrorCode::BalanceNotEnough));
    ///
    /// let [request] = &gateway.requests()[..] else { panic!("sent more than once") };
    /// assert_eq!((request.endpoint, request.status), (Some(CreateWithdrawal::SPEC.name), 422));
    /// # Ok::<(), citrn::Error>(())
    /// ```
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.world().requests().cloned().collect()
    }

    fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// A panic of the test while the world was locked does not hide its own message behind another one.
    fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
