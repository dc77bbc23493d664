//! What all requests of an isolate share, and what a handler works with.

use std::rc::Rc;

use crate::{
    auth::Holder,
    bindings::Runtime,
    catalogue::lists::Catalogue,
    creation::Creator,
    http::{Record, route::RouteSpec},
    readiness::checks::Readiness,
    settings::{Settings, Source},
};

/// The Worker under one set of settings.
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
    pub fn new(source: Source<'_>, platform: P, routes: &'static [RouteSpec]) -> Self {
        let settings = Rc::new(Settings::read(source, platform.clone(), routes));
        Self { platform, settings, readiness: Readiness::default(), catalogue: Catalogue::default(), routes }
    }

    /// Returns what creates payments, addresses and links.
    pub fn creator(&self) -> Creator<P> {
        Creator { platform: self.platform.clone(), settings: Rc::clone(&self.settings) }
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
    /// The part of its path in the place of `{id}` or `{token}`, still encoded.
    pub parameter: String,
    /// The holder of its token, if the route reads one.
    pub holder: Option<&'a Holder>,
}
