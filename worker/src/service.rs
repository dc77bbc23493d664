//! A request from beginning to end.

mod admission;

use core::time::Duration;
use std::rc::Rc;

use citrn::{Client, Platform, Secret};

use crate::{
    addresses,
    answer::Answer,
    bindings::Bindings,
    body, callbacks,
    catalogue::Catalogue,
    checkout::{self, Checkout, coins::Listed, link::NewLink},
    creation::Creation,
    gateway::elapsed,
    health, home,
    idempotency::{self, Scope},
    inbox::Inbox,
    incoming::{Incoming, path},
    limits,
    log::{self, Outcome, Record},
    loopback, openapi, payments,
    problem::{Cause, Problem},
    ready::{Audience, Readiness},
    request_id,
    return_url::AllowedOrigins,
    route::{Route, Unrouted},
    settings::{Fault, Settings, Source, how_to_set},
};

/// The Worker under one set of settings.
#[derive(Debug)]
pub struct Service<P> {
    platform: P,
    settings: Rc<Settings<P>>,
    readiness: Readiness,
    catalogue: Catalogue,
}

impl<P: Platform + Bindings + Clone> Service<P> {
    /// Reads the settings.
    #[must_use]
    pub fn new(source: Source<'_>, platform: P) -> Self {
        let settings = Rc::new(Settings::read(source, platform.clone()));
        Self { platform, settings, readiness: Readiness::default(), catalogue: Catalogue::default() }
    }

    /// Answers a request. The second is the line for the log.
    pub async fn serve(&self, mut request: impl Incoming) -> (Answer, String) {
        let began = self.platform.now();
        let request_id = request_id::of(request.header(request_id::HEADER), &self.platform);
        let mut record = Record::default();
        let outcome = self.answer(&mut request, &mut record).await;
        let (answer, problem) = match outcome {
            Ok(answer) => (answer, None),
            Err(problem) if Route::is_for_payers(path(request.url())) => {
                let checkout = self.settings.checkout.as_ref().ok().and_then(Option::as_ref);
                (checkout::explain(&problem, &request, checkout, &record, &request_id), Some(problem))
            }
            Err(problem) => (problem.answer(&request_id), Some(problem)),
        };
        let mut answer = answer.to(&request_id);
        let took = elapsed(&self.platform, began);
        answer.headers.push(("Server-Timing", record.server_timing(took)));
        if request.method() == "HEAD" {
            answer.body.clear();
        }
        let line = record.line(&Outcome {
            request_id: &request_id,
            method: request.method(),
            status: answer.status,
            took,
            problem: problem.as_ref(),
        });
        (answer, line)
    }

    async fn answer(&self, request: &mut impl Incoming, record: &mut Record) -> Result<Answer, Problem> {
        let path = path(request.url());
        let route = Route::find(request.method(), path).map_err(|unrouted| nothing_here(unrouted, record))?;
        let id = || callbacks::name(route.parameter(path).unwrap_or_default());
        record.route = Some(route.pattern());
        match route {
            Route::Health => Ok(health::answer()),
            Route::Ready => {
                let audience = self.audience(request, record).await?;
                self.readiness.answer(&self.settings, &self.platform, audience).await
            }
            Route::Contract => Ok(openapi::answer()),
            Route::Home => {
                limits::of_address(&self.platform, request).await?;
                let ready = self.readiness.answer(&self.settings, &self.platform, Audience::Anonymous).await;
                Ok(home::answer(&ready))
            }
            Route::CreatePayment => {
                let holder = self.admit(request, route, record).await?;
                self.client()?;
                let origins = self.return_origins()?;
                let scope = Scope::of(request, &holder.name, route.pattern())?;
                let payment = payments::read(&request.body_within(body::LIMIT).await?, origins)?;
                self.create(scope, Creation::Payment(payment), record).await
            }
            Route::TakeAddress => {
                let holder = self.admit(request, route, record).await?;
                self.client()?;
                let scope = Scope::of(request, &holder.name, route.pattern())?;
                let address = addresses::read(&request.body_within(body::LIMIT).await?)?;
                self.create(scope, Creation::Address(address), record).await
            }
            Route::CreateCheckoutLink => {
                let holder = self.admit(request, route, record).await?;
                self.checkout()?;
                let origins = self.return_origins()?;
                let scope = Scope::of(request, &holder.name, route.pattern())?;
                let new = NewLink::of_body(&request.body_within(body::LIMIT).await?, origins)?;
                checkout::check_coins(self, &new.link).await?;
                self.create(scope, Creation::Link(new), record).await
            }
            Route::ShowCheckout | Route::BeginCheckout | Route::CheckoutStatus => {
                checkout::answer(self, route, request, record).await
            }
            Route::Currencies => {
                self.admit(request, route, record).await?;
                self.currencies(record).await
            }
            Route::Rates => {
                self.admit(request, route, record).await?;
                self.catalogue.rates(self.client()?, self.deadline(), record).await
            }
            Route::TakeCallback => {
                let secrets = self.callback_secrets(request)?;
                callbacks::take(&self.platform, secrets, request, record).await
            }
            Route::ListCallbacks => {
                self.admit(request, route, record).await?;
                callbacks::list(&self.platform, request.url()).await
            }
            Route::RedeliverCallback => {
                self.admit(request, route, record).await?;
                self.deliverable()?;
                callbacks::redeliver(&self.platform, &id()?).await
            }
            Route::EraseCallback => {
                self.admit(request, route, record).await?;
                callbacks::erase(&self.platform, &id()?).await
            }
        }
    }

