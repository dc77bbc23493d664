//! What the Worker and a checkout object tell each other.

use citrn::json::{Document, Json};
use serde::Serialize;

use super::link::{Link, NewLink, Way};

/// What an object is asked about a link, and which one.
#[derive(Debug, Serialize)]
pub struct Asked {
    /// The link's key, in hex.
    pub key: String,
    /// What is asked.
    pub what: What,
}

/// What an object is asked.
#[derive(Debug, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The coin.
    pub coin: String,
    /// The way, as [`Way::as_str`] writes it.
    pub way: &'static str,
    /// For how many milliseconds the same choice belongs to the same session.
    pub session_ms: i64,
}

/// What an object tells.
#[derive(Debug, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    pub has_redirects: bool,
    /// The keys in the inbox of the deposit addresses that were shown.
    pub addresses: Vec<String>,
}

impl Asked {
    /// Reads what was written by [`Serialize`].
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let document = Document::parse(text).ok()?;
        let object = document.root().object()?;
        Some(Self { key: object.string("key")?, what: What::read(object.get("what")?)? })
    }
}

impl What {
    fn read(json: Json<'_>) -> Option<Self> {
        let object = json.object()?;
        let (variant, value) = object.iter().next()?;
        match variant {
            "Keep" => NewLink::read(value).map(What::Keep),
            "Open" => Some(What::Open(())),
            "Begin" => {
                let choice = value.object()?;
                Some(What::Begin(Choice {
                    coin: choice.string("coin")?,
                    way: Way::read(&choice.string("way")?)?.as_str(),
                    session_ms: number(choice.get("session_ms")?)?,
                }))
            }
            "Shown" => value.string().map(What::Shown),
            _ => None,
        }
    }
}

impl Told {
    /// Reads what was written by [`Serialize`].
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let document = Document::parse(text).ok()?;
        let object = document.root().object()?;
        let (variant, value) = object.iter().next()?;
        match variant {
            "Kept" => number(value).map(Told::Kept),
            "Opened" => Opened::read(value).map(Told::Opened),
            "Begun" => number(value).map(Told::Begun),
            "Noted" => Some(Told::Noted(())),
            "Over" => Some(Told::Over(())),
            "Failed" => value.string().map(Told::Failed),
            _ => None,
        }
    }
}

impl Opened {
    fn read(json: Json<'_>) -> Option<Self> {
        let object = json.object()?;
        Some(Self {
            link: Link::read(object.get("link")?)?,
            expires_at: number(object.get("expires_at")?)?,
            is_over: object.get("is_over")?.as_str() == "true",
            began_at: object.get("began_at").and_then(number),
            last_began_at: object.get("last_began_at").and_then(number),
            address_coin: object.string("address_coin"),
            // During a deployment an object can still run the version before, which does not report it.
            has_redirects: object.get("has_redirects").is_none_or(|json| json.as_str() == "true"),
            addresses: object.get("addresses")?.array()?.into_iter().map(Json::string).collect::<Option<_>>()?,
        })
    }
}

fn number(json: Json<'_>) -> Option<i64> {
    json.as_str().parse().ok()
}
