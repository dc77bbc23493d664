//! The settings: read once, each with what is wrong with it.

use core::{fmt, time::Duration};

use citrn::{BaseUrl, Client, Config, Platform, RequestOptions, Secret, Signer};

use crate::{
    inbox::{Inbox, Retention, Scale},
    problem::{Cause, Problem},
    return_url::AllowedOrigins,
    token::Tokens,
    webhook::{Secrets, Webhook, destination},
};

/// `UPSTREAM_DEADLINE_MS` when it is not set: a payer waits for this answer.
const DEADLINE: Duration = Duration::from_secs(10);

/// The longest `UPSTREAM_DEADLINE_MS`, in milliseconds: no caller waits longer than a minute.
const LONGEST_DEADLINE_MS: u64 = 60_000;

/// What `CITRN_BASE_URL` says instead of a URL, to mean the hosts of the gateway's documentation.
const DOCUMENTED: &str = "documented";

/// A setting that is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The setting.
    pub name: &'static str,
    /// What is wrong with it and what to do. It holds nothing of a secret.
    problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.problem)
    }
}

impl Fault {
    fn new(name: &'static str, problem: impl Into<String>) -> Self {
        Self { name, problem: problem.into() }
    }

    /// What a caller is told: nothing was sent, and nothing will be until the operator has seen to it.
    #[must_use]
    pub fn problem(faults: &[&Fault]) -> Problem {
        let sentences: Vec<String> = faults.iter().map(|fault| format!("{fault}.")).collect();
        let problem = Problem::new(Cause::InvalidConfiguration, sentences.join(" "));
        match faults.first() {
            Some(first) => problem.about(first.name),
            None => problem,
        }
    }
}

/// Where settings come from: the text of a name, if it is set.
pub type Source<'a> = &'a dyn Fn(&str) -> Option<String>;

/// All settings. What is wrong with one leaves the routes alone that do not need it.
#[derive(Debug)]
pub struct Settings<P> {
    /// Who may call.
    pub tokens: Result<Tokens, Fault>,
    /// Where payers may be sent back to.
    pub return_origins: Result<AllowedOrigins, Fault>,
    /// The gateway's client; or everything that keeps it from being made.
    pub client: Result<Client<P>, Vec<Fault>>,
    /// The deadline of a call to the gateway over all its attempts.
    pub deadline: Duration,
    /// What callbacks are signed with: the gateway's secret, and the one before it while they rotate.
    pub callback_secrets: Result<Vec<Secret>, Fault>,
    /// How the inbox is set up. What is wrong with it keeps nothing from being stored.
    pub inbox: Inbox,
    /// What is wrong with the inbox's settings.
    pub inbox_faults: Vec<Fault>,
}

impl<P: Platform> Settings<P> {
    /// Reads all settings.
    #[must_use]
    pub fn read(source: Source<'_>, platform: P) -> Self {
        let deadline = deadline(source);
        let (inbox, inbox_faults) = inbox(source);
        Self {
            callback_secrets: callback_secrets(source),
            inbox,
            inbox_faults,
            tokens: given(source, "WORKER_TOKENS")
                .and_then(|text| Tokens::read(&text).map_err(|problem| Fault::new("WORKER_TOKENS", problem))),
            return_origins: return_origins(source),
            deadline: *deadline.as_ref().unwrap_or(&DEADLINE),
            client: client(source, platform, deadline),
        }
    }

    /// Every fault.
    #[must_use]
    pub fn faults(&self) -> Vec<&Fault> {
        let client = self.client.as_ref().err().into_iter().flatten();
        // A fault of the secret itself is the client's too.
        let previous = self.callback_secrets.as_ref().err().filter(|fault| fault.name == PREVIOUS);
        let first = self.tokens.as_ref().err().into_iter().chain(client);
        first.chain(self.return_origins.as_ref().err()).chain(previous).chain(&self.inbox_faults).collect()
    }
}

/// The text of a secret that must be there.
fn given(source: Source<'_>, name: &'static str) -> Result<String, Fault> {
    let problem = match source(name) {
        Some(text) if !text.trim().is_empty() => return Ok(text),
        Some(_) => "is empty",
        None => "is not set",
    };
    Err(Fault::new(name, format!("{problem}: put it into .dev.vars, or run `wrangler secret put {name}`")))
}

/// Not being set is a mistake, being set to nothing is a choice: then no `return_url` is allowed.
fn return_origins(source: Source<'_>) -> Result<AllowedOrigins, Fault> {
    const NAME: &str = "ALLOWED_RETURN_ORIGINS";
    let text = source(NAME).ok_or_else(|| Fault::new(NAME, "is not set: list origins such as https://shop.example"))?;
    AllowedOrigins::read(&text).map_err(|problem| Fault::new(NAME, problem))
}

