//! The checks of `/readyz`.
//!
//! | check | passes if | for |
//! | --- | --- | --- |
//! | `settings` | all settings are valid (code `not_configured` if `ALLOWED_RETURN_ORIGINS` is empty) | all |
//! | `gateway` | the gateway answers a ping | all |
//! | `credentials` | the gateway accepts the key and the signature of a read | all |
//! | `rate_limits` | always (code `not_bound` if a limiter is missing) | all |
//! | `deliveries` | no delivery was given up | holders, since it calls the Durable Objects |
//! | `callbacks` | always (code `silent` if payments are created but no callback arrives) | holders |
//! | `checkout` | always (code `not_configured` if it is off), since `settings` reports its faults | holders |
//!
//! A holder is a caller whose token allows this route. Other callers receive neither details nor names of settings,
//! unless they are on this machine.

use core::time::Duration;
use std::rc::Rc;

use citrn::{
    CallOptions, Endpoint, Error, Platform,
    endpoint::Fields,
    endpoints::{ListAccounts, Ping},
};
use futures_util::{FutureExt, future::join};
use serde::Serialize;

use super::callbacks::{self, CallbackMonitor};
use crate::{
    auth::return_url::AllowedOrigins,
    bindings::{Limiter, Runtime},
    clock::elapsed,
    http::{Answer, Cause, Problem, problem::Check},
    inbox::{deliveries::parked, message::TIMEOUT},
    settings::{Fault, Settings},
    single_flight::{LOST_AFTER, SingleFlight},
};

/// The maximum age of a result. It bounds the calls to the gateway under frequent requests.
const MAX_AGE: Duration = Duration::from_secs(10);

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Ready<'a> {
    status: &'static str,
    checks: &'a [Check],
}

/// The cached results of checks.
#[derive(Debug)]
struct CheckResults {
    at: Duration,
    checks: Vec<Check>,
}

/// The caller's right to details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A holder of a token for this route.
    Holder,
    /// A caller without a token on this machine.
    Local,
    /// Any other caller: the answer contains only the names and results of the checks.
    Anonymous,
}

/// How long a caller without a token waits for a check.
const ANONYMOUS_TIMEOUT: Duration = Duration::from_secs(1);

/// The caches of the checks.
#[derive(Debug, Default)]
pub struct Readiness {
    gateway: Rc<SingleFlight<CheckResults>>,
    inbox: Rc<SingleFlight<CheckResults>>,
    /// The observations for the check `callbacks`.
    pub callbacks: CallbackMonitor,
}

