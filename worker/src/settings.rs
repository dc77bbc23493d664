//! The settings, read once, with their faults.

mod callbacks;
mod checkout;
mod extra;
mod fault;
mod gateway;
mod source;
mod tokens;

use core::time::Duration;

use citrn::{Client, Platform, Secret};

pub use fault::Fault;
pub use source::Source;
use source::how_to_set;

use crate::{
    auth::{Tokens, return_url::AllowedOrigins},
    checkout::Checkout,
    extra::{Extra, ExtraSettings},
    http::{Cause, Incoming, Problem, route::RouteSpec},
    inbox::Inbox,
};

/// All settings. A fault affects only the routes that need the setting.
pub struct Settings<P> {
    /// The bearer tokens.
    pub tokens: Result<Tokens, Fault>,
    /// The allowed origins of `return_url`.
    pub return_origins: Result<AllowedOrigins, Fault>,
    /// The gateway's client, or all faults of its settings.
    pub client: Result<Client<P>, Vec<Fault>>,
    /// The extra fields of payments and addresses.
    pub extra: Result<ExtraSettings, Fault>,
    /// The deadline of a call to the gateway, including retries.
    pub deadline: Duration,
    /// The secrets that verify callbacks: the gateway's secret and, during a rotation, the previous one.
    pub callback_secrets: Result<Vec<Secret>, Fault>,
    /// The inbox. It stores callbacks even if its settings have faults.
    pub inbox: Inbox,
    /// The faults of the inbox's settings.
    pub inbox_faults: Vec<Fault>,
    /// The checkout, `None` if it is off, or all faults of its settings.
    pub checkout: Result<Option<Checkout>, Vec<Fault>>,
}

impl<P: Platform> Settings<P> {
    /// Reads all settings.
    pub fn read(source: Source<'_>, platform: P, routes: &'static [RouteSpec]) -> Self {
        let deadline = gateway::deadline(source);
        let (inbox, inbox_faults) = callbacks::inbox(source);
        let callback_secrets = callbacks::secrets(source);
        Self {
            extra: extra::extra(source, callback_secrets.as_deref().unwrap_or_default()),
            callback_secrets,
            inbox,
            inbox_faults,
            tokens: source::required(source, "WORKER_TOKENS")
                .and_then(|text| tokens::read(&text, routes).map_err(|problem| Fault::new("WORKER_TOKENS", problem))),
            return_origins: return_origins(source),
            deadline: *deadline.as_ref().unwrap_or(&gateway::DEADLINE),
            client: gateway::client(source, platform, deadline),
            checkout: checkout::checkout(source),
        }
    }

    /// Returns every fault.
    pub fn faults(&self) -> Vec<&Fault> {
        let client = self.client.as_ref().err().into_iter().flatten();
        // A fault of the current secret is already among the client's.
        let previous = self.callback_secrets.as_ref().err().filter(|fault| fault.name == gateway::PREVIOUS);
        let first = self.tokens.as_ref().err().into_iter().chain(client);
        let checkout = self.checkout.as_ref().err().into_iter().flatten();
        first
            .chain(self.return_origins.as_ref().err())
            .chain(self.extra.as_ref().err())
            .chain(previous)
            .chain(&self.inbox_faults)
            .chain(checkout)
            .collect()
    }
}

/// Settings that a request requires. The errors are `invalid_configuration`.
impl<P> Settings<P> {
    /// Returns the gateway's client.
    pub fn client(&self) -> Result<&Client<P>, Problem> {
        self.client.as_ref().map_err(Fault::problem)
    }

    /// Returns the settings of extra fields.
    pub fn extra(&self) -> Result<&ExtraSettings, Problem> {
        self.extra.as_ref().map_err(|fault| Fault::problem([fault]))
    }

    /// Checks the extra fields of a request: the JSON text of its parameter `extra`.
    pub fn admit_extra(&self, json: Option<&str>) -> Result<Option<Extra>, Problem> {
        self.extra()?.admit(json, self.callback_secrets.as_deref().unwrap_or_default())
    }

    /// Returns the checkout.
    pub fn checkout(&self) -> Result<&Checkout, Problem> {
        match &self.checkout {
            Ok(Some(checkout)) => Ok(checkout),
            Ok(None) => {
                let problem = format!("is not set, so the checkout is off: {}", how_to_set(checkout::SECRETS));
                Err(Fault::problem([&Fault::new(checkout::SECRETS, problem)]))
            }
            Err(faults) => Err(Fault::problem(faults)),
        }
    }

    /// Returns the allowed origins of `return_url`.
    pub fn return_origins(&self) -> Result<&AllowedOrigins, Problem> {
        self.return_origins.as_ref().map_err(|fault| Fault::problem([fault]))
    }

    /// Returns the secrets that verify callbacks. The error names no setting, since the gateway has no token.
    pub fn callback_secrets(&self, request: &impl Incoming) -> Result<&[Secret], Problem> {
        self.callback_secrets.as_deref().map_err(|fault| {
            if request.is_local() {
                return Fault::problem([fault]);
            }
            Problem::new(
                Cause::InvalidConfiguration,
                "A setting is missing or malformed: call GET /readyz with a token for details.",
            )
        })
    }

    /// Checks that the webhook is configured.
    pub fn check_webhook(&self) -> Result<(), Problem> {
        if self.inbox.webhook.is_some() {
            return Ok(());
        }
        let problem = "and MERCHANT_WEBHOOK_SECRET must both be set for deliveries";
        Err(Fault::problem([&Fault::new("MERCHANT_WEBHOOK_URL", problem)]))
    }
}

/// Reads `ALLOWED_RETURN_ORIGINS`. An unset one is a fault, but an empty one is a choice that allows no `return_url`.
fn return_origins(source: Source<'_>) -> Result<AllowedOrigins, Fault> {
    const NAME: &str = "ALLOWED_RETURN_ORIGINS";
    let text = source(NAME).ok_or_else(|| Fault::new(NAME, "is not set: list origins such as https://shop.example"))?;
    AllowedOrigins::read(&text).map_err(|problem| Fault::new(NAME, problem))
}

#[cfg(test)]
mod tests;
