//! The schema of deposits.

use serde_json::{Value, json};

use super::{
    events::page_of,
    schemas::{field, object},
};
use crate::inbox::deposit_list::STATES;

/// A page of deposits.
pub(super) fn deposits() -> Value {
    let mut page = page_of(json!({"$ref": "#/components/schemas/Deposit"}));
    page["properties"]["available_since"] = json!({
        "type": "string",
        "format": "date-time",
        "description": "The beginning of INBOX_RETENTION_DAYS. Deposits before it are missing, and so are erased ones.",
    });
    page["required"].as_array_mut().unwrap().push("available_since".into());
    page
}

/// A deposit.
pub(super) fn deposit() -> Value {
    let or_null = |description: &str| json!({"type": ["string", "null"], "description": description});
    let fields = json!({
        "id": field("string", "The transaction: `callback_id` of its events."),
        "state": {
            "enum": STATES,
            "description": "`seen`: not final yet. `confirmed`. `cancelled`: final without a credit. `conflict`: it has \
                            two different final statuses, so a person must look at it.",
        },
        "currency": or_null("Currency code of the amounts received."),
        "amount_received": or_null("The amount before fees, as decimal text."),
        "amount_after_fees": or_null("The amount after fees, as decimal text; null if it is unclear."),
        "currency_sent": or_null("Currency code of the amount sent."),
        "amount_sent": or_null("The amount that the payer sent, as decimal text."),
        "txid": or_null("The blockchain's id of the transaction."),
        "seen_at": {"type": "string", "format": "date-time", "description": "When its first callback was received."},
        "settled_at": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "When its first final callback was received.",
        },
    });
    object(fields, json!({}))
}
