//! The settings of the gateway: its URL, credentials and deadline.

use core::time::Duration;

use citrn::{BaseUrl, Client, Config, Platform, RequestOptions, Secret, Signer};

use super::{
    Fault, Source,
    source::{self, optional, read, required},
};

/// The default of `UPSTREAM_DEADLINE_MS`. It is short because a payer waits.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);

/// The longest `UPSTREAM_DEADLINE_MS`, in milliseconds.
const LONGEST_DEADLINE_MS: u64 = 60_000;

/// The setting of the gateway's URL.
const BASE_URL: &str = "CITRN_BASE_URL";

/// The value of `CITRN_BASE_URL` that selects the hosts in the gateway's documentation.
const DOCUMENTED: &str = "documented";

/// The setting that allows plain http to another machine in `CITRN_BASE_URL`.
const ALLOW_INSECURE: &str = "CITRN_ALLOW_INSECURE_BASE_URL";

pub(super) fn deadline(source: Source<'_>) -> Result<Duration, Fault> {
    const NAME: &str = "UPSTREAM_DEADLINE_MS";
    let deadline = read(source, NAME, |text| match text.trim().parse() {
        Ok(milliseconds @ 1..=LONGEST_DEADLINE_MS) => Ok(Duration::from_millis(milliseconds)),
        _ => Err(format!("must be a whole number of milliseconds from 1 to {LONGEST_DEADLINE_MS}")),
    });
    Ok(deadline?.unwrap_or(DEADLINE))
}

/// Whether plain http to the gateway is allowed, such as to a sandbox in a container network. In production, which
/// `wrangler.toml` sets as `ENVIRONMENT`, it never is.
fn allows_insecure(source: Source<'_>) -> Result<bool, Fault> {
    let is_production = || optional(source, "ENVIRONMENT").is_some_and(|text| text.trim() == "production");
    match optional(source, ALLOW_INSECURE).as_deref().map(str::trim) {
        None | Some("false") => Ok(false),
        Some("true") if is_production() => Err(Fault::new(ALLOW_INSECURE, "must not be \"true\" in production")),
        Some("true") => Ok(true),
        Some(_) => Err(Fault::new(ALLOW_INSECURE, "must be \"true\" or \"false\"")),
    }
}

/// Whether the gateway's URL is plain http, as that of a sandbox on this machine or in a container network.
pub(super) fn is_plain_http(source: Source<'_>) -> bool {
    source(BASE_URL).is_some_and(|url| url.trim().get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:")))
}

fn request_options(source: Source<'_>) -> Result<RequestOptions, Fault> {
    let allow_insecure_base_url = allows_insecure(source)?;
    let base_url = base_url(source, allow_insecure_base_url)?;
    // The routes check ids themselves, and a stored link may be older than that check.
    Ok(RequestOptions { base_url, allow_insecure_base_url, any_foreign_id: true, ..RequestOptions::default() })
}

fn base_url(source: Source<'_>, allows_insecure: bool) -> Result<BaseUrl, Fault> {
    let fault = |problem: &str| Fault::new(BASE_URL, problem);
    let text = source(BASE_URL).unwrap_or_default();
    match text.trim() {
        "" => Err(fault(
            "is not set: set it to the gateway's URL, or to \"documented\" for the two hosts in its documentation",
        )),
        word if word.eq_ignore_ascii_case(DOCUMENTED) => Ok(BaseUrl::documented()),
        url => {
            let base = BaseUrl::one(url).map_err(|error| fault(without_field(&error)))?;
            match citrn::url::Url::parse(url) {
                Some(url) if url.is_secure() || allows_insecure => Ok(base),
                _ => Err(fault(
                    "must be https; plain http is allowed for this machine, and in a trusted network if \
                     CITRN_ALLOW_INSECURE_BASE_URL is \"true\"",
                )),
            }
        }
    }
}

pub(super) fn secret(source: Source<'_>) -> Result<Secret, Fault> {
    const NAME: &str = "CITRN_SECRET";
    source::secret(&required(source, NAME)?).map_err(|problem| Fault::new(NAME, problem))
}

/// The setting of the previous secret.
pub(super) const PREVIOUS: &str = "CITRN_SECRET_PREVIOUS";

/// Reads the previous secret, which is set during a rotation.
pub(super) fn previous(source: Source<'_>) -> Result<Option<Secret>, Fault> {
    read(source, PREVIOUS, source::secret)
}

pub(super) fn client<P: Platform>(
    source: Source<'_>,
    platform: P,
    deadline: Result<Duration, Fault>,
) -> Result<Client<P>, Vec<Fault>> {
    const API_KEY: &str = "CITRN_API_KEY";
    match (required(source, API_KEY), secret(source), request_options(source), deadline) {
        (Ok(api_key), Ok(secret), Ok(request), Ok(timeout)) => {
            let signer = Signer::Secret(secret);
            // The client only redacts it. `Settings::faults` reports a malformed one.
            let callback_secrets = previous(source).ok().flatten().into_iter().collect();
            let config =
                Config { api_key: Some(api_key), signer, request, timeout, callback_secrets, ..Config::default() };
            // The other fields were validated above, so a failure is about the key.
            Client::new(platform, config).map_err(|error| vec![Fault::new(API_KEY, without_field(&error))])
        }
        (api_key, secret, request, deadline) => {
            let faults = [api_key.err(), secret.err(), request.err(), deadline.err()];
            Err(faults.into_iter().flatten().collect())
        }
    }
}

/// Returns a message of the client without the client's name for the setting.
pub(super) fn without_field(error: &citrn::Error) -> &str {
    let message = error.message();
    let rest = error.field().and_then(|field| message.strip_prefix(field));
    rest.map_or(message, str::trim_start)
}
