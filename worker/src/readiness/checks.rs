//! The checks of `/readyz`.
//!
//! | check | is in order when |
//! | --- | --- |
//! | `settings` | nothing is missing or malformed; its code is `not_configured` where `ALLOWED_RETURN_ORIGINS` is empty |
//! | `gateway` | it answers a ping |
//! | `credentials` | it takes the key and the signature of a read |
//! | `rate_limits` | always; its code is `not_bound` where there are none |
//! | `deliveries` | none is given up; only for holders of a token, since it asks the Durable Objects |
//! | `checkout` | always, since what is wrong with it is in `settings`; its code is `not_configured` where there is none; only for holders of a token |
//!
//! A holder is a caller whose token is for this route. Any other caller gets neither details nor the names of settings,
//! except on this machine.

use core::time::Duration;
use std::rc::Rc;

use citrn::{
    CallOptions, Endpoint, Error, Platform,
    endpoint::Fields,
    endpoints::{ListAccounts, Ping},
};
use futures_util::{FutureExt, future::join};
use serde::Serialize;

use crate::{
    auth::return_url::AllowedOrigins,
    bindings::{Limiter, Runtime},
    clock::elapsed,
    http::{Answer, Cause, Problem, problem::Check},
    inbox::{deliveries::parked, message::TIMEOUT},
    settings::{Fault, Settings},
    single_flight::{LOST_AFTER, SingleFlight},
};

/// How long a result is fresh, so that frequent requests do not make the Worker call the gateway as often.
const HOLDS: Duration = Duration::from_secs(10);

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Ready<'a> {
    status: &'static str,
    checks: &'a [Check],
}

/// The results of some checks.
#[derive(Debug)]
struct Found {
    at: Duration,
    checks: Vec<Check>,
}

/// The caller, as far as the answer depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A holder of a token for this route.
    Holder,
    /// A caller without a token on this machine.
    Local,
    /// Any other caller: the answer names the checks and whether they are in order, and no more.
    Anonymous,
}

/// How long a caller without a token waits for a check.
const PATIENCE: Duration = Duration::from_secs(1);

/// The latest results of the checks.
#[derive(Debug, Default)]
pub struct Readiness {
    gateway: Rc<SingleFlight<Found>>,
    deliveries: Rc<SingleFlight<Found>>,
}

impl Readiness {
    /// Answers `/readyz`. Concurrent requests share one check, which continues after they end. A caller that waits no longer
    /// gets the latest result, or `checking` while there is none.
    pub async fn answer<P: Runtime>(
        &self,
        settings: &Rc<Settings<P>>,
        platform: &P,
        audience: Audience,
    ) -> Result<Answer, Problem> {
        let mut checks = vec![of_settings(settings)];
        if settings.client.is_ok() {
            checks.extend(self.of_gateway(settings, platform, audience).await?);
        }
        checks.push(of_limits(platform));
        if audience == Audience::Holder {
            checks.extend(self.of_deliveries(settings, platform).await?);
            checks.push(of_checkout(settings));
        }
        if audience == Audience::Anonymous {
            for check in &mut checks {
                check.detail = None;
                check.code = check.code.take().filter(|_| !check.ok);
            }
        }
        if checks.iter().all(|check| check.ok) {
            return Answer::json(200, &Ready { status: "ready", checks: &checks });
        }
        let failed: Vec<&str> = checks.iter().filter(|check| !check.ok).map(|check| check.name).collect();
        let mut problem = Problem::new(Cause::NotReady, format!("Not in order: {}.", failed.join(", ")));
        problem.retryable = true;
        problem.checks = checks;
        Err(problem)
    }

    async fn of_gateway<P: Runtime>(
        &self,
        settings: &Rc<Settings<P>>,
        platform: &P,
        audience: Audience,
    ) -> Result<Vec<Check>, Problem> {
        let deadline = settings.deadline;
        let at_most = if audience == Audience::Holder { deadline.saturating_add(LOST_AFTER) } else { PATIENCE };
        let settings = Rc::clone(settings);
        let check = async move {
            let Ok(client) = &settings.client else {
                return Vec::new();
            };
            // Whether all is well now is not shown by a success at the third attempt.
            let options = || CallOptions { max_retries: Some(0), ..CallOptions::default() };
            let nothing = Fields::new();
            let call = |spec| client.call_row(spec, &nothing, options());
            let (ping, read) = join(call(Ping::SPEC), call(ListAccounts::SPEC)).await;
            let check = |name, error: Option<Error>| {
                let finding = error.as_ref().map(|error| (error.code().as_str(), error.message().to_owned()));
                check(name, error.is_none(), finding)
            };
            vec![check("gateway", ping.err()), check("credentials", read.err())]
        };
        shared(&self.gateway, platform, deadline, at_most, check).await
    }

