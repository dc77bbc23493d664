//! A callback as the npm package returns it.

use serde::Serialize;

use super::{
    credit::{Credit, Review},
    json::{canonical, unread},
    summary::Summary,
};
use crate::Error;

/// A callback for JavaScript, which reads numbers as floats.
#[derive(Debug)]
pub struct ForJavaScript {
    /// The canonical JSON, with the numbers that JavaScript would change written as text, and the fields that the
    /// package adds.
    pub json: String,
    /// Why the credit is unclear, if it is.
    pub unclear: Option<Error>,
}

/// Parses a callback's body for JavaScript, without the typed fields of [`Callback`](super::Callback).
///
/// # Errors
/// As [`Callback::parse`](super::Callback::parse).
pub fn read_for_javascript(body: &[u8]) -> Result<ForJavaScript, Error> {
    let canonical = canonical(body)?;
    let summary = Summary::of(canonical.root()).ok_or_else(unread)?;
    let essentials = summary.essentials();
    let credit = essentials.credit();
    let added = AddedFields {
        is_final: summary.status.is_final(),
        is_deposit: essentials.is_deposit(),
        is_unexpected_currency: essentials.is_unexpected_currency(),
        customer_id: essentials.customer_id(),
        needs_review: essentials.credit_or_review().err(),
        credit: credit.as_ref().ok().copied().flatten(),
    };
    // Booleans and strings always serialise.
    let added = serde_json::to_string(&added).unwrap_or_default();
    // Joins the two objects. Neither is empty.
    let callback = canonical.root().to_lossless_text();
    let parts = [callback.strip_suffix('}').unwrap_or_default(), added.strip_prefix('{').unwrap_or_default()];
    Ok(ForJavaScript { json: parts.join(","), unclear: credit.err() })
}

/// The fields that the package adds to a callback.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AddedFields<'a> {
    is_final: bool,
    is_deposit: bool,
    is_unexpected_currency: bool,
    customer_id: Option<&'a str>,
    needs_review: Option<Review>,
    credit: Option<Credit<'a>>,
}
