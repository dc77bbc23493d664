//! The schemas of events: as lists return them, and as webhooks deliver them.

use serde_json::{Map, Value, json};

use super::schemas::{field, object};
use crate::inbox::schema::states;

/// The types of events: name, operation, the reason for a review that all of them have, and when one occurs.
const TYPES: [(&str, &str, Option<&str>, &str); 4] = [
    (
        "callback.received",
        "CallbackReceived",
        None,
        "A transaction has this status for the first time. Only this type has a `credit`.",
    ),
    (
        "callback.amended",
        "CallbackAmended",
        Some("amended"),
        "The gateway sent a status of the transaction again, with another body.",
    ),
    (
        "callback.conflict",
        "CallbackConflict",
        Some("conflict"),
        "A final status contradicts an earlier final status of the transaction, such as `confirmed` after `cancelled`.",
    ),
    (
        "callback.unreadable",
        "CallbackUnreadable",
        Some("unreadable"),
        "The signature of the callback is valid, but it has no readable id and status. `callback_id`, `status` and \
         `callback` are null; `body_base64` has the bytes.",
    ),
];

/// The reasons for a review, each with its meaning.
const REVIEWS: [(&str, &str); 9] = [
    ("amended", "the gateway sent this status before, with another body"),
    ("conflict", "the transaction has another final status already"),
    ("unreadable", "the callback was not understood"),
    ("amount_unreadable", "a confirmed deposit without a readable amount and currency"),
    ("fees_unclear", "a confirmed deposit with fees, but without the amount after fees"),
    ("customer_missing", "a confirmed deposit without the merchant's id of the customer"),
    ("type_unknown", "something was received, but the type of the transaction is missing or unknown"),
    ("payment_request", "about a payment request, so it does not say how much to credit"),
    ("body_dropped", "the body was erased, or dropped after INBOX_RETENTION_DAYS"),
];

/// The components of the schemas of events.
pub(super) fn components() -> [(&'static str, Value); 8] {
    let [received, amended, conflict, unreadable] = TYPES.map(delivered);
    let [credit, review, data, event] =
        [("Credit", credit()), ("Review", review()), ("EventData", data()), ("Event", event())];
    [credit, review, data, received, amended, conflict, unreadable, event]
}

/// The section `webhooks`.
pub(super) fn webhooks() -> Value {
    let header = |name: &str, description: &str| {
        json!({
            "name": name, "in": "header", "required": true, "description": description, "schema": {"type": "string"},
        })
    };
    let webhook = |(name, operation, _, when): (&str, &str, Option<&str>, &str)| {
        let post = json!({
            "operationId": format!("on{operation}"),
            "summary": when.split_inclusive('.').next().unwrap_or(when),
            "description": format!(
                "{when}\n\nDelivered to MERCHANT_WEBHOOK_URL in the format of Standard Webhooks \
                 (standardwebhooks.com). Events of a transaction come one after the other, each at least once. Two \
                 events of one transaction have different webhook-ids, so the key for crediting is `data.callback_id` \
                 where `data.credit` is set: credit each transaction once. A delivery whose data has no field \
                 `credit` comes from an older version of the Worker during a deployment: answer 500, so that it \
                 comes again."
            ),
            "security": [],
            "parameters": [
                header("webhook-id", "The event's id: the same in each attempt. It is not the key for crediting."),
                header("webhook-timestamp", "The time of this attempt, in seconds since the epoch."),
                header(
                    "webhook-signature",
                    "One signature for each secret of MERCHANT_WEBHOOK_SECRET, separated by spaces: `v1,` and the \
                     base64 of the HMAC-SHA256 of `webhook-id.webhook-timestamp.body`.",
                ),
            ],
            "requestBody": {
                "required": true,
                "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{operation}")}}},
            },
            "responses": {
                "2XX": {"description": "The event is stored. Answer so only after the commit, also for a duplicate."},
                "default": {
                    "description": "Anything else, or no answer within 10 seconds: the event comes again, for three \
                                    days.",
                },
            },
        });
        (name.to_owned(), json!({"post": post}))
    };
    Value::Object(TYPES.into_iter().map(webhook).collect::<Map<_, _>>())
}

/// A page of events.
pub(super) fn events() -> Value {
    page_of(json!({"$ref": "#/components/schemas/Event"}))
}

