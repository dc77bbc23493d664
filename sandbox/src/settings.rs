//! Settings of the gateway, which tests can change.

use citrn::url::Url;
use serde::{Deserialize, Serialize};

use crate::{
    identity::Identity,
    profile::{Form, Ids, MemoName, Profile},
};

/// A generation of callback bodies. The documentation shows two (Callback Examples).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Generation {
    /// Integer ids, `internal_id`, `tag`.
    Older,
    /// UUIDs, `memo`.
    Newer,
}

impl Generation {
    /// Returns the generation of a form.
    pub fn of(form: &Form) -> Self {
        match form.ids {
            Ids::Integer => Self::Older,
            Ids::Uuid => Self::Newer,
        }
    }
}

/// Settings of the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// The URL of callbacks. Without it they are only recorded.
    pub callback_url: Option<String>,
    /// The form of replies, refusals and callbacks.
    pub profile: Profile,
    /// The generation of callback bodies, if it differs from that of the profile.
    #[serde(skip)]
    pub callback_generation: Option<Generation>,
    /// Whether withdrawals are enabled.
    pub withdrawals_enabled: bool,
    /// Whether withdrawals are sent to the blockchain automatically. Otherwise they wait for a control call, as with a
    /// merchant who confirms each one manually.
    pub automatic_withdrawals: bool,
    /// Whether deposits get confirmations automatically as time passes.
    pub automatic_confirmations: bool,
    /// Fields that every call with a `foreign_id` must have besides the documented ones, as user data in the CoinsPaid
    /// family.
    pub required_fields: Vec<String>,
    /// Origins of web pages that may call the API; `*` allows all.
    pub allowed_origins: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            callback_url: None,
            profile: Profile::default(),
            callback_generation: None,
            withdrawals_enabled: true,
            automatic_withdrawals: true,
            automatic_confirmations: true,
            required_fields: Vec::new(),
            // The gateway's rule is not documented; with none allowed, code that works here also works there.
            allowed_origins: Vec::new(),
        }
    }
}

impl Settings {
    /// Returns the form of callbacks: that of the profile, unless another generation was set.
    pub fn callback_form(&self, identity: &Identity) -> Form {
        let form = self.profile.form(identity);
        match self.callback_generation.filter(|generation| *generation != Generation::of(&form)) {
            None => form,
            Some(Generation::Older) => Form { ids: Ids::Integer, memo: MemoName::Tag, internal_id: true, ..form },
            Some(Generation::Newer) => Form { ids: Ids::Uuid, memo: MemoName::Memo, internal_id: false, ..form },
        }
    }
}

/// Whether a text is a valid callback URL.
pub fn is_callback_url(text: &str) -> bool {
    Url::parse(text).is_some_and(|url| matches!(url.scheme.as_str(), "http" | "https") && !url.has_credentials)
}
