//! The query parameters of lists.

use serde_json::{Value, json};

use crate::{
    checkout::texts::languages::{LANGUAGES, PARAMETER},
    inbox::{
        deposit_list::STATES,
        filter::{ORDERS, TRANSACTION_TYPES},
        pages::PAGE,
        schema::states,
    },
    routes::Route,
};

/// A text that is not empty.
pub(super) fn named() -> Value {
    json!({"type": "string", "minLength": 1})
}

/// A time, or the first moment of a day in UTC.
pub(super) fn time() -> Value {
    let pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{3})?Z)?$";
    json!({"type": "string", "pattern": pattern, "examples": ["2026-11-26T09:30:00Z", "2026-11-26"]})
}

/// Returns the query parameters of a route.
pub(super) fn parameters(route: Route) -> Vec<Value> {
    let text = || json!({"type": "string"});
    let limit = json!({"type": "integer", "minimum": 1, "maximum": PAGE.1, "default": PAGE.0});
    let after =
        "The `next` value of an earlier page with the same filters and order. With others, entries may be missing.";
    let after_or_time = format!(
        "{after} With `order=delivery` also a time, such as `2026-11-26T09:30:00Z`, or `now`: events that are queued \
         from then on."
    );
    let queries = match route {
        Route::ListCallbacks => vec![
            ("limit", "The maximum number of events on the page.", limit),
            ("after", &after_or_time, text()),
            ("callback_id", "Only events of this transaction.", text()),
            (
                "state",
                "Only events in this state of delivery. After a cursor, those before it that change to this state \
                 later are missing.",
                json!({"enum": states::ALL}),
            ),
            (
                "foreign_id",
                "Only events with this `foreign_id`: of a customer's deposits, or of a withdrawal. Found as long as \
                 the body is stored.",
                named(),
            ),
            (
                "type",
                "Only events of transactions of this type. Found as long as the body is stored.",
                json!({"enum": TRANSACTION_TYPES}),
            ),
            ("since", "Only events received at this time or later: RFC 3339 in UTC, or a date.", time()),
            ("until", "Only events received before this time: RFC 3339 in UTC, or a date.", time()),
            (
                "order",
                "`receipt`: by the time of receipt. `delivery`: by the time when the event was last queued for \
                 delivery, so that a redelivered event appears again after a cursor.",
                json!({"enum": ORDERS, "default": ORDERS[0]}),
            ),
        ],
        Route::ListDeposits => vec![
            ("foreign_id", "The customer. Required without `address`.", named()),
            ("address", "The deposit address. Required without `foreign_id`.", named()),
            ("memo", "The memo of the address, for coins that have one.", text()),
            (
                "state",
                "Only deposits in this state. After a cursor, those before it that change to this state later are \
                 missing: follow `GET /v1/callbacks` to notice changes.",
                json!({"enum": STATES}),
            ),
            ("since", "Only deposits seen first at this time or later: RFC 3339 in UTC, or a date.", time()),
            ("limit", "The maximum number of deposits on the page.", limit),
            ("after", after, text()),
        ],
        Route::EraseCustomer => {
            vec![(
                "foreign_id",
                "The customer, or the `foreign_id` of a withdrawal. All of its transactions are erased.",
                named(),
            )]
        }
        Route::ShowCheckout | Route::CheckoutStatus => {
            let tags: Vec<&str> = LANGUAGES.iter().map(|texts| texts.language).collect();
            vec![(
                PARAMETER,
                "The language of the page and of the pages that it leads to. If it is not one of the examples, \
                 `Accept-Language` selects the language.",
                json!({"type": "string", "examples": tags}),
            )]
        }
        _ => vec![],
    };
    let is_required = route == Route::EraseCustomer;
    let query = |(name, description, schema)| json!({"name": name, "in": "query", "required": is_required, "description": description, "schema": schema});
    queries.into_iter().map(query).collect()
}