fn deadline(source: Source<'_>) -> Result<Duration, Fault> {
    const NAME: &str = "UPSTREAM_DEADLINE_MS";
    let Some(text) = source(NAME).filter(|text| !text.trim().is_empty()) else {
        return Ok(DEADLINE);
    };
    match text.trim().parse::<u64>() {
        Ok(milliseconds @ 1..=LONGEST_DEADLINE_MS) => Ok(Duration::from_millis(milliseconds)),
        _ => Err(Fault::new(NAME, format!("is not a whole number of milliseconds from 1 to {LONGEST_DEADLINE_MS}"))),
    }
}

fn base_url(source: Source<'_>) -> Result<BaseUrl, Fault> {
    const NAME: &str = "CITRN_BASE_URL";
    let fault = |problem: &str| Fault::new(NAME, problem);
    let text = source(NAME).unwrap_or_default();
    match text.trim() {
        "" => Err(fault(
            "is not set: give the gateway's URL, or the word \"documented\" for the two hosts of its documentation",
        )),
        DOCUMENTED => Ok(BaseUrl::documented()),
        url => {
            let base = BaseUrl::one(url).map_err(|error| fault(without_field(&error)))?;
            match citrn::url::Url::parse(url) {
                Some(url) if url.is_secure() => Ok(base),
                _ => Err(fault("must be https: plain http is for a gateway on this machine only")),
            }
        }
    }
}

fn secret(source: Source<'_>) -> Result<Secret, Fault> {
    const NAME: &str = "CITRN_SECRET";
    key(NAME, given(source, NAME)?)
}

fn key(name: &'static str, text: String) -> Result<Secret, Fault> {
    if text.trim() != text {
        return Err(Fault::new(name, "begins or ends with white space, which would be part of the key"));
    }
    Ok(Secret::new(text))
}

/// The setting of the secret before the current one.
const PREVIOUS: &str = "CITRN_SECRET_PREVIOUS";

fn callback_secrets(source: Source<'_>) -> Result<Vec<Secret>, Fault> {
    let current = secret(source)?;
    match source(PREVIOUS).filter(|text| !text.trim().is_empty()) {
        Some(text) => Ok(vec![current, key(PREVIOUS, text)?]),
        None => Ok(vec![current]),
    }
}

fn inbox(source: Source<'_>) -> (Inbox, Vec<Fault>) {
    const URL: &str = "MERCHANT_WEBHOOK_URL";
    const SECRET: &str = "MERCHANT_WEBHOOK_SECRET";
    let mut faults = Vec::new();
    let text = |name| source(name).filter(|text| !text.trim().is_empty());
    let webhook = match (text(URL), text(SECRET)) {
        (None, None) => None,
        (url, secret) => {
            let missing = || "is not set, and the other half of the webhook is: set both or none".to_owned();
            let url = url.ok_or_else(missing).and_then(|url| destination(&url));
            let secrets = secret.ok_or_else(missing).and_then(|secret| Secrets::read(&secret));
            faults.extend(url.as_ref().err().map(|problem| Fault::new(URL, problem)));
            faults.extend(secrets.as_ref().err().map(|problem| Fault::new(SECRET, problem)));
            url.ok().zip(secrets.ok()).map(|(url, secrets)| Webhook::new(url, secrets))
        }
    };
    let scale = text("DELIVERY_BACKOFF_SCALE").map_or(Ok(Scale::default()), |text| Scale::read(&text));
    let retention = text("INBOX_RETENTION_DAYS").map_or(Ok(Retention::default()), |text| Retention::read(&text));
    faults.extend(scale.as_ref().err().map(|problem| Fault::new("DELIVERY_BACKOFF_SCALE", problem)));
    faults.extend(retention.as_ref().err().map(|problem| Fault::new("INBOX_RETENTION_DAYS", problem)));
    let inbox = Inbox {
        webhook,
        scale: scale.unwrap_or_default(),
        // Nothing is dropped because of a slip of the pen.
        retention: retention.unwrap_or(Retention::LONGEST),
    };
    (inbox, faults)
}

fn client<P: Platform>(
    source: Source<'_>,
    platform: P,
    deadline: Result<Duration, Fault>,
) -> Result<Client<P>, Vec<Fault>> {
    const API_KEY: &str = "CITRN_API_KEY";
    match (given(source, API_KEY), secret(source), base_url(source), deadline) {
        (Ok(api_key), Ok(secret), Ok(base_url), Ok(timeout)) => {
            let request = RequestOptions { base_url, ..RequestOptions::default() };
            let signer = Signer::Secret(secret);
            let config = Config { api_key: Some(api_key), signer, request, timeout, ..Config::default() };
            // The key is all that is left for the client to object to.
            Client::new(platform, config).map_err(|error| vec![Fault::new(API_KEY, without_field(&error))])
        }
        (api_key, secret, base_url, deadline) => {
            let faults = [api_key.err(), secret.err(), base_url.err(), deadline.err()];
            Err(faults.into_iter().flatten().collect())
        }
    }
}

