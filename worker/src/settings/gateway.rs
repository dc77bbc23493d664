//! The gateway: where it is, under which key, and for how long it is waited for.

use core::time::Duration;

use citrn::{BaseUrl, Client, Config, Platform, RequestOptions, Secret, Signer};

use super::{
    Fault, Source,
    source::{given, key, optional},
};

/// `UPSTREAM_DEADLINE_MS` when it is not set: a payer waits for this answer.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);

/// The longest `UPSTREAM_DEADLINE_MS`, in milliseconds: no caller waits longer than a minute.
const LONGEST_DEADLINE_MS: u64 = 60_000;

/// What `CITRN_BASE_URL` says instead of a URL, to mean the hosts of the gateway's documentation.
const DOCUMENTED: &str = "documented";

pub(super) fn deadline(source: Source<'_>) -> Result<Duration, Fault> {
    const NAME: &str = "UPSTREAM_DEADLINE_MS";
    let Some(text) = optional(source, NAME) else {
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

pub(super) fn secret(source: Source<'_>) -> Result<Secret, Fault> {
    const NAME: &str = "CITRN_SECRET";
    key(NAME, given(source, NAME)?)
}

pub(super) fn client<P: Platform>(
    source: Source<'_>,
    platform: P,
    deadline: Result<Duration, Fault>,
) -> Result<Client<P>, Vec<Fault>> {
    const API_KEY: &str = "CITRN_API_KEY";
    match (given(source, API_KEY), secret(source), base_url(source), deadline) {
        (Ok(api_key), Ok(secret), Ok(base_url), Ok(timeout)) => {
            // The routes check the ids that they are given; a link may be older than that check.
            let request = RequestOptions { base_url, any_foreign_id: true, ..RequestOptions::default() };
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
