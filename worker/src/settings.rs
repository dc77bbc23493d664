//! The settings: read once, each with what is wrong with it.

mod callbacks;
mod checkout;
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
    http::{Cause, Incoming, Problem, route::RouteSpec},
    inbox::Inbox,
};

/// All settings. What is wrong with one leaves the routes alone that do not need it.
pub struct Settings<P> {
    /// Who may call.
    pub tokens: Result<Tokens, Fault>,
    /// Where payers may be sent back to.
    pub return_origins: Result<AllowedOrigins, Fault>,
    /// The gateway's client; or everything that keeps it from being made.
    pub client: Result<Client<P>, Vec<Fault>>,
    /// The deadline of a call to the gateway over all its attempts.
    pub deadline: Duration,
    /// What callbacks are signed with: the gateway's secret, and the one before it while they rotate.
    pub callback_secrets: Result<Vec<Secret>, Fault>,
    /// How the inbox is set up. What is wrong with it keeps nothing from being stored.
    pub inbox: Inbox,
    /// What is wrong with the inbox's settings.
    pub inbox_faults: Vec<Fault>,
    /// The checkout, if there is to be one; or everything that keeps it from working.
    pub checkout: Result<Option<Checkout>, Vec<Fault>>,
}

impl<P: Platform> Settings<P> {
    /// Reads all settings.
    pub fn read(source: Source<'_>, platform: P, routes: &'static [RouteSpec]) -> Self {
        let deadline = gateway::deadline(source);
        let (inbox, inbox_faults) = callbacks::inbox(source);
        Self {
            callback_secrets: callbacks::secrets(source),
            inbox,
            inbox_faults,
            tokens: source::given(source, "WORKER_TOKENS")
                .and_then(|text| tokens::read(&text, routes).map_err(|problem| Fault::new("WORKER_TOKENS", problem))),
            return_origins: return_origins(source),
            deadline: *deadline.as_ref().unwrap_or(&gateway::DEADLINE),
            client: gateway::client(source, platform, deadline),
            checkout: checkout::checkout(source),
        }
    }

    /// Every fault.
    pub fn faults(&self) -> Vec<&Fault> {
        let client = self.client.as_ref().err().into_iter().flatten();
        // A fault of the secret itself is the client's too.
        let previous = self.callback_secrets.as_ref().err().filter(|fault| fault.name == gateway::PREVIOUS);
        let first = self.tokens.as_ref().err().into_iter().chain(client);
        let checkout = self.checkout.as_ref().err().into_iter().flatten();
        first
            .chain(self.return_origins.as_ref().err())
            .chain(previous)
            .chain(&self.inbox_faults)
            .chain(checkout)
            .collect()
    }
}

/// What a request cannot do without; the problem is `invalid_configuration`.
impl<P> Settings<P> {
    /// What calls the gateway.
    pub fn client(&self) -> Result<&Client<P>, Problem> {
        self.client.as_ref().map_err(Fault::problem)
    }

    /// The settings of the checkout.
    pub fn checkout(&self) -> Result<&Checkout, Problem> {
        match &self.checkout {
            Ok(Some(checkout)) => Ok(checkout),
            Ok(None) => {
                let problem = format!("is not set, so there is no checkout: {}", how_to_set(checkout::SECRETS));
                Err(Fault::problem([&Fault::new(checkout::SECRETS, problem)]))
            }
            Err(faults) => Err(Fault::problem(faults)),
        }
    }

    /// Where payers may be sent back to.
    pub fn return_origins(&self) -> Result<&AllowedOrigins, Problem> {
        self.return_origins.as_ref().map_err(|fault| Fault::problem([fault]))
    }

    /// The secrets of the callbacks' signatures. The gateway has no token, so its request gets no names of settings.
    pub fn callback_secrets(&self, request: &impl Incoming) -> Result<&[Secret], Problem> {
        self.callback_secrets.as_deref().map_err(|fault| {
            if request.is_local() {
                return Fault::problem([fault]);
            }
            Problem::new(Cause::InvalidConfiguration, "A setting is missing or malformed: see /readyz, with a token.")
        })
    }

    /// Checks that there is a destination of deliveries.
    pub fn check_webhook(&self) -> Result<(), Problem> {
        if self.inbox.webhook.is_some() {
            return Ok(());
        }
        let problem = "and MERCHANT_WEBHOOK_SECRET are not both set, so there is nobody to deliver to";
        Err(Fault::problem([&Fault::new("MERCHANT_WEBHOOK_URL", problem)]))
    }
}

/// Not being set is a mistake, being set to nothing is a choice: then no `return_url` is allowed.
fn return_origins(source: Source<'_>) -> Result<AllowedOrigins, Fault> {
    const NAME: &str = "ALLOWED_RETURN_ORIGINS";
    let text = source(NAME).ok_or_else(|| Fault::new(NAME, "is not set: list origins such as https://shop.example"))?;
    AllowedOrigins::read(&text).map_err(|problem| Fault::new(NAME, problem))
}

#[cfg(test)]
mod tests;
