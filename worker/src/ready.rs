//! `GET /readyz`: whether the Worker can do its work.
//!
//! | check | is in order when |
//! | --- | --- |
//! | `settings` | nothing is missing or malformed |
//! | `gateway` | it answers a ping |
//! | `credentials` | it takes the key and the signature of a read |
//! | `rate_limits` | always; its code is `not_bound` where there are none |
//! | `deliveries` | none is given up; only for holders of a token, since it asks the Durable Objects |
//! | `checkout` | always, since what is wrong with it is in `settings`; its code is `not_configured` where there is none; only for holders of a token |

use core::time::Duration;
use std::rc::Rc;

use citrn::{
    CallOptions, Client, Endpoint, Error, Platform,
    endpoint::Fields,
    endpoints::{ListAccounts, Ping},
};
use futures_util::future::join;
use serde::Serialize;

use crate::{
    answer::Answer,
    bindings::{Bindings, Limiter},
    callbacks,
    gateway::elapsed,
    latest::Latest,
    problem::{Cause, Problem},
    settings::Settings,
};

/// How long a finding holds, so that whoever asks often does not make the Worker ask the gateway as often.
const HOLDS: Duration = Duration::from_secs(10);

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check {
    /// What was checked.
    pub name: &'static str,
    /// Whether all is well.
    pub ok: bool,
    /// What is not, as programs compare it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What is not, for the operator: only told to a holder of a token, or on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

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

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// A holder of a token.
    Holder,
    /// Somebody on this machine.
    Here,
    /// Anybody else: he is told which checks there are and whether they are in order, and no more.
    Stranger,
}

/// What was found latest.
#[derive(Debug, Default)]
pub struct Readiness {
    gateway: Latest<Found>,
    deliveries: Latest<(Duration, Check)>,
}

impl Readiness {
    /// Answers `/readyz`. Of any number of requests at once, one asks the gateway, and the others wait for it.
    ///
    /// # Errors
    /// `not_ready`, with every check.
    pub async fn answer<P: Platform + Bindings>(
        &self,
        settings: &Settings<P>,
        platform: &P,
        asker: Asker,
    ) -> Result<Answer, Problem> {
        let mut checks = vec![of_settings(settings)];
        if let Ok(client) = &settings.client {
            checks.extend(self.of_gateway(client, platform, settings.deadline).await.checks.iter().cloned());
        }
        checks.push(of_limits(platform));
        if asker == Asker::Holder {
            checks.push(self.of_deliveries(settings, platform).await);
            checks.push(of_checkout(settings));
        }
        if asker == Asker::Stranger {
            for check in &mut checks {
                check.detail = None;
                check.code = check.code.take().filter(|_| !check.ok);
            }
        }
        if checks.iter().all(|check| check.ok) {
            return Ok(Answer::json(200, &Ready { status: "ready", checks: &checks }));
        }
        let failed: Vec<&str> = checks.iter().filter(|check| !check.ok).map(|check| check.name).collect();
        let mut problem = Problem::new(Cause::NotReady, format!("Not in order: {}.", failed.join(", ")));
        problem.retryable = true;
        problem.checks = checks;
        Err(problem)
    }

    async fn of_gateway<P: Platform>(&self, client: &Client<P>, platform: &P, deadline: Duration) -> Rc<Found> {
        let holds = |found: &Found| elapsed(platform, found.at) < HOLDS;
        let look = async || {
            let nothing = Fields::new();
            let call = |spec| client.call_row(spec, &nothing, without_retries());
            let (ping, read) = join(call(Ping::SPEC), call(ListAccounts::SPEC)).await;
            let checks = [check("gateway", ping.err().as_ref()), check("credentials", read.err().as_ref())];
            Found { at: platform.now(), checks }
        };
        self.gateway.get_or_look(platform, deadline, holds, look).await
    }

    async fn of_deliveries<P: Platform + Bindings>(&self, settings: &Settings<P>, platform: &P) -> Check {
        let holds = |found: &(Duration, Check)| elapsed(platform, found.0) < HOLDS;
        let look = async || {
            let check = match callbacks::parked(platform).await {
                Ok(0) if settings.inbox.webhook.is_none() => Check {
                    code: Some("not_configured".to_owned()),
                    detail: Some("There is no MERCHANT_WEBHOOK_URL: callbacks wait for whoever lists them.".to_owned()),
                    ..check("deliveries", None)
                },
                Ok(0) => check("deliveries", None),
                Ok(parked) => Check {
                    name: "deliveries",
                    ok: false,
                    code: Some("deliveries_parked".to_owned()),
                    detail: Some(format!(
                        "{parked} deliveries are given up: GET /v1/callbacks?state=parked lists them, and \
                         POST /v1/callbacks/{{id}}/redeliver tries again."
                    )),
                },
                Err(problem) => Check {
                    name: "deliveries",
                    ok: false,
                    code: Some(problem.code.clone()),
                    detail: Some(problem.detail.clone()),
                },
            };
            (platform.now(), check)
        };
        self.deliveries.get_or_look(platform, callbacks::PATIENCE, holds, look).await.1.clone()
    }
}

fn of_limits(bindings: &impl Bindings) -> Check {
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
    if faults.is_empty() {
        return check("settings", None);
    }
    let sentences: Vec<String> = faults.iter().map(|fault| format!("{fault}.")).collect();
    let code = Cause::InvalidConfiguration.describe().1.to_owned();
    Check { name: "settings", ok: false, code: Some(code), detail: Some(sentences.join(" ")) }
}
