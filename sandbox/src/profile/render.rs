//! Values and replies in the form of a profile.

use serde::Serialize;
use serde_json::value::RawValue;

use super::form::{Amounts, Confirmations, Envelope, Form, Ids, MemoName};
use crate::{decimal::Decimal, http::Response, identity::Id};

/// An id.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
pub enum IdValue<'a> {
    Integer(u64),
    Uuid(&'a str),
}

/// A destination tag with its name.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MemoField<'a> {
    Memo(Option<&'a str>),
    Tag(Option<&'a str>),
}

/// An amount or a rate.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum AmountValue {
    Text(String),
    Number(Box<RawValue>),
}

/// Confirmations with their name.
#[derive(Debug, Clone, Serialize)]
pub enum ConfirmationsField {
    #[serde(rename = "confirmation")]
    Singular(u32),
    #[serde(rename = "confirmations")]
    Plural(u32),
    #[serde(rename = "confirmations")]
    PluralText(String),
}

impl Ids {
    /// Returns an id in this form.
    pub fn of(self, id: &Id) -> IdValue<'_> {
        match self {
            Self::Integer => IdValue::Integer(id.serial),
            Self::Uuid => IdValue::Uuid(&id.uuid),
        }
    }
}

impl MemoName {
    /// Returns a destination tag under this name.
    pub fn of(self, memo: Option<&str>) -> MemoField<'_> {
        match self {
            Self::Memo => MemoField::Memo(memo),
            Self::Tag => MemoField::Tag(memo),
        }
    }
}

impl Amounts {
    /// Returns an amount in this form: text has at least 8 decimals.
    pub fn of(self, amount: &Decimal) -> AmountValue {
        self.written(amount.to_string(), amount)
    }

    /// Returns an amount in this form: text has exactly this many decimals.
    pub fn fixed(self, amount: &Decimal, decimals: u8) -> AmountValue {
        self.written(amount.fixed(decimals), amount)
    }

    fn written(self, text: String, amount: &Decimal) -> AmountValue {
        // A decimal without trailing zeros is always a valid JSON number.
        let number = || RawValue::from_string(amount.shortest()).ok();
        match self {
            Self::Text => AmountValue::Text(text),
            Self::Number => number().map_or(AmountValue::Text(text), AmountValue::Number),
        }
    }
}

impl Confirmations {
    /// Returns a number of confirmations in this form.
    pub fn of(self, count: u32) -> ConfirmationsField {
        match self {
            Self::Singular => ConfirmationsField::Singular(count),
            Self::Plural => ConfirmationsField::Plural(count),
            Self::PluralText => ConfirmationsField::PluralText(count.to_string()),
        }
    }
}

impl Form {
    /// Returns the reply of a read.
    pub fn reply(&self, data: &impl Serialize) -> Response {
        self.enveloped(200, data)
    }

    /// Returns the reply of a call that created something.
    pub fn created(&self, data: &impl Serialize) -> Response {
        self.enveloped(self.created_status, data)
    }

    fn enveloped(&self, status: u16, data: &impl Serialize) -> Response {
        #[derive(Serialize)]
        struct Enveloped<'a, T> {
            #[serde(skip_serializing_if = "Option::is_none")]
            status: Option<&'a str>,
            data: &'a T,
        }
        match self.envelope {
            Envelope::Data => Response::json(status, &Enveloped { status: None, data }),
            Envelope::StatusAndData => Response::json(status, &Enveloped { status: Some("ok"), data }),
            Envelope::Root => Response::json(status, data),
        }
    }
}
