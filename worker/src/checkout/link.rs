//! Checkout links: the customer, the coins and payment modes on offer, and the page to return to.

use core::time::Duration;

use citrn::json::Json;
use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, value},
};

use crate::{
    auth::return_url::AllowedOrigins,
    extra::Extra,
    http::{
        Problem,
        body::{EXTRA, Parameters, check_foreign_id, object},
    },
    settings::Settings,
};

/// Default lifetime of a link, in seconds.
const EXPIRES_IN: u64 = 3_600;

/// Longest lifetime of a link: 30 days, in seconds.
pub const LONGEST: u64 = 30 * 86_400;

/// Maximum number of coins of a link.
pub const MOST_COINS: usize = 64;

/// Longest code of a coin, in characters.
pub const LONGEST_COIN: usize = 32;

/// The payment modes that a link allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AllowedModes {
    /// On the gateway's own page.
    Redirect,
    /// To a deposit address.
    Address,
    /// Either.
    Both,
}

impl AllowedModes {
    /// Whether it allows a payment mode.
    pub fn allows(self, mode: PaymentMode) -> bool {
        match self {
            AllowedModes::Redirect => mode == PaymentMode::Redirect,
            AllowedModes::Address => mode == PaymentMode::Address,
            AllowedModes::Both => true,
        }
    }
}

/// How a payer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentMode {
    /// On the gateway's own page.
    Redirect,
    /// To a deposit address.
    Address,
}

impl PaymentMode {
    /// Returns its name in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            PaymentMode::Redirect => "redirect",
            PaymentMode::Address => "address",
        }
    }
}

/// Parses a mode's name in forms and JSON.
pub fn mode<M: DeserializeOwned>(text: &str) -> Option<M> {
    M::deserialize(value::StrDeserializer::<value::Error>::new(text)).ok()
}

/// A link as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The merchant's id of the payer.
    pub foreign_id: String,
    /// The page that the payer returns to, normalised.
    pub return_url: String,
    /// The coins to choose from; `None` for all that the gateway accepts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coins: Option<Vec<String>>,
    /// The payment modes on offer.
    pub mode: AllowedModes,
    /// The currency that deposits to an address are exchanged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convert_to: Option<String>,
    /// Further fields for the gateway, stored only here and deleted with the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
}

/// A link to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLink {
    /// The link to store.
    pub link: Link,
    /// Its lifetime in seconds.
    pub expires_in: u64,
}

impl NewLink {
    /// Reads the body of `POST /v1/checkout-links`.
    pub fn of_body<P>(body: &[u8], settings: &Settings<P>, origins: &AllowedOrigins) -> Result<Self, Problem> {
        let known = &["foreign_id", "return_url", "coins", "expires_in", "mode", "convert_to", EXTRA];
        let body = object(body)?;
        let fields = Parameters::fields(&body, known)?;
        let foreign_id = fields.required("foreign_id")?;
        check_foreign_id(&foreign_id)?;
        let return_url = origins.admit(&fields.required("return_url")?)?;
        let mode = match fields.text("mode")? {
            Some(text) => mode(&text).ok_or_else(|| Problem::invalid("mode", "must be redirect, address or both"))?,
            None => AllowedModes::Redirect,
        };
        let convert_to = fields.text("convert_to")?;
        if convert_to.as_deref().is_some_and(|code| !is_code(code)) {
            return Err(Problem::invalid("convert_to", "must be the code of a currency, such as EUR"));
        }
        if convert_to.is_some() && !mode.allows(PaymentMode::Address) {
            return Err(Problem::invalid(
                "convert_to",
                "applies to deposit addresses only: set mode to address or both",
            ));
        }
        let expires_in = fields.get("expires_in").map_or(Ok(EXPIRES_IN), seconds)?;
        let coins = fields.get("coins").map(coins).transpose()?;
        let extra = settings.admit_extra(fields.get(EXTRA).map(Json::as_str))?;
        Ok(Self { link: Link { foreign_id, return_url, coins, mode, convert_to, extra }, expires_in })
    }

    /// Returns its lifetime.
    pub fn span(&self) -> Duration {
        Duration::from_secs(self.expires_in)
    }
}

fn seconds(json: Json<'_>) -> Result<u64, Problem> {
    // 60 and 60.0 are the same JSON number.
    let whole = match json.as_str().split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        _ => json.as_str(),
    };
    match whole.parse() {
        Ok(seconds @ 1..=LONGEST) => Ok(seconds),
        _ => Err(Problem::invalid(
            "expires_in",
            &format!("must be a whole number of seconds from 1 to {LONGEST}, not text"),
        )),
    }
}

fn coins(json: Json<'_>) -> Result<Vec<String>, Problem> {
    let refuse = |problem: &str| Err(Problem::invalid("coins", problem));
    let Some(entries) = json.array().filter(|entries| (1..=MOST_COINS).contains(&entries.len())) else {
        return refuse(&format!("must be a list of 1 to {MOST_COINS} codes such as USDTT; omit it to offer all coins"));
    };
    let mut coins: Vec<String> = Vec::with_capacity(entries.len());
    for entry in entries {
        match entry.string() {
            Some(code) if coins.contains(&code) => return refuse("contains a duplicate code"),
            Some(code) if code.bytes().any(|byte| byte.is_ascii_lowercase()) => {
                return refuse("contains a code in lower case: codes are upper case, such as USDTT");
            }
            Some(code) if is_code(&code) => coins.push(code),
            _ => return refuse("contains an entry that is not a coin's code, such as USDTT"),
        }
    }
    Ok(coins)
}

