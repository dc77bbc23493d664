//! The routes that list what the inbox has stored.

use super::{
    address_key,
    deposit_list::STATES,
    filter::{DELIVERY_ORDER, DEPOSITS, ORDERS},
    object_of,
    pages::{Position, filters, not_empty, word},
    schema::states,
};
use crate::{
    app::Context,
    bindings::Runtime,
    clock::{milliseconds, rfc3339},
    http::{Answer, Cause, Incoming, Problem, query},
};

/// The filters of deposits, besides the address.
const DEPOSIT_FILTERS: [&str; 3] = ["foreign_id", "state", "since"];

/// The filters of events.
const FILTERS: [&str; 6] = ["callback_id", "foreign_id", "type", "state", "since", "until"];

/// Lists events, oldest first.
pub async fn callbacks<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let query = query::read(context.request.url(), &[&FILTERS[..], &["limit", "after", "order"]].concat())?;
    let order = query.get("order").unwrap_or(ORDERS[0]);
    word("order", order, &ORDERS)?;
    let position = Position::read(&query, if order == DELIVERY_ORDER { "delivery." } else { "" })?;
    let filters = filters(&query, &FILTERS, &states::ALL)?;
    let only = query.get("callback_id").map(|id| object_of(id).shard);
    Answer::json(200, &position.page(&context.app.platform, only, order, filters).await?)
}

/// Lists the deposits of a customer or to an address, by the time when they were seen first.
pub async fn deposits<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let known = [&DEPOSIT_FILTERS[..], &["address", "memo", "limit", "after"]].concat();
    let query = query::read(context.request.url(), &known)?;
    let position = Position::read(&query, "deposits.")?;
    let mut filters = filters(&query, &DEPOSIT_FILTERS, &STATES)?;
    let memo = query.get("memo");
    match (query.get("foreign_id"), query.get("address")) {
        (Some(_), Some(_)) => return Err(Problem::invalid("address", "cannot be combined with foreign_id")),
        (Some(_), None) if memo.is_none() => {}
        (None, Some(address)) => {
            filters.push(format!("address={}", address_key(not_empty("address", address)?, memo)));
        }
        _ if memo.is_some() => return Err(Problem::invalid("memo", "belongs to an address, which is missing")),
        _ => {
            let detail = "foreign_id is missing: send it, or an address";
            return Err(Problem::new(Cause::MissingParameter, detail).about("foreign_id"));
        }
    }
    let app = context.app;
    let mut page = position.page(&app.platform, None, DEPOSITS, filters).await?;
    let retention = app.settings.inbox.retention.span();
    page.available_since = Some(rfc3339(milliseconds(app.platform.now().saturating_sub(retention))));
    Answer::json(200, &page)
}
