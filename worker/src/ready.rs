//! `GET /readyz`: whether the Worker can do its work: its settings, the gateway, and the key at the gateway.

use core::{cell::Cell, fmt, time::Duration};
use std::rc::Rc;

use citrn::{
    CallOptions, Client, Error, Platform,
    endpoints::{ListAccounts, Ping},
};
use futures_util::future::join;
use serde::Serialize;

use crate::{
    answer::Answer,
    gateway::elapsed,
    problem::{Cause, Problem},
    settings::Settings,
};

/// How long a finding holds, so that whoever asks often does not make the Worker ask the gateway as often.
const HOLDS: Duration = Duration::from_secs(10);

/// How often somebody who waits for another's check looks whether it is done.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// How much longer than the deadline a check may seem to run before it counts as lost: the runtime drops a request
/// whose caller is gone without a word.
const LOST_AFTER: Duration = Duration::from_secs(1);

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked: `settings`, `gateway` (it answers a ping), `credentials` (it takes the key and the signature).
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
struct Ready<'a> {
    status: &'static str,
    checks: &'a [Check],
}

/// What the gateway said, and when.
#[derive(Debug)]
struct Found {
    at: Duration,
    checks: [Check; 2],
}

/// The latest finding, and since when somebody is looking for a newer one.
#[derive(Default)]
pub struct Readiness {
    latest: Cell<Option<Rc<Found>>>,
    looking_since: Cell<Option<Duration>>,
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Readiness");
        debug.field("latest", &self.latest()).field("looking_since", &self.looking_since.get()).finish()
    }
}

impl Readiness {
    /// Answers `/readyz`. Of any number of requests at once, one asks the gateway, and the others wait for it.
    ///
    /// # Errors
    /// `not_ready`, with every check.
    pub async fn answer<P: Platform>(
        &self,
        settings: &Settings<P>,
        platform: &P,
        trusted: bool,
    ) -> Result<Answer, Problem> {
        let mut checks = vec![of_settings(settings)];
        if let Ok(client) = &settings.client {
            checks.extend(self.of_gateway(client, platform, settings.deadline).await.checks.iter().cloned());
        }
        if !trusted {
            checks.iter_mut().for_each(|check| check.detail = None);
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
        loop {
            if let Some(found) = self.latest().filter(|found| elapsed(platform, found.at) < HOLDS) {
                return found;
            }
            match self.looking_since.get() {
                Some(since) if elapsed(platform, since) < deadline + LOST_AFTER => platform.sleep(LOOK_EVERY).await,
                _ => break,
            }
        }
        self.looking_since.set(Some(platform.now()));
        let (ping, read) =
            join(client.call(&Ping::new(), without_retries()), client.call(&ListAccounts::new(), without_retries()))
                .await;
        let checks = [check("gateway", ping.err().as_ref()), check("credentials", read.err().as_ref())];
        let found = Rc::new(Found { at: platform.now(), checks });
        self.latest.set(Some(Rc::clone(&found)));
        self.looking_since.set(None);
        found
    }

    fn latest(&self) -> Option<Rc<Found>> {
        let latest = self.latest.take();
        self.latest.set(latest.clone());
        latest
    }
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
