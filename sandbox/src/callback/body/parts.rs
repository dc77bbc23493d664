//! The parts that the bodies of callbacks share.

use serde::Serialize;

use crate::{
    json::escape_like_callbacks,
    profile::{AmountValue, ConfirmationsField, IdValue, MemoField},
    status::Status,
};

#[derive(Serialize)]
pub(super) struct Body<'a> {
    pub(super) id: IdValue<'a>,
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
    pub(super) id: IdValue<'a>,
    pub(super) currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) convert_to: Option<&'a str>,
    pub(super) address: &'a str,
    #[serde(flatten)]
    pub(super) memo: MemoField<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cross_currency: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expected_currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) foreign_id: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Sent<'a> {
    pub(super) currency: &'a str,
    pub(super) amount: AmountValue,
}

#[derive(Serialize)]
pub(super) struct Received<'a> {
    pub(super) currency: &'a str,
    pub(super) amount: AmountValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amount_minus_fee: Option<AmountValue>,
}

#[derive(Serialize)]
pub(super) struct Transaction<'a> {
    pub(super) id: IdValue<'a>,
    pub(super) currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) currency_to: Option<&'a str>,
    pub(super) transaction_type: &'static str,
    pub(super) r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tag: Option<Option<&'a str>>,
    pub(super) amount: AmountValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amount_to: Option<AmountValue>,
    pub(super) txid: Option<&'a str>,
    pub(super) riskscore: Option<&'a str>,
    #[serde(flatten)]
    pub(super) confirmations: ConfirmationsField,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) senders: Vec<&'a str>,
}

impl<'a> Transaction<'a> {
    /// Creates a blockchain transaction without its destination.
    pub(super) fn new(
        id: IdValue<'a>,
        r#type: &'static str,
        currency: &'a str,
        amount: AmountValue,
        confirmations: ConfirmationsField,
    ) -> Self {
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
            confirmations,
            senders: Vec::new(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Fee<'a> {
    pub(super) r#type: &'static str,
    pub(super) currency: &'a str,
    pub(super) amount: AmountValue,
}

#[derive(Serialize)]
pub(super) struct Risk {}

#[derive(Serialize)]
pub(super) struct Exchange<'a> {
    pub(super) ticker: &'a str,
    pub(super) rate: AmountValue,
    pub(super) exchanged_amount: AmountValue,
}

pub(super) fn write(body: &impl Serialize) -> String {
    // Always serialises: all map keys are text, and no Serialize is fallible.
    escape_like_callbacks(&serde_json::to_string(body).unwrap_or_default())
}
