//! Control of the settings of the gateway as a whole.

use citrn::url::Url;
use serde::{Deserialize, Deserializer};

use super::{Answer, Control, Problem, read, unknown};
use crate::{
    cors,
    http::{Request, Response},
    settings::Generation,
};

/// What is left out stays as it is; a callback URL that is `null` is taken away.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(default, deserialize_with = "given")]
    callback_url: Option<Option<String>>,
    callback_generation: Option<Generation>,
    withdrawals_enabled: Option<bool>,
    automatic_withdrawals: Option<bool>,
    automatic_confirmations: Option<bool>,
    allowed_origins: Option<Vec<String>>,
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>) -> Answer {
    let settings = &mut control.state().settings;
    match request.method {
        "GET" => {}
        "POST" => {
            let change: Change = read(request)?;
            if change.allowed_origins.iter().flatten().any(|origin| !cors::is_origin(origin)) {
                return Err(Problem::bad(
                    "`allowed_origins` must hold origins such as \"http://localhost:5173\", without a path, or \"*\"",
                ));
            }
            if let Some(url) = change.callback_url {
                if url.as_deref().is_some_and(|url| !is_callback_url(url)) {
                    return Err(Problem::bad(
                        "`callback_url` must be an absolute http or https URL without credentials",
                    ));
                }
                settings.callback_url = url;
            }
            if let Some(generation) = change.callback_generation {
                settings.callback_generation = generation;
            }
            if let Some(origins) = change.allowed_origins {
                settings.allowed_origins = origins;
            }
            for (given, place) in [
                (change.withdrawals_enabled, &mut settings.withdrawals_enabled),
                (change.automatic_withdrawals, &mut settings.automatic_withdrawals),
                (change.automatic_confirmations, &mut settings.automatic_confirmations),
            ] {
                if let Some(value) = given {
                    *place = value;
                }
            }
        }
        _ => return unknown(),
    }
    Ok(Response::data(settings))
}

/// Whether callbacks can be sent to this text.
pub(crate) fn is_callback_url(text: &str) -> bool {
    Url::parse(text).is_some_and(|url| matches!(url.scheme.as_str(), "http" | "https") && !url.has_credentials)
}
