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
    /// The canonical JSON, with numbers that JavaScript would change as text, and with the answers that the package adds.
    pub json: String,
    /// Why it is unclear what to credit, if it is.
    pub unclear: Option<Error>,
}

/// Reads a callback's body for JavaScript, without making a [`Callback`](super::Callback) of it.
///
/// # Errors
/// As [`Callback::parse`](super::Callback::parse).
pub fn read_for_javascript(body: &[u8]) -> Result<ForJavaScript, Error> {
    let canonical = canonical(body)?;
    let summary = Summary::of(canonical.root()).ok_or_else(unread)?;
    let essentials = summary.essentials();
    let credit = essentials.credit();
    let answers = Answers {
        is_final: summary.status.is_final(),
        is_deposit: essentials.is_deposit(),
        customer_id: essentials.customer_id(),
        needs_review: essentials.credit_or_review().err(),
        credit: credit.as_ref().ok().copied().flatten(),
    };
    // Flags and texts always serialise.
    let answers = serde_json::to_string(&answers).unwrap_or_default();
    // Both are objects with fields, and become one.
    let callback = canonical.root().to_lossless_text();
    let parts = [callback.strip_suffix('}').unwrap_or_default(), answers.strip_prefix('{').unwrap_or_default()];
    Ok(ForJavaScript { json: parts.join(","), unclear: credit.err() })
}

/// What the package adds to the fields of a callback.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answers<'a> {
    is_final: bool,
    is_deposit: bool,
    customer_id: Option<&'a str>,
    needs_review: Option<Review>,
    credit: Option<Credit<'a>>,
}
