//! Messages between the Worker and the checkout objects.
//!
//! Old and new versions exchange them during a deployment, so their JSON names never change.

use serde::{Deserialize, Serialize};

use super::link::{Link, NewLink, PaymentMode};

/// A request about a link.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// The link's key, in hex.
    pub key: String,
    #[serde(rename = "what")]
    pub operation: Operation,
}

/// An operation on a link.
#[derive(Debug, Serialize, Deserialize)]
pub enum Operation {
    #[serde(rename = "Keep")]
    Store(NewLink),
    /// Returns the stored link.
    Open(()),
    /// Returns the session that a payer's choice belongs to.
    Begin(Choice),
    /// Stores the inbox key of a deposit address, before the address is shown.
    #[serde(rename = "Shown")]
    Show(String),
    /// Waits for a change of the link's status after a position, or a minute. Without a position, the reply comes
    /// immediately.
    Wait(Option<i64>),
    /// Reports the inbox keys of customers and addresses whose deposits changed. The request's key is empty.
    Notify(Vec<String>),
}

/// A payer's choice of a coin and a payment mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub coin: String,
    #[serde(rename = "way")]
    pub mode: PaymentMode,
    /// How long a repeated choice belongs to the same session, in milliseconds.
    pub session_ms: i64,
}

/// A reply to a request.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The link is stored, and expires at this time in milliseconds since the epoch.
    #[serde(rename = "Kept")]
    Stored(i64),
    Opened(StoredLink),
    /// The number of the session for this choice, from 1.
    Begun(i64),
    /// The address is stored, or the notification received.
    Noted(()),
    /// The status may have changed before this position.
    Changed(i64),
    /// The status has not changed before this position.
    Unchanged(i64),
    /// The link is unknown, or has expired and cannot start a session.
    #[serde(rename = "Over")]
    Expired(()),
    Failed(String),
}

/// A link, its sessions and its addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredLink {
    pub link: Link,
    /// When the link expires, in milliseconds since the epoch.
    pub expires_at: i64,
    #[serde(rename = "is_over")]
    pub is_expired: bool,
    /// When its first session began, if any.
    pub began_at: Option<i64>,
    /// When its latest session began.
    pub last_began_at: Option<i64>,
    /// The coin of the latest session with a deposit address.
    pub address_coin: Option<String>,
    /// Whether a session redirected to the gateway's page. Earlier versions do not report it.
    #[serde(default = "unknown_redirects")]
    pub has_redirects: bool,
    /// The inbox keys of the deposit addresses that were shown.
    pub addresses: Vec<String>,
}

impl StoredLink {
    /// Whether its status can be shown. The status of a link with a session outlives it: payers return from the gateway
    /// at any time.
    pub fn has_status(&self) -> bool {
        !self.is_expired || self.began_at.is_some()
    }
}

/// Assumes a redirect if it is unknown, so that no deposit is hidden.
fn unknown_redirects() -> bool {
    true
}