impl Readiness {
    /// Answers `/readyz`. Concurrent requests share one check, which continues after they end. After its timeout, a
    /// caller receives the latest result, or `checking` if there is none.
    pub async fn answer<P: Runtime>(
        &self,
        settings: &Rc<Settings<P>>,
        platform: &P,
        audience: Audience,
    ) -> Result<Answer, Problem> {
        let mut checks = vec![check_settings(settings, audience)];
        if settings.client.is_ok() {
            checks.extend(self.check_gateway(settings, platform, audience).await?);
        }
        checks.push(check_limits(platform));
        if audience == Audience::Holder {
            checks.extend(self.check_inbox(settings, platform).await?);
            checks.push(check_checkout(settings));
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
        let mut problem = Problem::new(Cause::NotReady, format!("Failed checks: {}.", failed.join(", ")));
        problem.retryable = true;
        problem.checks = checks;
        Err(problem)
    }

    async fn check_gateway<P: Runtime>(
        &self,
        settings: &Rc<Settings<P>>,
        platform: &P,
        audience: Audience,
    ) -> Result<Vec<Check>, Problem> {
        let deadline = settings.deadline;
        let timeout =
            if audience == Audience::Holder { deadline.saturating_add(LOST_AFTER) } else { ANONYMOUS_TIMEOUT };
        let settings = Rc::clone(settings);
        let check = async move {
            let Ok(client) = &settings.client else {
                return Vec::new();
            };
            // No retries: a success at the third attempt would hide that the gateway is failing.
            let options = || CallOptions { max_retries: Some(0), ..CallOptions::default() };
            let no_fields = Fields::new();
            let call = |spec| client.call_row(spec, &no_fields, options());
            let (ping, read) = join(call(Ping::SPEC), call(ListAccounts::SPEC)).await;
            let check = |name, error: Option<Error>| {
                let finding = error.as_ref().map(|error| (error.code().as_str(), error.message().to_owned()));
                Check::new(name, error.is_none(), finding)
            };
            vec![check("gateway", ping.err()), check("credentials", read.err())]
        };
        cached_results(&self.gateway, platform, deadline, timeout, check).await
    }

    async fn check_inbox<P: Runtime>(&self, settings: &Settings<P>, platform: &P) -> Result<Vec<Check>, Problem> {
        let webhook_url = settings.inbox.webhook.as_ref().map(|webhook| webhook.url.clone());
        let (objects, silence) = (platform.clone(), settings.inbox.silence);
        let invalid_signatures = self.callbacks.invalid_signatures();
        let check = async move {
            let deliveries = deliveries(parked(&objects).await, webhook_url.is_some());
            vec![
                Check { webhook_url, ..deliveries },
                Check { invalid_signatures, ..callbacks::check(&objects, silence).await },
            ]
        };
        // The checks call the objects three times.
        let deadline = TIMEOUT.saturating_mul(3);
        cached_results(&self.inbox, platform, deadline, deadline.saturating_add(LOST_AFTER), check).await
    }
}

/// Returns fresh results. Otherwise refreshes them in the background, waits up to `timeout`, and returns the latest.
async fn cached_results<P: Runtime>(
    cache: &Rc<SingleFlight<CheckResults>>,
    platform: &P,
    deadline: Duration,
    timeout: Duration,
    check: impl Future<Output = Vec<Check>> + 'static,
) -> Result<Vec<Check>, Problem> {
    if cache.get().is_none_or(|results| elapsed(platform, results.at) >= MAX_AGE) {
        if let Some(refresh) = cache.begin(platform, deadline) {
            let clock = platform.clone();
            let refreshed = async move {
                let checks = check.await;
                refresh.finish(CheckResults { at: clock.now(), checks });
            };
            platform.keep_alive(refreshed.boxed_local());
        }
        cache.wait(platform, timeout).await;
    }
    cache.get().map(|results| results.checks.clone()).ok_or_else(checking)
}

fn checking() -> Problem {
    let mut problem =
        Problem::new(Cause::Checking, "The first check is still running: repeat the request in a second.");
    problem.retryable = true;
    problem.retry_after = Some(ANONYMOUS_TIMEOUT);
    problem
}

fn deliveries(parked: Result<i64, Problem>, has_webhook: bool) -> Check {
    let (ok, finding) = match &parked {
        Ok(0) => {
            let detail =
                "MERCHANT_WEBHOOK_URL is not set: callbacks are stored and listed, but not delivered.".to_owned();
            (true, (!has_webhook).then_some(("not_configured", detail)))
        }
        Ok(parked) => {
            let detail = format!(
                "Deliveries given up: {parked}. GET /v1/callbacks?state=parked lists them, and \
                 POST /v1/callbacks/{{id}}/redeliver retries one."
            );
            (false, Some(("deliveries_parked", detail)))
        }
        Err(problem) => (false, Some((problem.code.as_str(), problem.detail.clone()))),
    };
    Check::new("deliveries", ok, finding)
}

fn check_limits(bindings: &impl Runtime) -> Check {
    let missing: Vec<&str> =
        Limiter::ALL.into_iter().filter(|limiter| !bindings.is_bound(*limiter)).map(Limiter::binding).collect();
    let detail = || format!("Requests are not limited without the binding {}.", missing.join(" and "));
    Check::new("rate_limits", true, (!missing.is_empty()).then(|| ("not_bound", detail())))
}

fn check_checkout<P: Platform>(settings: &Settings<P>) -> Check {
    let detail = || "CHECKOUT_SECRETS is not set: the checkout is off.".to_owned();
    Check::new("checkout", true, matches!(settings.checkout, Ok(None)).then(|| ("not_configured", detail())))
}

fn check_settings<P: Platform>(settings: &Settings<P>, audience: Audience) -> Check {
    let origins = settings.return_origins.as_ref().ok().filter(|_| audience == Audience::Holder);
    let return_origins = origins.map(|origins| origins.list().to_vec());
    let faults = settings.faults();
    if !faults.is_empty() {
        let problem = Fault::problem(faults);
        let check = Check::new("settings", false, Some((&problem.code, problem.detail.clone())));
        return Check { return_origins, ..check };
    }
    let detail = || {
        "ALLOWED_RETURN_ORIGINS lists no origin: every payment and every checkout link is refused. Deposit addresses \
         still work."
            .to_owned()
    };
    let is_empty = settings.return_origins.as_ref().is_ok_and(AllowedOrigins::is_empty);
    let check = Check::new("settings", true, is_empty.then(|| ("not_configured", detail())));
    Check { return_origins, ..check }
}
