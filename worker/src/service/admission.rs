//! Admission of requests: tokens and rate limits.

use citrn::Platform;

use super::Service;
use crate::{
    bindings::Bindings,
    incoming::Incoming,
    limits,
    log::Record,
    loopback,
    problem::Problem,
    ready::Audience,
    route::Route,
    settings::Fault,
    token::{self, Holder},
};

impl<P: Platform + Bindings + Clone> Service<P> {
    /// Admits a request that has a token for the route and is within the token's rate limit.
    pub(super) async fn admit(
        &self,
        request: &impl Incoming,
        route: Route,
        record: &mut Record,
    ) -> Result<&Holder, Problem> {
        let holder = self.identify(request, record).await?;
        holder.may(route)?;
        Ok(holder)
    }

    /// Finds the holder of a request's token. A request without a valid one counts against the limit of its address.
    async fn identify(&self, request: &impl Incoming, record: &mut Record) -> Result<&Holder, Problem> {
        let holder = match self.holder(request) {
            Ok(holder) => holder,
            Err(problem) => {
                limits::of_address(self.platform(), request).await?;
                return Err(problem);
            }
        };
        record.token = Some(holder.name.clone());
        limits::of_token(self.platform(), &holder.name).await?;
        Ok(holder)
    }

    /// Returns the audience of `/readyz`'s answer. While `WORKER_TOKENS` cannot be read, no token is right or wrong.
    pub(super) async fn audience(&self, request: &impl Incoming, record: &mut Record) -> Result<Audience, Problem> {
        if self.settings.tokens.is_ok() && request.header(token::HEADER).is_some() {
            let holder = self.identify(request, record).await?;
            return Ok(if holder.may(Route::Ready).is_ok() { Audience::Holder } else { Audience::Anonymous });
        }
        limits::of_address(self.platform(), request).await?;
        Ok(if loopback::is_local(request) { Audience::Local } else { Audience::Anonymous })
    }

    fn holder(&self, request: &impl Incoming) -> Result<&Holder, Problem> {
        let tokens = self.settings.tokens.as_ref().map_err(|fault| Fault::problem(&[fault]))?;
        tokens.holder(request.header(token::HEADER).as_deref())
    }
}
