//! `POST /v1/callbacks/redeliver`: redelivers the events of a filter.

use citrn::{hex, json::Json};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    Entry, ListQuery, Reply, Request,
    cursor::{places, to_cursor},
    filter::ORDERS,
    message::{call, unexpected},
    pages::filter,
    schema::states,
    shard::Shard,
};
use crate::{
    app::Context,
    bindings::Runtime,
    http::{
        Answer, Cause, Incoming, Problem,
        body::{self, Parameters, object},
    },
    storage::{
        object::{Namespace, Object},
        sql::{DatabaseError, Sql},
    },
};

/// The maximum number of events that a request redelivers.
pub const MOST: u32 = 1_000;

/// The filters of a redelivery.
pub const FILTERS: [&str; 4] = ["state", "since", "until", "foreign_id"];

/// Returns what the cursor of a redelivery starts with. It depends on the filters, because with others, or after a dry
/// run, a cursor would skip events silently.
fn prefix(filters: &[String], is_dry_run: bool) -> String {
    let digest = Sha256::digest(format!("{is_dry_run}\0{}", filters.join("\0")));
    format!("redelivery.{}.", hex::encode(digest.get(..4).unwrap_or_default()))
}

/// The outcomes of an event in a redelivery, in messages of the objects.
mod outcomes {
    pub(super) const QUEUED: &str = "queued";
    pub(super) const ALREADY_QUEUED: &str = "already_queued";
    pub(super) const WITHOUT_BODY: &str = "without_body";
}

/// The answer to a redelivery.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Redelivery {
    /// The number of events that were queued for another delivery.
    queued: u32,
    /// The number of events that are still to be delivered, and stay queued as they are.
    already_queued: u32,
    /// The number of events whose body was erased or dropped, so that they cannot be delivered again.
    without_body: u32,
    /// Whether more events match.
    has_more: bool,
    /// The cursor after these events: `after` of the next request.
    next: String,
}

/// Queues the events of a filter for another delivery, at most [`MOST`].
pub async fn redeliver<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    context.app.settings.check_webhook()?;
    let body = context.request.body_within(body::LIMIT).await?;
    let document = object(&body)?;
    let fields = Parameters::fields(&document, &[&FILTERS[..], &["after", "dry_run"]].concat())?;
    let mut filters = Vec::new();
    for name in FILTERS {
        if let Some(text) = fields.text(name)? {
            filters.push(format!("{name}={}", filter(name, &text, &states::ALL)?));
        }
    }
    if filters.is_empty() {
        let detail = format!("A filter is missing: send {}.", FILTERS.join(", "));
        return Err(Problem::new(Cause::MissingParameter, detail));
    }
    let is_dry_run = match fields.get("dry_run").map(Json::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Problem::invalid("dry_run", "must be true or false")),
    };
    let prefix = prefix(&filters, is_dry_run);
    let mut places = places(fields.text("after")?.as_deref(), &prefix)?;
    let request = if is_dry_run { Request::Redeliverable } else { Request::RedeliverAll };
    let (mut answer, mut left) = (Redelivery::default(), MOST);
    for (shard, place) in (0..).zip(&mut places) {
        let query = ListQuery { list: ORDERS[0].to_owned(), after: *place, limit: left, filters: filters.clone() };
        let object = Object { namespace: Namespace::Inbox, shard };
        let events = match call(&context.app.platform, object, request(query)).await {
            Ok(Reply::Listed(events)) => events,
            Ok(_) => return Err(unexpected()),
            // The next request begins with this object, and reports a failure that lasts.
            Err(problem) if left == MOST => return Err(problem),
            Err(_) => {
                answer.has_more = true;
                break;
            }
        };
        for event in events {
            let count = match event.json.as_str() {
                outcomes::QUEUED => &mut answer.queued,
                outcomes::ALREADY_QUEUED => &mut answer.already_queued,
                outcomes::WITHOUT_BODY => &mut answer.without_body,
                _ => {
                    answer.has_more = true;
                    break;
                }
            };
            *count = count.saturating_add(1);
            left = left.saturating_sub(1);
            *place = event.seq;
        }
        if answer.has_more {
            break;
        }
    }
    answer.next = to_cursor(&prefix, places.into_iter());
    Answer::json(202, &answer)
}

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Queues the events of a query for another delivery, unless they are still to be delivered or have no body. Returns
    /// them with their outcomes, and one more without an outcome if there is one. A dry run changes nothing.
    pub(super) fn redeliver_all(&self, query: &ListQuery, is_dry_run: bool) -> Result<Vec<Entry>, DatabaseError> {
        if query.needs_backfill() {
            self.check_backfill()?;
        }
        let one_more = ListQuery { limit: query.limit.saturating_add(1), ..query.clone() };
        let (statement, values) = one_more.events("seq, transaction_key, state, body IS NOT NULL AS has_body")?;
        let mut events = Vec::new();
        for (number, row) in (0..).zip(&self.sql.exec(&statement, values)?) {
            let seq = row.get("seq")?;
            let outcome = if number == query.limit {
                ""
            } else if !row.get("has_body")? {
                outcomes::WITHOUT_BODY
            } else if states::UNSETTLED.contains(&row.get("state")?) {
                outcomes::ALREADY_QUEUED
            } else {
                if !is_dry_run {
                    self.queue_in_order(seq, row.get("transaction_key")?)?;
                }
                outcomes::QUEUED
            };
            events.push(Entry { seq, at: 0, json: outcome.to_owned() });
        }
        Ok(events)
    }

    /// Queues an event before the younger ones of its transaction, also if one of them is pending.
    fn queue_in_order(&self, seq: i64, key: &str) -> Result<(), DatabaseError> {
        self.sql.exec(
            "UPDATE events SET state = ? WHERE transaction_key = ? AND +state = ?",
            vec![states::WAITING.into(), key.into(), states::PENDING.into()],
        )?;
        self.redeliver(("seq", seq.into())).map(drop)
    }
}
