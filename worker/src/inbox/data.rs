//! The fields that deliveries and lists of events share: the meaning of the event for the shop, and the gateway's body.
//!
//! They are derived from the row and its body, so rows of earlier versions have them too.

use base64ct::{Base64, Encoding};
use citrn::{
    callback::{self, Summary},
    json::Document,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::event::{AMENDED, CONFLICT, UNREADABLE};
use crate::{
    http::response::embeddable,
    storage::sql::{DatabaseError, Row},
};

/// The columns that [`Data::read`] needs. `settled_as` reveals a second final event that an earlier version stored as
/// `callback.received`, because that version did not know one of the statuses, or its spelling.
pub(super) const COLUMNS: &str = "kind, callback_id, status, is_final, superseded, body, \
     (SELECT status FROM events AS earlier WHERE earlier.transaction_key = events.transaction_key \
     AND earlier.seq < events.seq AND earlier.is_final ORDER BY earlier.seq LIMIT 1) AS settled_as";

/// The fields that deliveries and lists share.
#[derive(Serialize)]
pub(super) struct Data<'a> {
    callback_id: Option<&'a str>,
    status: Option<&'a str>,
    superseded: bool,
    customer_id: Option<String>,
    is_final: bool,
    is_deposit: bool,
    /// Only written if true: events of earlier versions do not have it.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    is_unexpected_currency: bool,
    credit: Option<Credit>,
    review: Option<&'static str>,
    callback: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

impl<'a> Data<'a> {
    /// Reads a row with the columns of [`COLUMNS`].
    pub(super) fn read(row: &'a Row) -> Result<Self, DatabaseError> {
        let (callback_id, status): (Option<&str>, Option<&str>) = (row.get("callback_id")?, row.get("status")?);
        let body: Option<&[u8]> = row.get("body")?;
        let canonical = body.and_then(|body| callback::canonical(body).ok());
        let summary = canonical.as_ref().and_then(|canonical| Summary::of(canonical.root()));
        // If this version reads another id or status than the one that stored the row, the body is not understood.
        let summary =
            summary.filter(|summary| callback_id == Some(&summary.id) && status == Some(summary.status.as_str()));
        let (credit, review) = match repeated(row)? {
            None => meaning(summary.as_ref(), body.is_some()),
            review => (None, review),
        };
        let (json, body_base64) = embedded(body, callback_id.is_some());
        Ok(Self {
            callback_id,
            status,
            superseded: row.get("superseded")?,
            customer_id: summary.as_ref().and_then(Summary::customer_id).map(str::to_owned),
            is_final: row.get("is_final")?,
            is_deposit: summary.as_ref().is_some_and(Summary::is_deposit),
            is_unexpected_currency: summary.as_ref().is_some_and(Summary::is_unexpected_currency),
            credit,
            review,
            callback: json,
            body_base64,
        })
    }
}

/// Whom to credit, and how much.
#[derive(Serialize)]
struct Credit {
    customer_id: String,
    currency: String,
    amount: String,
}

/// Returns why an event is not the first one with its status, or not the first final one, or has no transaction. A
/// transaction has only one first final event, and so at most one credit.
fn repeated(row: &Row) -> Result<Option<&'static str>, DatabaseError> {
    Ok(match row.get("kind")? {
        AMENDED => Some("amended"),
        CONFLICT => Some("conflict"),
        UNREADABLE => Some("unreadable"),
        _ if !row.get("is_final")? => None,
        _ => match row.get::<Option<&str>>("settled_as")? {
            None => None,
            earlier if earlier == row.get("status")? => Some("amended"),
            Some(_) => Some("conflict"),
        },
    })
}

/// Returns the credit of the first event with its status, or why a person must look at it.
fn meaning(summary: Option<&Summary<'_>>, has_body: bool) -> (Option<Credit>, Option<&'static str>) {
    let Some(summary) = summary else {
        return (None, Some(if has_body { "unreadable" } else { "body_dropped" }));
    };
    match (summary.credit_or_review(), summary.customer_id()) {
        (Err(review), _) => (None, Some(review.as_str())),
        (Ok(None), _) => (None, None),
        (Ok(Some(_)), None) => (None, Some("customer_missing")),
        (Ok(Some(credit)), Some(customer_id)) => {
            let [customer_id, currency, amount] = [customer_id, credit.currency, credit.amount].map(str::to_owned);
            (Some(Credit { customer_id, currency, amount }), None)
        }
    }
}

/// Returns a body as JSON, to the last digit, if every JSON reader accepts it, and otherwise in base64.
fn embedded(body: Option<&[u8]>, is_readable: bool) -> (Option<Box<RawValue>>, Option<String>) {
    let document = body.filter(|_| is_readable).and_then(|body| callback::json(body).ok());
    let json = document.as_ref().map(Document::root).and_then(embeddable);
    let base64 = body.filter(|_| json.is_none()).map(Base64::encode_string);
    (json, base64)
}

/// Serialises a delivery, or an event in a list.
pub(super) fn to_json(value: &impl Serialize) -> Result<String, DatabaseError> {
    serde_json::to_string(value).map_err(|error| DatabaseError(error.to_string()))
}
