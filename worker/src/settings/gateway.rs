//! The gateway: where it is, under which key, and for how long it is waited for.

use core::time::Duration;

use citrn::{BaseUrl, Client, Config, Platform, RequestOptions, Secret, Signer};

use super::{
    Fault, Source,
    source::{self, given, optional, read},
};

/// `UPSTREAM_DEADLINE_MS` when it is not set: a payer waits for this answer.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);

/// The longest `UPSTREAM_DEADLINE_MS`, in milliseconds: no caller waits longer than a minute.
const LONGEST_DEADLINE_MS: u64 = 60_000;

/// What `CITRN_BASE_URL` says instead of a URL, to mean the hosts of the gateway's documentation.
const DOCUMENTED: &str = "documented";

/// Lets `CITRN_BASE_URL` be plain http to another machine.
const ALLOW_INSECURE: &str = "CITRN_ALLOW_INSECURE_BASE_URL";

pub(super) fn deadline(source: Source<'_>) -> Result<Duration, Fault> {
    const NAME: &str = "UPSTREAM_DEADLINE_MS";
    let deadline = read(source, NAME, |text| match text.trim().parse() {
        Ok(milliseconds @ 1..=LONGEST_DEADLINE_MS) => Ok(Duration::from_millis(milliseconds)),
        _ => Err(format!("is not a whole number of milliseconds from 1 to {LONGEST_DEADLINE_MS}")),
    });
    Ok(deadline?.unwrap_or(DEADLINE))
}

/// Whether the gateway may be reached over plain http, such as a sandbox in a container network. Never in production, which
/// `wrangler.toml` names in `ENVIRONMENT`.
fn allows_insecure(source: Source<'_>) -> Result<bool, Fault> {
    let is_production = || optional(source, "ENVIRONMENT").is_some_and(|text| text.trim() == "production");
    match optional(source, ALLOW_INSECURE).as_deref().map(str::trim) {
        None | Some("false") => Ok(false),
        Some("true") if is_production() => Err(Fault::new(ALLOW_INSECURE, "must not be \"true\" in production")),
        Some("true") => Ok(true),
        Some(_) => Err(Fault::new(ALLOW_INSECURE, "is neither \"true\" nor \"false\"")),
    }
}

fn request_options(source: Source<'_>) -> Result<RequestOptions, Fault> {
    let allow_insecure_base_url = allows_insecure(source)?;
    let base_url = base_url(source, allow_insecure_base_url)?;
    // The routes check the ids that they are given; a link may be older than that check.
    Ok(RequestOptions { base_url, allow_insecure_base_url, any_foreign_id: true, ..RequestOptions::default() })
}

fn base_url(source: Source<'_>, allows_insecure: bool) -> Result<BaseUrl, Fault> {
    const NAME: &str = "CITRN_BASE_URL";
    let fault = |problem: &str| Fault::new(NAME, problem);
    let text = source(NAME).unwrap_or_default();
    match text.trim() {
        "" => Err(fault(
            "is not set: give the gateway's URL, or the word \"documented\" for the two hosts of its documentation",
        )),
        word if word.eq_ignore_ascii_case(DOCUMENTED) => Ok(BaseUrl::documented()),
        url => {
            let base = BaseUrl::one(url).map_err(|error| fault(without_field(&error)))?;
            match citrn::url::Url::parse(url) {
                Some(url) if url.is_secure() || allows_insecure => Ok(base),
                _ => Err(fault(
                    "must be https: plain http is for a gateway on this machine only, or, in a network that you trust, with \
                     CITRN_ALLOW_INSECURE_BASE_URL set to \"true\"",
                )),
            }
        }
    }
}

pub(super) fn secret(source: Source<'_>) -> Result<Secret, Fault> {
    const NAME: &str = "CITRN_SECRET";
    source::secret(&given(source, NAME)?).map_err(|problem| Fault::new(NAME, problem))
}

/// The setting of the secret before the current one.
pub(super) const PREVIOUS: &str = "CITRN_SECRET_PREVIOUS";

/// The secret before the current one, while it rotates.
pub(super) fn previous(source: Source<'_>) -> Result<Option<Secret>, Fault> {
    read(source, PREVIOUS, source::secret)
}

pub(super) fn client<P: Platform>(
    source: Source<'_>,
    platform: P,
    deadline: Result<Duration, Fault>,
) -> Result<Client<P>, Vec<Fault>> {
    const API_KEY: &str = "CITRN_API_KEY";
    match (given(source, API_KEY), secret(source), request_options(source), deadline) {
        (Ok(api_key), Ok(secret), Ok(request), Ok(timeout)) => {
            let signer = Signer::Secret(secret);
            // A malformed one is a fault of the callbacks; the client only redacts it.
            let callback_secrets = previous(source).ok().flatten().into_iter().collect();
            let config =
                Config { api_key: Some(api_key), signer, request, timeout, callback_secrets, ..Config::default() };
            // The key is all that is left for the client to object to.
            Client::new(platform, config).map_err(|error| vec![Fault::new(API_KEY, without_field(&error))])
        }
        (api_key, secret, request, deadline) => {
            let faults = [api_key.err(), secret.err(), request.err(), deadline.err()];
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