/// The client names its own settings: what it says about one, without that name.
fn without_field(error: &citrn::Error) -> &str {
    let message = error.message();
    let rest = error.field().and_then(|field| message.strip_prefix(field));
    rest.map_or(message, str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::{Scripted, complete};

    fn read(changes: &[(&str, Option<&str>)]) -> Settings<Scripted> {
        let settings = complete(changes);
        Settings::read(&|name| settings.get(name).cloned(), Scripted::default())
    }

    fn faults(changes: &[(&str, Option<&str>)]) -> Vec<String> {
        read(changes).faults().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn complete_settings_have_no_fault() {
        assert_eq!(faults(&[]), Vec::<String>::new());
        assert_eq!(faults(&[("CITRN_BASE_URL", Some("documented"))]), Vec::<String>::new());
        assert_eq!(faults(&[("CITRN_BASE_URL", Some("https://gateway.example/api/"))]), Vec::<String>::new());
        assert_eq!(faults(&[("UPSTREAM_DEADLINE_MS", Some(" 250 "))]), Vec::<String>::new());
    }

    #[test]
    fn the_deadline_has_a_default() {
        assert_eq!(read(&[("UPSTREAM_DEADLINE_MS", None)]).deadline, DEADLINE);
        assert_eq!(read(&[("UPSTREAM_DEADLINE_MS", Some("250"))]).deadline, Duration::from_millis(250));
    }

    #[test]
    fn every_fault_names_its_setting_and_tells_no_secret() {
        for (name, value) in [
            ("WORKER_TOKENS", None),
            ("WORKER_TOKENS", Some("")),
            ("WORKER_TOKENS", Some("hunter2")),
            ("CITRN_API_KEY", None),
            ("CITRN_API_KEY", Some(" ")),
            ("CITRN_API_KEY", Some("hunter2 hunter2")),
            ("CITRN_API_KEY", Some("hunter2\n")),
            ("CITRN_SECRET", None),
            ("CITRN_SECRET", Some("")),
            ("CITRN_SECRET", Some("hunter2\n")),
            ("CITRN_BASE_URL", None),
            ("CITRN_BASE_URL", Some("")),
            ("CITRN_BASE_URL", Some("Documented")),
            ("CITRN_BASE_URL", Some("app.citrn.io/api")),
            ("CITRN_BASE_URL", Some("ftp://gateway.example")),
            ("CITRN_BASE_URL", Some("http://gateway.example/api")),
            ("CITRN_BASE_URL", Some("https://user:hunter2@gateway.example/api")),
            ("CITRN_BASE_URL", Some("https://gateway.example/api?x=hunter2")),
            ("ALLOWED_RETURN_ORIGINS", None),
            ("ALLOWED_RETURN_ORIGINS", Some("shop.example")),
            ("ALLOWED_RETURN_ORIGINS", Some("https://user:hunter2@shop.example")),
            ("UPSTREAM_DEADLINE_MS", Some("0")),
            ("UPSTREAM_DEADLINE_MS", Some("-1")),
            ("UPSTREAM_DEADLINE_MS", Some("2.5")),
            ("UPSTREAM_DEADLINE_MS", Some("60001")),
            ("UPSTREAM_DEADLINE_MS", Some("soon")),
            ("UPSTREAM_DEADLINE_MS", Some("99999999999999999999999")),
            ("CITRN_SECRET_PREVIOUS", Some("hunter2 ")),
            ("MERCHANT_WEBHOOK_URL", None),
            ("MERCHANT_WEBHOOK_URL", Some("http://hunter2.example")),
            ("MERCHANT_WEBHOOK_URL", Some("https://user:hunter2@shop.example")),
            ("MERCHANT_WEBHOOK_SECRET", None),
            ("MERCHANT_WEBHOOK_SECRET", Some("hunter2")),
            ("MERCHANT_WEBHOOK_SECRET", Some("whsec_hunter2")),
            ("DELIVERY_BACKOFF_SCALE", Some("0")),
            ("DELIVERY_BACKOFF_SCALE", Some("hunter2")),
            ("INBOX_RETENTION_DAYS", Some("-1")),
            ("INBOX_RETENTION_DAYS", Some("hunter2")),
        ] {
            let faults = faults(&[(name, value)]);
            let [fault] = faults.as_slice() else { panic!("{name}={value:?} has {faults:?}") };
            assert!(fault.starts_with(&format!("{name} ")), "{fault}");
            assert!(!fault.contains("hunter2"), "{fault}");
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let all: Vec<(&str, Option<&str>)> =
            ["WORKER_TOKENS", "CITRN_API_KEY", "CITRN_SECRET", "CITRN_BASE_URL", "ALLOWED_RETURN_ORIGINS"]
                .map(|name| (name, None))
                .to_vec();
        let settings = read(&all);
        let names: Vec<&str> = settings.faults().iter().map(|fault| fault.name).collect();
        assert_eq!(names, all.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        let problem = Fault::problem(&settings.faults());
        assert_eq!((problem.status, problem.field.as_deref()), (503, Some("WORKER_TOKENS")));
    }
}
