//! The state that the requests of an isolate share, and the context of a handler.

use std::rc::Rc;

use crate::{
    auth::Holder,
    bindings::Runtime,
    catalogue::lists::Catalogue,
    checkout::status::notifier::StreamNotifier,
    creation::Creator,
    http::{Record, route::RouteSpec},
    inbox::listeners::DepositListener,
    readiness::checks::Readiness,
    settings::{Settings, Source},
};

/// The Worker under one set of settings.
pub struct App<P> {
    /// The runtime.
    pub platform: P,
    /// The settings.
    pub settings: Rc<Settings<P>>,
    /// The cached results of the checks of `/readyz`.
    pub readiness: Readiness,
    /// The cached lists of the gateway.
    pub catalogue: Catalogue,
    /// All routes.
    pub routes: &'static [RouteSpec],
}

impl<P: Runtime> App<P> {
    /// Reads the settings.
    pub fn new(source: Source<'_>, platform: P, routes: &'static [RouteSpec]) -> Self {
        let settings = Rc::new(Settings::read(source, platform.clone(), routes));
        Self { platform, settings, readiness: Readiness::default(), catalogue: Catalogue::default(), routes }
    }

    /// Returns the listener that the inbox notifies of deposits.
    pub fn deposit_listener(&self) -> Box<dyn DepositListener> {
        Box::new(StreamNotifier(self.platform.clone()))
    }

    /// Returns the creator of payments, addresses and links.
    pub fn creator(&self) -> Creator<P> {
        Creator { platform: self.platform.clone(), settings: Rc::clone(&self.settings) }
    }
}

/// The context of a request.
pub struct Context<'a, P, R> {
    /// The state that it shares with other requests.
    pub app: &'a App<P>,
    /// The request.
    pub request: &'a mut R,
    /// The data of its log line.
    pub record: &'a mut Record,
    /// Its route.
    pub route: &'static RouteSpec,
    /// The segment of its path at `{id}` or `{token}`, still percent-encoded.
    pub parameter: String,
    /// The holder of its token, if the route reads one.
    pub holder: Option<&'a Holder>,
}
