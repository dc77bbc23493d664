//! A request from beginning to end.

use citrn::{Client, Platform};

use crate::{
    addresses,
    answer::Answer,
    body,
    gateway::elapsed,
    health,
    incoming::{Incoming, Unreadable, path},
    log::{Outcome, Record},
    loopback, payments,
    problem::{Cause, Problem},
    ready::Readiness,
    request_id,
    route::{Route, Unrouted},
    settings::{Fault, Settings, Source},
    token::Holder,
};

/// The Worker under one set of settings.
#[derive(Debug)]
pub struct Service<P> {
    platform: P,
    settings: Settings<P>,
    readiness: Readiness,
}

impl<P: Platform + Clone> Service<P> {
    /// Reads the settings.
    #[must_use]
    pub fn new(source: Source<'_>, platform: P) -> Self {
        let settings = Settings::read(source, platform.clone());
        Self { platform, settings, readiness: Readiness::default() }
    }

    /// Answers a request. The second is the line for the log.
    pub async fn serve(&self, mut request: impl Incoming) -> (Answer, String) {
        let began = self.platform.now();
        let request_id = request_id::of(request.header(request_id::HEADER), &self.platform);
        let mut record = Record::default();
        let outcome = self.answer(&mut request, &mut record).await;
        let mut answer = match &outcome {
            Ok(answer) => answer.clone(),
            Err(problem) => problem.answer(&request_id),
        }
        .to(&request_id);
        if request.method() == "HEAD" {
            answer.body.clear();
        }
        let line = record.line(&Outcome {
            request_id: &request_id,
            method: request.method(),
            status: answer.status,
            took: elapsed(&self.platform, began),
            problem: outcome.as_ref().err(),
        });
        (answer, line)
    }

    async fn answer(&self, request: &mut impl Incoming, record: &mut Record) -> Result<Answer, Problem> {
        let route =
            Route::find(request.method(), path(request.url())).map_err(|unrouted| nothing_here(unrouted, record))?;
        record.route = Some(route.pattern());
        match route {
            Route::Health => Ok(health::answer()),
            Route::Ready => {
                let holder = self.holder(request).ok();
                let trusted = holder.is_some() || loopback::is_local(request);
                record.token = holder.map(|holder| holder.name.clone());
                self.readiness.answer(&self.settings, &self.platform, trusted).await
            }
            Route::CreatePayment => {
                self.admit(request, route, record)?;
                let client = self.client()?;
                let origins = self.settings.return_origins.as_ref().map_err(|fault| Fault::problem(&[fault]))?;
                let payment = payments::read(&body_of(request).await?, origins)?;
                payments::create(client, &payment, record).await
            }
            Route::TakeAddress => {
                self.admit(request, route, record)?;
                let client = self.client()?;
                let call = addresses::read(&body_of(request).await?)?;
                addresses::take(client, &call, record).await
            }
        }
    }

    /// Lets a request through that has a token for the route.
    fn admit(&self, request: &impl Incoming, route: Route, record: &mut Record) -> Result<(), Problem> {
        let holder = self.holder(request)?;
        record.token = Some(holder.name.clone());
        holder.may(route)
    }

    fn holder(&self, request: &impl Incoming) -> Result<&Holder, Problem> {
        let tokens = self.settings.tokens.as_ref().map_err(|fault| Fault::problem(&[fault]))?;
        tokens.holder(request.header("Authorization").as_deref())
    }

    fn client(&self) -> Result<&Client<P>, Problem> {
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

async fn body_of(request: &mut impl Incoming) -> Result<Vec<u8>, Problem> {
    request.body(body::LIMIT).await.map_err(|unreadable| match unreadable {
        Unreadable::TooLarge => {
            Problem::new(Cause::BodyTooLarge, format!("The body has more than {} bytes.", body::LIMIT))
        }
        Unreadable::Broken => Problem::new(Cause::MalformedBody, "The body broke off before its end."),
    })
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
