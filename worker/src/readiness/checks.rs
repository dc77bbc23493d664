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
    inbox::client,
    settings::Settings,
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

/// What the gateway said, and when.
#[derive(Debug)]
struct Found {
    at: Duration,
    checks: [Check; 2],
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
    deliveries: Rc<SingleFlight<(Duration, Check)>>,
}

impl Readiness {
    /// Answers `/readyz`. Concurrent requests share one check, which continues after they end. A caller that waits no longer
    /// gets the latest result.
    ///
    /// # Errors
    /// `not_ready`, with every check; `checking` while there is no result yet.
    pub async fn answer<P: Runtime>(
        &self,
        settings: &Rc<Settings<P>>,
        platform: &P,
        audience: Audience,
    ) -> Result<Answer, Problem> {
        let mut checks = vec![of_settings(settings)];
        if settings.client.is_ok() {
            checks.extend(
                self.of_gateway(settings, platform, audience).await.ok_or_else(checking)?.checks.iter().cloned(),
            );
        }
        checks.push(of_limits(platform));
        if audience == Audience::Holder {
            checks.push(self.of_deliveries(settings, platform).await.ok_or_else(checking)?);
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
    ) -> Option<Rc<Found>> {
        let deadline = settings.deadline;
        let at_most = if audience == Audience::Holder { deadline.saturating_add(LOST_AFTER) } else { PATIENCE };
        let is_fresh = |found: &Found| elapsed(platform, found.at) < HOLDS;
        let check = || {
            let (settings, platform) = (Rc::clone(settings), platform.clone());
            async move {
                let checks = match &settings.client {
                    Ok(client) => {
                        let nothing = Fields::new();
                        let call = |spec| client.call_row(spec, &nothing, without_retries());
                        let (ping, read) = join(call(Ping::SPEC), call(ListAccounts::SPEC)).await;
                        [check("gateway", ping.err().as_ref()), check("credentials", read.err().as_ref())]
                    }
                    Err(_) => [check("gateway", None), check("credentials", None)],
                };
                Found { at: platform.now(), checks }
            }
        };
        shared(&self.gateway, platform, deadline, at_most, is_fresh, check).await
    }

    async fn of_deliveries<P: Runtime>(&self, settings: &Settings<P>, platform: &P) -> Option<Check> {
        let has_webhook = settings.inbox.webhook.is_some();
        let is_fresh = |found: &(Duration, Check)| elapsed(platform, found.0) < HOLDS;
        let check = || {
            let platform = platform.clone();
            async move {
                let check = deliveries(client::parked(&platform).await, has_webhook);
                (platform.now(), check)
            }
        };
        let at_most = client::TIMEOUT.saturating_add(LOST_AFTER);
        let found = shared(&self.deliveries, platform, client::TIMEOUT, at_most, is_fresh, check).await?;
        Some(found.1.clone())
    }
}

/// Returns a fresh result. Otherwise refreshes it in the background, waits at most `at_most`, and returns the latest.
async fn shared<T: 'static, P: Runtime, F: Future<Output = T> + 'static>(
    cache: &Rc<SingleFlight<T>>,
    platform: &P,
    deadline: Duration,
    at_most: Duration,
    is_fresh: impl Fn(&T) -> bool,
    check: impl FnOnce() -> F,
) -> Option<Rc<T>> {
    if let Some(fresh) = cache.get().filter(|found| is_fresh(found)) {
        return Some(fresh);
    }
    if let Some(refresh) = cache.begin(platform, deadline) {
        let check = check();
        platform.keep_alive(
            async move {
                refresh.finish(check.await);
            }
            .boxed_local(),
        );
    }
    cache.wait(platform, at_most).await;
    cache.get()
}

fn checking() -> Problem {
    let mut problem =
        Problem::new(Cause::Checking, "The first check is still running: repeat the request in a second.");
    problem.retryable = true;
    problem.retry_after = Some(PATIENCE);
    problem
}

fn deliveries(parked: Result<u32, Problem>, has_webhook: bool) -> Check {
    let in_order = check("deliveries", None);
    match parked {
        Ok(0) if !has_webhook => Check {
            code: Some("not_configured".to_owned()),
            detail: Some("There is no MERCHANT_WEBHOOK_URL: callbacks are only listed, not delivered.".to_owned()),
            ..in_order
        },
        Ok(0) => in_order,
        Ok(parked) => Check {
            ok: false,
            code: Some("deliveries_parked".to_owned()),
            detail: Some(format!(
                "{parked} deliveries are given up: GET /v1/callbacks?state=parked lists them, and \
                 POST /v1/callbacks/{{id}}/redeliver tries again."
            )),
            ..in_order
        },
        Err(problem) => {
            Check { ok: false, code: Some(problem.code.clone()), detail: Some(problem.detail.clone()), ..in_order }
        }
    }
}

fn of_limits(bindings: &impl Runtime) -> Check {
    let missing: Vec<&str> =
        Limiter::ALL.into_iter().filter(|limiter| !bindings.has(*limiter)).map(Limiter::binding).collect();
    let limits = check("rate_limits", None);
    if missing.is_empty() {
        return limits;
    }
    let detail = format!("There is no rate limit for want of the binding {}.", missing.join(" and "));
    Check { code: Some("not_bound".to_owned()), detail: Some(detail), ..limits }
}

fn of_checkout<P: Platform>(settings: &Settings<P>) -> Check {
    let checkout = check("checkout", None);
    if !matches!(settings.checkout, Ok(None)) {
        return checkout;
    }
    let detail = "There is no CHECKOUT_SECRETS: the checkout is off.".to_owned();
    Check { code: Some("not_configured".to_owned()), detail: Some(detail), ..checkout }
}

/// Whoever asks whether all is well now is not served by a success at the third attempt.
fn without_retries() -> CallOptions<'static> {
    CallOptions { max_retries: Some(0), ..CallOptions::default() }
}

fn check(name: &'static str, error: Option<&Error>) -> Check {
    Check {
        name,
        ok: error.is_none(),
        code: error.map(|error| error.code().as_str().to_owned()),
        detail: error.map(|error| error.message().to_owned()),
    }
}

fn of_settings<P: Platform>(settings: &Settings<P>) -> Check {
    let faults = settings.faults();
    let in_order = check("settings", None);
    if faults.is_empty() && settings.return_origins.as_ref().is_ok_and(AllowedOrigins::is_empty) {
        let detail =
            "ALLOWED_RETURN_ORIGINS lists no origin: every payment and every checkout link is refused, deposit \
                      addresses are not."
                .to_owned();
        return Check { code: Some("not_configured".to_owned()), detail: Some(detail), ..in_order };
    }
    if faults.is_empty() {
        return in_order;
    }
    let sentences: Vec<String> = faults.iter().map(|fault| format!("{fault}.")).collect();
    let code = Cause::InvalidConfiguration.describe().1.to_owned();
    Check { name: "settings", ok: false, code: Some(code), detail: Some(sentences.join(" ")) }
}