    /// Creates at once, or through the object that looks after the key.
    ///
    /// # Errors
    /// Whatever came of it.
    pub(crate) async fn create(
        &self,
        scope: Option<Scope>,
        creation: Creation,
        record: &mut Record,
    ) -> Result<Answer, Problem> {
        match scope {
            Some(scope) => idempotency::once(&self.platform, &scope, creation, self.deadline(), record).await,
            None => self.perform(&creation, record).await,
        }
    }

    /// Calls the gateway, or makes a link.
    ///
    /// # Errors
    /// Whatever came of it.
    pub(crate) async fn perform(&self, creation: &Creation, record: &mut Record) -> Result<Answer, Problem> {
        match creation {
            Creation::Payment(payment) => payments::create(self.client()?, payment, record).await,
            Creation::Address(address) => addresses::take(self.client()?, address, record).await,
            Creation::Link(new) => checkout::make(&self.platform, self.checkout()?, new.clone()).await,
        }
    }

    /// The gateway's currencies.
    ///
    /// # Errors
    /// When the gateway fails and there is no list of the last day.
    pub(crate) async fn currencies(&self, record: &mut Record) -> Result<Answer, Problem> {
        self.catalogue.currencies(self.client()?, self.deadline(), record).await
    }

    /// The coins of the gateway's list.
    ///
    /// # Errors
    /// As [`Service::currencies`].
    pub(crate) async fn coins(&self, record: &mut Record) -> Result<Listed, Problem> {
        self.catalogue.coins(self.client()?, self.deadline(), record).await
    }

    /// The coins of a list that is fresh and cached. The gateway is not called.
    pub(crate) async fn cached_coins(&self) -> Option<Listed> {
        self.catalogue.cached_coins(&self.platform).await
    }

    /// How the checkout is set up.
    ///
    /// # Errors
    /// `invalid_configuration` when it is not.
    pub(crate) fn checkout(&self) -> Result<&Checkout, Problem> {
        match &self.settings.checkout {
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
    pub(crate) fn return_origins(&self) -> Result<&AllowedOrigins, Problem> {
        self.settings.return_origins.as_ref().map_err(|fault| Fault::problem(&[fault]))
    }

    /// The deadline of a call to the gateway over all its attempts.
    pub(crate) fn deadline(&self) -> Duration {
        self.settings.deadline
    }

    /// How the inbox is set up.
    pub(crate) fn inbox(&self) -> &Inbox {
        &self.settings.inbox
    }

    /// What callbacks are signed with. The gateway has no token: it is not told the names of settings.
    fn callback_secrets(&self, request: &impl Incoming) -> Result<&[Secret], Problem> {
        self.settings.callback_secrets.as_deref().map_err(|fault| {
            if loopback::is_local(request) {
                return Fault::problem(&[fault]);
            }
            Problem::new(Cause::InvalidConfiguration, "A setting is missing or malformed: see /readyz, with a token.")
        })
    }

    /// Whether there is somebody to deliver to.
    fn deliverable(&self) -> Result<(), Problem> {
        if self.settings.inbox.webhook.is_some() {
            return Ok(());
        }
        let name = "MERCHANT_WEBHOOK_URL";
        let detail = format!("{name} and MERCHANT_WEBHOOK_SECRET are not both set, so there is nobody to deliver to.");
        Err(Problem::new(Cause::InvalidConfiguration, detail).about(name))
    }

    /// What everything runs on.
    pub(crate) fn platform(&self) -> &P {
        &self.platform
    }

    /// Logs what no answer tells.
    pub(crate) fn report(&self, part: &str, problem: &str) {
        self.platform.log(&log::failure(part, problem));
    }

    /// What calls the gateway.
    ///
    /// # Errors
    /// `invalid_configuration` when a setting is missing or wrong.
    pub(crate) fn client(&self) -> Result<&Client<P>, Problem> {
        self.settings.client.as_ref().map_err(|faults| Fault::problem(&faults.iter().collect::<Vec<_>>()))
    }
}

fn nothing_here(unrouted: Unrouted, record: &mut Record) -> Problem {
    match unrouted {
        Unrouted::Path => {
            let routes: Vec<String> =
                Route::ALL.iter().map(|route| format!("{} {}", route.line().0, route.line().1)).collect();
            Problem::new(Cause::NotFound, format!("There is nothing at this path. There are {}.", routes.join(", ")))
        }
        Unrouted::Method { pattern, allow } => {
            record.route = Some(pattern);
            Problem::new(Cause::MethodNotAllowed, format!("{pattern} takes {allow} only.")).with("Allow", allow)
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