/// A page of a list with entries of this schema.
pub(super) fn page_of(entry: Value) -> Value {
    let fields = json!({
        "data": {"type": "array", "items": entry},
        "next": field(
            "string",
            "The end of this page, for `after`: the next page and entries that are stored later come after it.",
        ),
        "has_more": {"type": "boolean"},
    });
    object(fields, json!({}))
}

fn credit() -> Value {
    let mut credit = object(
        json!({
            "customer_id": field("string", "The merchant's id of the customer."),
            "currency": field("string", "Currency code."),
            "amount": field("string", "The amount after fees, as decimal text: more than zero."),
        }),
        json!({}),
    );
    credit["description"] = "Whom to credit, and how much. The key is the transaction: `callback_id`.".into();
    credit["examples"] = json!([{"customer_id": "user-17", "currency": "USDTT", "amount": "49.5"}]);
    credit
}

fn review() -> Value {
    let meanings: Vec<String> = REVIEWS.iter().map(|(reason, meaning)| format!("`{reason}`: {meaning}.")).collect();
    json!({
        "type": "string",
        "enum": REVIEWS.map(|(reason, _)| reason),
        "description": format!(
            "Why a person must look at an event; later versions may have more reasons. {}", meanings.join(" ")
        ),
    })
}

fn time() -> Value {
    json!({"type": ["string", "null"], "format": "date-time"})
}

/// The fields that deliveries and lists share.
fn event_fields() -> Value {
    let or_null = |name: &str, description: &str| {
        let reference = format!("#/components/schemas/{name}");
        json!({"anyOf": [{"$ref": reference}, {"type": "null"}], "description": description})
    };
    json!({
        "callback_id": {
            "type": ["string", "null"],
            "description": "The transaction, which is the key for crediting; null if the callback was not understood.",
        },
        "status": {"type": ["string", "null"]},
        "superseded": field("boolean", "Whether it came after a final status."),
        "customer_id": {
            "type": ["string", "null"],
            "description": "The merchant's id of the customer, for a deposit; null if the body has none or was \
                            dropped.",
        },
        "is_final": field("boolean", "Whether no other status follows."),
        "is_deposit": field("boolean", "Whether it is about money that comes in; false if the body was dropped."),
        "credit": or_null(
            "Credit",
            "What to credit. Set on at most one event of a transaction: its first `confirmed`, if it is a deposit.",
        ),
        "review": or_null("Review", "Why a person must look at this event; never together with `credit`."),
        "callback": {
            "type": ["object", "null"],
            "description": "The gateway's body; null once it is dropped, and beside body_base64.",
        },
    })
}

/// The fields that only some events have.
fn rare_fields() -> Value {
    json!({
        "body_base64": field(
            "string",
            "The bytes of a body that was not understood, or that some JSON reader would refuse.",
        ),
        "is_unexpected_currency": field(
            "boolean",
            "True if a deposit arrived in another currency than that of its address; missing otherwise. \
             `credit.currency` is the one that was received.",
        ),
    })
}

/// The `data` of a delivery.
fn data() -> Value {
    object(event_fields(), rare_fields())
}

/// The body of a delivery.
fn delivered((name, operation, review, _): (&str, &'static str, Option<&str>, &str)) -> (&'static str, Value) {
    let mut data = json!({"$ref": "#/components/schemas/EventData"});
    if let Some(review) = review {
        let fixed = json!({"properties": {"credit": {"type": "null"}, "review": {"const": review}}});
        data = json!({"allOf": [data, fixed]});
    }
    let fields = json!({
        "type": {"const": name},
        "timestamp": {"type": "string", "format": "date-time", "description": "When the callback was received."},
        "data": data,
    });
    (operation, object(fields, json!({})))
}

/// An event in a list.
fn event() -> Value {
    let text = json!({"type": ["string", "null"]});
    let delivery = json!({
        "state": {"enum": states::ALL},
        "attempts": {"type": "integer"},
        "next_attempt_at": time(),
        "settled_at": time(),
        "last_failure": text,
    });
    let mut required = json!({
        "id": field("string", "The event's id, which is the webhook-id of its deliveries."),
        "type": {"enum": TYPES.map(|(name, ..)| name)},
        "current_status": {"type": ["string", "null"], "description": "The status of the transaction."},
        "received_at": {"type": "string", "format": "date-time"},
        "delivery": object(delivery, json!({})),
        "erased_at": time(),
    });
    required.as_object_mut().unwrap().append(event_fields().as_object_mut().unwrap());
    object(required, rare_fields())
}
