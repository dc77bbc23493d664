//! What all requests of an isolate share, and what a handler works with.

use core::fmt;
use std::rc::Rc;

use citrn::Client;

use crate::{
    auth::token::Holder,
    bindings::Runtime,
    catalogue::lists::Catalogue,
    checkout::coins::Listed,
    creation::{Creation, Creator},
    http::{Answer, Incoming, Problem, Record, request::path, route::RouteSpec},
    idempotency::{self, Scope},
    readiness::checks::Readiness,
    settings::{Settings, Source},
};

/// The Worker under one set of settings.
#[derive(Debug)]
pub struct App<P> {
    /// The runtime.
    pub platform: P,
    /// The settings.
    pub settings: Rc<Settings<P>>,
    /// The latest results of the checks of `/readyz`.
    pub readiness: Readiness,
    /// The latest lists of the gateway.
    pub catalogue: Catalogue,
    /// All routes.
    pub routes: &'static [RouteSpec],
}

impl<P: Runtime> App<P> {
    /// Reads the settings.
    #[must_use]
    pub fn new(source: Source<'_>, platform: P, routes: &'static [RouteSpec]) -> Self {
        let settings = Rc::new(Settings::read(source, platform.clone(), routes));
        Self { platform, settings, readiness: Readiness::default(), catalogue: Catalogue::default(), routes }
    }

    /// What calls the gateway.
    ///
    /// # Errors
    /// `invalid_configuration` when a setting is missing or wrong.
    pub fn client(&self) -> Result<&Client<P>, Problem> {
        self.settings.client()
    }

    /// What creates payments, addresses and links.
    pub fn creator(&self) -> Creator<P> {
        Creator::new(self.platform.clone(), Rc::clone(&self.settings))
    }

    /// Creates immediately, or, with a key, through its Durable Object.
    ///
    /// # Errors
    /// Those of the call and of the key.
    pub async fn create(
        &self,
        scope: Option<Scope>,
        creation: Creation,
        record: &mut Record,
    ) -> Result<Answer, Problem> {
        match scope {
            Some(scope) => idempotency::once(&self.platform, &scope, creation, self.settings.deadline, record).await,
            None => self.creator().create(&creation, record).await,
        }
    }

    /// The coins of the gateway's list.
    ///
    /// # Errors
    /// When the gateway fails and there is no list of the last day.
    pub async fn coins(&self, record: &mut Record) -> Result<Listed, Problem> {
        self.catalogue.currencies.coins(self.client()?, self.settings.deadline, record).await
    }
}

/// A request on its way through the Worker.
pub struct Context<'a, P, R> {
    /// What it shares with all others.
    pub app: &'a App<P>,
    /// The request.
    pub request: &'a mut R,
    /// What is logged about it.
    pub record: &'a mut Record,
    /// Its route.
    pub route: &'static RouteSpec,
    /// The holder of its token, if the route reads one.
    pub holder: Option<&'a Holder>,
}

impl<P, R> fmt::Debug for Context<'_, P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("route", &self.route).finish_non_exhaustive()
    }
}

impl<P, R: Incoming> Context<'_, P, R> {
    /// The parameter in the path, still encoded.
    #[must_use]
    pub fn parameter(&self) -> &str {
        self.route.parameter(path(self.request.url())).unwrap_or_default()
    }

    /// The scope of the request's `Idempotency-Key`, if it has one.
    ///
    /// # Errors
    /// `invalid_parameter`.
    pub fn scope(&self) -> Result<Option<Scope>, Problem> {
        let token = self.holder.map_or("", |holder| holder.name.as_str());
        Scope::of(self.request, token, self.route.path)
    }
}
