//! Settings that a request cannot do without.

use citrn::{Client, Secret};

use super::{Fault, Settings, source::how_to_set};
use crate::{
    auth::{loopback, return_url::AllowedOrigins},
    checkout::Checkout,
    http::{
        problem::{Cause, Problem},
        request::Incoming,
    },
};

impl<P> Settings<P> {
    /// What calls the gateway.
    ///
    /// # Errors
    /// `invalid_configuration` when a setting is missing or wrong.
    pub fn client(&self) -> Result<&Client<P>, Problem> {
        self.client.as_ref().map_err(|faults| Fault::problem(&faults.iter().collect::<Vec<_>>()))
    }

    /// The settings of the checkout.
    ///
    /// # Errors
    /// `invalid_configuration` when they are missing or wrong.
    pub fn checkout(&self) -> Result<&Checkout, Problem> {
        match &self.checkout {
            Ok(Some(checkout)) => Ok(checkout),
            Ok(None) => {
                let name = "CHECKOUT_SECRETS";
                let detail = format!("{name} is not set, so there is no checkout: {}.", how_to_set(name));
                Err(Problem::new(Cause::InvalidConfiguration, detail).about(name))
            }
            Err(faults) => Err(Fault::problem(&faults.iter().collect::<Vec<_>>())),
        }
    }

    /// Where payers may be sent back to.
    ///
    /// # Errors
    /// `invalid_configuration` when the setting is wrong.
    pub fn return_origins(&self) -> Result<&AllowedOrigins, Problem> {
        self.return_origins.as_ref().map_err(|fault| Fault::problem(&[fault]))
    }

    /// The secrets of the callbacks' signatures. The gateway has no token, so its request gets no names of settings.
    ///
    /// # Errors
    /// `invalid_configuration` when a secret is missing or wrong.
    pub fn callback_secrets(&self, request: &impl Incoming) -> Result<&[Secret], Problem> {
        self.callback_secrets.as_deref().map_err(|fault| {
            if loopback::is_local(request) {
                return Fault::problem(&[fault]);
            }
            Problem::new(Cause::InvalidConfiguration, "A setting is missing or malformed: see /readyz, with a token.")
        })
    }

    /// Checks that there is a destination of deliveries.
    ///
    /// # Errors
    /// `invalid_configuration` when there is none.
    pub fn check_webhook(&self) -> Result<(), Problem> {
        if self.inbox.webhook.is_some() {
            return Ok(());
        }
        let name = "MERCHANT_WEBHOOK_URL";
        let detail = format!("{name} and MERCHANT_WEBHOOK_SECRET are not both set, so there is nobody to deliver to.");
        Err(Problem::new(Cause::InvalidConfiguration, detail).about(name))
    }
}
