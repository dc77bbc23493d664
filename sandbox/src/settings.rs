//! Settings of the gateway as a whole, for a test to change.

use citrn::url::Url;
use serde::{Deserialize, Serialize};

/// How callback bodies are rendered: the documentation shows two generations (Callback Examples).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Generation {
    /// Integer ids, `internal_id`, `tag`.
    Older,
    /// UUIDs, `memo`.
    Newer,
}

/// Settings of the gateway as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Where callbacks go; without it they are only logged.
    pub callback_url: Option<String>,
    /// How callback bodies are rendered.
    pub callback_generation: Generation,
    /// Whether withdrawals are switched on.
    pub withdrawals_enabled: bool,
    /// Whether withdrawals are sent to the blockchain by themselves; if not, they wait for a control call, as with a
    /// merchant that confirms each one by hand.
    pub automatic_withdrawals: bool,
    /// Whether deposits gather confirmations by themselves as time goes by.
    pub automatic_confirmations: bool,
    /// Origins of web pages that may call the API; `*` is all of them.
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
            // Whether the gateway lets web pages in is not documented: what works here is to work there too.
            allowed_origins: Vec::new(),
        }
    }
}

/// Whether callbacks can be sent to this text.
pub fn is_callback_url(text: &str) -> bool {
    Url::parse(text).is_some_and(|url| matches!(url.scheme.as_str(), "http" | "https") && !url.has_credentials)
}
