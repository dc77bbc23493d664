//! What the Worker and a checkout object tell each other.

use serde::{Deserialize, Serialize};

use super::link::{Link, NewLink, Way};

/// What an object is asked about a link, and which one.
#[derive(Debug, Serialize, Deserialize)]
pub struct Asked {
    /// The link's key, in hex.
    pub key: String,
    /// What is asked.
    pub what: What,
}

/// What an object is asked.
#[derive(Debug, Serialize, Deserialize)]
pub enum What {
    /// To keep a link.
    Keep(NewLink),
    /// What is kept of it.
    Open(()),
    /// Which session a payer's choice belongs to.
    Begin(Choice),
    /// To note that a deposit address was shown: its key in the inbox.
    Shown(String),
}

/// What a payer chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The coin.
    pub coin: String,
    /// How the payer pays.
    pub way: Way,
    /// For how many milliseconds the same choice belongs to the same session.
    pub session_ms: i64,
}

/// What an object tells.
#[derive(Debug, Serialize, Deserialize)]
pub enum Told {
    /// The link is kept: when it ends, in milliseconds since the epoch.
    Kept(i64),
    /// What is kept of the link.
    Opened(Opened),
    /// The number of the session among those of the same choice, from 1.
    Begun(i64),
    /// The address is noted.
    Noted(()),
    /// The link is over, and so is what was kept of it, or nothing new may begin.
    Over(()),
    /// The database failed.
    Failed(String),
}

/// What is kept of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The link.
    pub link: Link,
    /// When it ends, in milliseconds since the epoch.
    pub expires_at: i64,
    /// Whether that is over.
    pub is_over: bool,
    /// When its first session began, if there was one.
    pub began_at: Option<i64>,
    /// When its latest one did.
    pub last_began_at: Option<i64>,
    /// The coin of the latest session with a deposit address.
    pub address_coin: Option<String>,
    /// Whether a session led to the gateway's own page.
    // During a deployment an object can still run a version that does not report it.
    #[serde(default = "unknown_redirects")]
    pub has_redirects: bool,
    /// The keys in the inbox of the deposit addresses that were shown.
    pub addresses: Vec<String>,
}

fn unknown_redirects() -> bool {
    true
}
