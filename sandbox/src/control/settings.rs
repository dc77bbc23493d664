//! Control of the gateway's settings.

use serde::{Deserialize, Serialize};

use super::call::{Answer, Control, Problem, nullable, read, set, unknown};
use crate::{
    cors,
    http::{Request, Response},
    profile::Profile,
    settings::{Generation, Settings, is_callback_url},
    state::State,
};

/// Missing fields stay unchanged; a callback URL that is `null` is removed. A profile sets the generation of callbacks
/// too.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(default, deserialize_with = "nullable")]
    callback_url: Option<Option<String>>,
    profile: Option<Profile>,
    callback_generation: Option<Generation>,
    withdrawals_enabled: Option<bool>,
    automatic_withdrawals: Option<bool>,
    automatic_confirmations: Option<bool>,
    required_fields: Option<Vec<String>>,
    allowed_origins: Option<Vec<String>>,
}

#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    settings: &'a Settings,
    callback_generation: Generation,
}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>) -> Answer {
    let settings = &mut control.state().settings;
    match request.method {
        "GET" => {}
        "POST" => {
            let change: Change = read(request)?;
            if change.allowed_origins.iter().flatten().any(|origin| !cors::is_origin(origin)) {
                return Err(Problem::bad(
                    "`allowed_origins` must contain origins without a path, such as \"http://localhost:5173\", or \
                     \"*\"",
                ));
            }
            if change.callback_url.iter().flatten().any(|url| !is_callback_url(url)) {
                return Err(Problem::bad("`callback_url` must be an absolute http or https URL without credentials"));
            }
            if change.required_fields.iter().flatten().any(String::is_empty) {
                return Err(Problem::bad("`required_fields` must contain names of fields, none of them empty"));
            }
            set(&mut settings.callback_url, change.callback_url);
            if change.profile.is_some() || change.callback_generation.is_some() {
                settings.callback_generation = change.callback_generation;
            }
            set(&mut settings.profile, change.profile);
            set(&mut settings.withdrawals_enabled, change.withdrawals_enabled);
            set(&mut settings.automatic_withdrawals, change.automatic_withdrawals);
            set(&mut settings.automatic_confirmations, change.automatic_confirmations);
            set(&mut settings.required_fields, change.required_fields);
            set(&mut settings.allowed_origins, change.allowed_origins);
        }
        _ => return unknown(),
    }
    let State { settings, identity, .. } = control.state();
    let callback_generation = Generation::of(&settings.callback_form(identity));
    Ok(Response::data(&View { settings, callback_generation }))
}