    async fn of_deliveries<P: Runtime>(&self, settings: &Settings<P>, platform: &P) -> Result<Vec<Check>, Problem> {
        let has_webhook = settings.inbox.webhook.is_some();
        let objects = platform.clone();
        let check = async move { vec![deliveries(parked(&objects).await, has_webhook)] };
        shared(&self.deliveries, platform, TIMEOUT, TIMEOUT.saturating_add(LOST_AFTER), check).await
    }
}

/// Returns a fresh result. Otherwise refreshes it in the background, waits at most `at_most`, and returns the latest.
async fn shared<P: Runtime>(
    cache: &Rc<SingleFlight<Found>>,
    platform: &P,
    deadline: Duration,
    at_most: Duration,
    check: impl Future<Output = Vec<Check>> + 'static,
) -> Result<Vec<Check>, Problem> {
    if cache.get().is_none_or(|found| elapsed(platform, found.at) >= HOLDS) {
        if let Some(refresh) = cache.begin(platform, deadline) {
            let clock = platform.clone();
            let refreshed = async move {
                let checks = check.await;
                refresh.finish(Found { at: clock.now(), checks });
            };
            platform.keep_alive(refreshed.boxed_local());
        }
        cache.wait(platform, at_most).await;
    }
    cache.get().map(|found| found.checks.clone()).ok_or_else(checking)
}

fn checking() -> Problem {
    let mut problem =
        Problem::new(Cause::Checking, "The first check is still running: repeat the request in a second.");
    problem.retryable = true;
    problem.retry_after = Some(PATIENCE);
    problem
}

fn deliveries(parked: Result<u32, Problem>, has_webhook: bool) -> Check {
    let (ok, finding) = match &parked {
        Ok(0) => {
            let detail = "There is no MERCHANT_WEBHOOK_URL: callbacks are only listed, not delivered.".to_owned();
            (true, (!has_webhook).then_some(("not_configured", detail)))
        }
        Ok(parked) => {
            let detail = format!(
                "{parked} deliveries are given up: GET /v1/callbacks?state=parked lists them, and \
                 POST /v1/callbacks/{{id}}/redeliver tries again."
            );
            (false, Some(("deliveries_parked", detail)))
        }
        Err(problem) => (false, Some((problem.code.as_str(), problem.detail.clone()))),
    };
    check("deliveries", ok, finding)
}

fn of_limits(bindings: &impl Runtime) -> Check {
    let missing: Vec<&str> =
        Limiter::ALL.into_iter().filter(|limiter| !bindings.has(*limiter)).map(Limiter::binding).collect();
    let detail = || format!("There is no rate limit for want of the binding {}.", missing.join(" and "));
    check("rate_limits", true, (!missing.is_empty()).then(|| ("not_bound", detail())))
}

fn of_checkout<P: Platform>(settings: &Settings<P>) -> Check {
    let detail = || "There is no CHECKOUT_SECRETS: the checkout is off.".to_owned();
    check("checkout", true, matches!(settings.checkout, Ok(None)).then(|| ("not_configured", detail())))
}

fn of_settings<P: Platform>(settings: &Settings<P>) -> Check {
    let faults = settings.faults();
    if !faults.is_empty() {
        let problem = Fault::problem(faults);
        return check("settings", false, Some((&problem.code, problem.detail.clone())));
    }
    let detail = || {
        "ALLOWED_RETURN_ORIGINS lists no origin: every payment and every checkout link is refused, deposit addresses \
         are not."
            .to_owned()
    };
    let is_empty = settings.return_origins.as_ref().is_ok_and(AllowedOrigins::is_empty);
    check("settings", true, is_empty.then(|| ("not_configured", detail())))
}

/// A check, with a code and a detail if there is something to say.
fn check(name: &'static str, ok: bool, finding: Option<(&str, String)>) -> Check {
    let (code, detail) = finding.map(|(code, detail)| (code.to_owned(), detail)).unzip();
    Check { name, ok, code, detail }
}
