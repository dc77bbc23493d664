//! A callback as the npm package returns it.

use std::borrow::Cow;

use serde::Serialize;

use super::{
    body::{Status, TransactionType},
    credit::{Amounts, Credit, Essentials, Part, Review, is_something},
    json::{canonical, unread},
};
use crate::{
    Error,
    json::{Json, Object},
};

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
    let callback = canonical.root().object();
    let id = text(&callback, "id").ok_or_else(unread)?;
    let status = Status::from(text(&callback, "status").ok_or_else(unread)?.as_ref());
    let r#type = text(&callback, "type").map(|text| TransactionType::from(text.as_ref()));
    let foreign_id = text(&callback, "foreign_id");
    let address = field(&callback, "crypto_address").and_then(Json::object);
    let address_foreign_id = text(&address, "foreign_id");
    let received = field(&callback, "currency_received").and_then(Json::object);
    let (currency, amount) = (text(&received, "currency"), text(&received, "amount"));
    let after_fees = text(&received, "amount_minus_fee");
    let amounts = currency.as_deref().zip(amount.as_deref()).map(|(currency, amount)| Amounts {
        currency,
        amount,
        after_fees: Part::new(after_fees.as_deref(), field(&received, "amount_minus_fee").is_some()),
    });
    let essentials = Essentials {
        id: &id,
        status: &status,
        r#type: r#type.as_ref(),
        foreign_id: foreign_id.as_deref(),
        address_foreign_id: address_foreign_id.as_deref(),
        received: Part::new(amounts, field(&callback, "currency_received").is_some()),
        has_fees: field(&callback, "fees").is_some_and(|json| is_something(json.as_str())),
    };
    let credit = essentials.credit();
    let answers = Answers {
        is_final: status.is_final(),
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

/// A field that is not null.
fn field<'a>(object: &Option<Object<'a>>, name: &str) -> Option<Json<'a>> {
    object.as_ref()?.get(name).filter(|json| !json.is_null())
}

fn text<'a>(object: &Option<Object<'a>>, name: &str) -> Option<Cow<'a, str>> {
    field(object, name)?.content()
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