/// Whether a text has the form of a currency code, such as `BNB-BSC`: letters, digits, hyphens, points and underscores.
pub fn is_code(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=LONGEST_COIN).contains(&text.len()) && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        routes::Route,
        testing::{Scripted, complete},
    };

    fn read(body: &str) -> Result<NewLink, (String, Option<String>)> {
        let origins = AllowedOrigins::read("https://shop.example").unwrap();
        let settings = complete(&[]);
        let settings = Settings::read(&|name| settings.get(name).cloned(), Scripted::default(), Route::SPECS);
        NewLink::of_body(body.as_bytes(), &settings, &origins)
            .map_err(|problem| (problem.code.clone(), problem.field.clone()))
    }

    fn with(more: &str) -> String {
        format!(r#"{{"foreign_id":"user-17","return_url":"https://shop.example/thanks"{more}}}"#)
    }

    #[test]
    fn optional_fields_have_defaults() {
        let NewLink { link, expires_in } = read(&with("")).unwrap();
        assert_eq!((expires_in, link.mode, link.coins, link.convert_to), (3_600, AllowedModes::Redirect, None, None));
    }

    #[test]
    fn a_stored_link_keeps_every_field() {
        let body = with(r#","coins":["USDTT","BNB-BSC"],"expires_in":1,"mode":"both","convert_to":"EUR""#);
        let new = read(&body).unwrap();
        assert_eq!(new.link.coins, Some(vec!["USDTT".to_owned(), "BNB-BSC".to_owned()]));
        assert_eq!(
            (new.expires_in, new.link.mode, new.link.convert_to.as_deref()),
            (1, AllowedModes::Both, Some("EUR"))
        );
        for new in [new, read(&with(r#","mode":"address""#)).unwrap()] {
            let text = serde_json::to_string(&new).unwrap();
            assert_eq!(serde_json::from_str::<NewLink>(&text).unwrap(), new);
        }
    }

    #[test]
    fn a_whole_number_may_have_a_fraction_of_zeros() {
        for (written, seconds) in [("60", 60), ("60.0", 60), ("2592000.000", LONGEST)] {
            assert_eq!(read(&with(&format!(r#","expires_in":{written}"#))).unwrap().expires_in, seconds);
        }
        for written in ["60.01", "0.0", "2592001.0", "\"60.0\"", "60.0e1"] {
            assert!(read(&with(&format!(r#","expires_in":{written}"#))).is_err(), "{written}");
        }
    }

    #[test]
    fn a_refusal_names_the_invalid_field() {
        let long = "x".repeat(256);
        let many = (0..65).map(|number| format!("\"C{number}\"")).collect::<Vec<_>>().join(",");
        for (body, code, field) in [
            (r#"{"return_url":"https://shop.example/"}"#.to_owned(), "missing_parameter", "foreign_id"),
            (r#"{"foreign_id":"a"}"#.to_owned(), "missing_parameter", "return_url"),
            (with(r#","amount":"5""#), "unknown_parameter", "amount"),
            (with(r#","mode":"redirect","mode":"redirect""#), "duplicate_parameter", "mode"),
            (with("").replace("user-17", ""), "invalid_parameter", "foreign_id"),
            (with("").replace("user-17", &long), "invalid_parameter", "foreign_id"),
            (with("").replace("shop.", "evil."), "return_url_not_allowed", "return_url"),
            (with("").replace("https:", "http:"), "return_url_not_allowed", "return_url"),
            (with(r#","mode":"Both""#), "invalid_parameter", "mode"),
            (with(r#","mode":1"#), "invalid_parameter", "mode"),
            (with(r#","convert_to":"EUR""#), "invalid_parameter", "convert_to"),
            (with(r#","mode":"address","convert_to":"""#), "invalid_parameter", "convert_to"),
            (with(r#","expires_in":0"#), "invalid_parameter", "expires_in"),
            (with(r#","expires_in":-1"#), "invalid_parameter", "expires_in"),
            (with(r#","expires_in":1.5"#), "invalid_parameter", "expires_in"),
            (with(r#","expires_in":"60""#), "invalid_parameter", "expires_in"),
            (with(r#","expires_in":null"#), "invalid_parameter", "expires_in"),
            (with(r#","expires_in":2592001"#), "invalid_parameter", "expires_in"),
            (with(r#","expires_in":99999999999999999999"#), "invalid_parameter", "expires_in"),
            (with(r#","coins":"USDTT""#), "invalid_parameter", "coins"),
            (with(r#","coins":[]"#), "invalid_parameter", "coins"),
            (with(r#","coins":[1]"#), "invalid_parameter", "coins"),
            (with(r#","coins":[""]"#), "invalid_parameter", "coins"),
            (with(r#","coins":["US DT"]"#), "invalid_parameter", "coins"),
            (with(r#","coins":["<b>"]"#), "invalid_parameter", "coins"),
            (with(r#","coins":["usdtt"]"#), "invalid_parameter", "coins"),
            (with(r#","coins":["BTC","BTC"]"#), "invalid_parameter", "coins"),
            (with(&format!(r#","coins":[{many}]"#)), "invalid_parameter", "coins"),
        ] {
            assert_eq!(read(&body).unwrap_err(), (code.to_owned(), Some(field.to_owned())), "{body}");
        }
    }
}
