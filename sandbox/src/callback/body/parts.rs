//! The parts that the bodies of callbacks share.

use serde::{Serialize, Serializer};

use crate::{decimal::Decimal, identity::Id, json::escape_like_callbacks, settings::Generation, status::Status};

/// An id in the form of a generation.
#[derive(Clone, Copy)]
pub(super) struct Rendered<'a>(pub(super) &'a Id, pub(super) Generation);

impl Serialize for Rendered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Generation::Older => serializer.serialize_u64(self.0.serial),
            Generation::Newer => self.0.serialize(serializer),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Body<'a> {
    pub(super) id: Rendered<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) internal_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) foreign_id: Option<&'a str>,
    pub(super) r#type: &'static str,
    pub(super) crypto_address: CryptoAddress<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) currency_sent: Option<Sent<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) currency_received: Option<Received<'a>>,
    pub(super) transactions: Vec<Transaction<'a>>,
    pub(super) fees: Option<Vec<Fee<'a>>>,
    pub(super) error: &'a str,
    pub(super) risk: Risk,
    pub(super) status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exchange: Option<Exchange<'a>>,
}

#[derive(Serialize)]
pub(super) struct CryptoAddress<'a> {
    pub(super) id: Rendered<'a>,
    pub(super) currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) convert_to: Option<&'a str>,
    pub(super) address: &'a str,
    #[serde(flatten)]
    pub(super) memo: Memo<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cross_currency: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expected_currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) foreign_id: Option<&'a str>,
}

/// The destination tag under its name in a generation.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Memo<'a> {
    Tag(Option<&'a str>),
    Memo(Option<&'a str>),
}

impl<'a> Memo<'a> {
    pub(super) fn new(memo: Option<&'a str>, generation: Generation) -> Self {
        match generation {
            Generation::Older => Self::Tag(memo),
            Generation::Newer => Self::Memo(memo),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Sent<'a> {
    pub(super) currency: &'a str,
    pub(super) amount: &'a Decimal,
}

#[derive(Serialize)]
pub(super) struct Received<'a> {
    pub(super) currency: &'a str,
    pub(super) amount: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amount_minus_fee: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Transaction<'a> {
    pub(super) id: Rendered<'a>,
    pub(super) currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) currency_to: Option<&'a str>,
    pub(super) transaction_type: &'static str,
    pub(super) r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tag: Option<Option<&'a str>>,
    pub(super) amount: &'a Decimal,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amount_to: Option<&'a Decimal>,
    pub(super) txid: Option<&'a str>,
    pub(super) riskscore: Option<&'a str>,
    pub(super) confirmation: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) senders: Vec<&'a str>,
}

impl<'a> Transaction<'a> {
    /// Creates a blockchain transaction without its destination.
    pub(super) fn new(id: Rendered<'a>, r#type: &'static str, currency: &'a str, amount: &'a Decimal) -> Self {
        Self {
            id,
            currency,
            currency_to: None,
            transaction_type: "blockchain",
            r#type,
            address: None,
            tag: None,
            amount,
            amount_to: None,
            txid: None,
            riskscore: None,
            confirmation: 0,
            senders: Vec::new(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Fee<'a> {
    pub(super) r#type: &'static str,
    pub(super) currency: &'a str,
    pub(super) amount: &'a Decimal,
}

#[derive(Serialize)]
pub(super) struct Risk {}

#[derive(Serialize)]
pub(super) struct Exchange<'a> {
    pub(super) ticker: &'a str,
    pub(super) rate: &'a Decimal,
    pub(super) exchanged_amount: String,
}

pub(super) fn write(body: &impl Serialize) -> String {
    // Always serialises: all map keys are text, and no Serialize is fallible.
    escape_like_callbacks(&serde_json::to_string(body).unwrap_or_default())
}
