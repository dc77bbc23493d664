//! The routes that list what the inbox has stored.

use super::{
    filter::{DELIVERY_ORDER, ORDERS},
    object_of,
    pages::{Position, filters, word},
    schema::states,
};
use crate::{
    app::Context,
    bindings::Runtime,
    http::{Answer, Incoming, Problem, query},
};

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
