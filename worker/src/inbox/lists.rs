//! The routes that list what the inbox has stored.

use super::{
    ListQuery, address_key,
    deposit_list::STATES,
    filter::{DELIVERY_ORDER, DEPOSITS, ORDERS},
    merge::Merge,
    object_of,
    pages::{Position, filters, not_empty, page, word},
    schema::states,
    stream::{self, BATCH, NDJSON},
};
use crate::{
    app::Context,
    bindings::Runtime,
    clock::{milliseconds, rfc3339},
    http::{
        Answer, Cause, Incoming, Problem, query,
        request::{ACCEPT, accepts},
    },
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
    let position = match order {
        DELIVERY_ORDER => Position::read_by_delivery(&query, milliseconds(context.app.platform.now()))?,
        _ => Position::read(&query, "")?,
    };
    let filters = filters(&query, &FILTERS, &states::ALL)?;
    let only = query.get("callback_id").map(|id| object_of(id).shard);
    answer(context, position, only, order, filters, None).await
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
    let retention = app.settings.inbox.retention.span();
    let available_since = rfc3339(milliseconds(app.platform.now().saturating_sub(retention)));
    answer(context, position, None, DEPOSITS, filters, Some(available_since)).await
}

/// Returns a page of a list, or all of it as a stream.
async fn answer<P: Runtime, R: Incoming>(
    context: &Context<'_, P, R>,
    position: Position,
    only: Option<u8>,
    list: &str,
    filters: Vec<String>,
    available_since: Option<String>,
) -> Result<Answer, Problem> {
    let is_stream = accepts(&context.request.header(ACCEPT).unwrap_or_default(), NDJSON);
    let limit = if is_stream { BATCH } else { position.limit.saturating_add(1) };
    let query = ListQuery { list: list.to_owned(), after: 0, limit, filters };
    let mut merge = Merge::new(context.app.platform.clone(), query, position.places, position.prefix, only);
    // Read before the answer begins, so that a failure of the database is a problem.
    let calls = merge.fill().await?;
    Ok(match is_stream {
        true => stream::answer(merge, calls),
        false => Answer::of_json(200, page(&mut merge, position.limit, available_since)),
    })
}
