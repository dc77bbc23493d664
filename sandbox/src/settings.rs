//! Settings of the gateway, which tests can change.

use citrn::url::Url;
use serde::{Deserialize, Serialize};

/// A generation of callback bodies. The documentation shows two (Callback Examples).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Generation {
    /// Integer ids, `internal_id`, `tag`.
    Older,
    /// UUIDs, `memo`.
    Newer,
}

/// Settings of the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// The URL of callbacks. Without it they are only recorded.
    pub callback_url: Option<String>,
    /// The generation of callback bodies.
    pub callback_generation: Generation,
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
            callback_generation: Generation::Newer,
            withdrawals_enabled: true,
            automatic_withdrawals: true,
            automatic_confirmations: true,
            required_fields: Vec::new(),
            // The gateway's rule is not documented; with none allowed, code that works here also works there.
            allowed_origins: Vec::new(),
        }
    }
}

/// Whether a text is a valid callback URL.
pub fn is_callback_url(text: &str) -> bool {
    Url::parse(text).is_some_and(|url| matches!(url.scheme.as_str(), "http" | "https") && !url.has_credentials)
}
