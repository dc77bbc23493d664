//! The settings: read once, each with what is wrong with it.

use core::{fmt, time::Duration};

use citrn::{BaseUrl, Client, Config, Platform, RequestOptions, Secret, Signer};

use crate::{
    problem::{Cause, Problem},
    return_url::AllowedOrigins,
    token::Tokens,
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
}

impl<P: Platform> Settings<P> {
    /// Reads all settings.
    #[must_use]
    pub fn read(source: Source<'_>, platform: P) -> Self {
        let deadline = deadline(source);
        Self {
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
        self.tokens.as_ref().err().into_iter().chain(client).chain(self.return_origins.as_ref().err()).collect()
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
    let text = given(source, NAME)?;
    if text.trim() != text {
        return Err(Fault::new(NAME, "begins or ends with white space, which would be part of the key"));
    }
    Ok(Secret::new(text))
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
