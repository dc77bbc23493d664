//! The routes of the inbox: accepts callbacks of the gateway; lists, redelivers and erases events for the merchant.

use std::collections::VecDeque;

use citrn::{SIGNATURE_HEADER, Signature, callback::authenticate};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    Arrival, Entry, EventQuery, Reply, Request,
    message::{call, call_each, failed},
    object_of,
    schema::states,
};
use crate::{
    app::Context,
    auth,
    bindings::{Runtime, UNEXPECTED_REPLY},
    http::{
        Answer, Cause, Incoming, Problem,
        body::Parameters,
        query::{self, whole_number},
    },
    storage::object::Namespace,
};

/// Longest callback, in bytes.
pub const LIMIT: usize = 256 * 1024;

/// The default and the maximum number of events on a page.
pub const PAGE: (u32, u32) = (50, 100);

/// The answer to the gateway, which repeats a callback until it gets HTTP 200. Its documentation has this body.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Acknowledged {
    code: u8,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Queued {
    queued: u32,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Erased {
    erased: u32,
}

/// A page of events.
#[derive(Serialize)]
struct Page {
    data: Vec<Box<RawValue>>,
    next: String,
    has_more: bool,
}

/// Stores a callback with a valid signature, and acknowledges it. Only invalid signatures count against the limit of an
/// address, because the gateway sends all callbacks from a few addresses.
///
/// # Errors
/// `invalid_signature`, `body_too_large`, `malformed_body`; or `storage_unavailable`, on which the gateway repeats the
/// callback.
pub async fn take<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let Context { app, request, record, .. } = context;
    let secrets = app.settings.callback_secrets(*request)?;
    let signature = request.header(SIGNATURE_HEADER);
    let header = || signature.as_deref().map(|value| (SIGNATURE_HEADER, value));
    // A malformed signature is rejected before the body is read.
    let can_match = signature.as_deref().is_some_and(|value| Signature::from_hex(value.trim()).is_some());
    let body = if can_match { request.body_within(LIMIT).await? } else { Vec::new() };
    if let Err(error) = authenticate(secrets, &body, header()) {
        app.readiness.callbacks.count_invalid_signature();
        auth::limit_address(&app.platform, *request).await?;
        return Err(Problem::new(Cause::InvalidSignature, error.message()).about(SIGNATURE_HEADER));
    }
    let arrival = Arrival::of(&body);
    let stored = call(&app.platform, arrival.object(), Request::Store(arrival), |reply| match reply {
        Reply::Stored(event) => Some(event),
        _ => None,
    });
    record.event_id = stored.await?;
    Answer::json(200, &Acknowledged { code: 0 })
}

/// Lists events, oldest first.
pub async fn list<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let query = query::read(context.request.url(), &["limit", "after", "callback_id", "state"])?;
    let (limit, mut places, state) = (limit(&query)?, places(&query)?, state(&query)?);
    let callback_id = query.get("callback_id");
    let only = callback_id.map(|id| object_of(id).shard);
    let requests =
        (0..).zip(&places).filter(|(shard, _)| only.is_none_or(|only| only == *shard)).map(|(shard, after)| {
            let (callback_id, state) = (callback_id.map(str::to_owned), state.map(str::to_owned));
            // One more event than the page has, to see whether there is a next page.
            (shard, Request::List(EventQuery { after: *after, limit: limit.saturating_add(1), callback_id, state }))
        });
    let lists = call_each(&context.app.platform, requests, |reply| match reply {
        Reply::Listed(entries) => Some(VecDeque::from(entries)),
        _ => None,
    });
    let mut lists = lists.await?;
    let mut data = Vec::new();
    while data.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
        // Each list is sorted by time, and the earliest event comes first.
        let first = lists.iter_mut().min_by_key(|(_, entries)| entries.front().map_or(i64::MAX, |entry| entry.at));
        let Some((shard, Some(Entry { seq, json, .. }))) = first.map(|(shard, entries)| (*shard, entries.pop_front()))
        else {
            break;
        };
        if let Some(place) = places.get_mut(usize::from(shard)) {
            *place = seq;
        }
        data.push(RawValue::from_string(json).map_err(|_| failed(UNEXPECTED_REPLY))?);
    }
    let has_more = lists.iter().any(|(_, entries)| !entries.is_empty());
    // The last page has a `next` too, for events that are stored later.
    let next: Vec<String> = places.iter().map(ToString::to_string).collect();
    Answer::json(200, &Page { data, next: next.join("."), has_more })
}

/// Queues an event, or all events of a transaction, for another delivery.
pub async fn redeliver<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    context.app.settings.check_webhook()?;
    match change(context, Request::Redeliver).await? {
        0 => Err(Problem::new(
            Cause::CallbackErased,
            "The body was erased, or dropped after INBOX_RETENTION_DAYS, so it cannot be delivered again.",
        )),
        queued => Answer::json(202, &Queued { queued }),
    }
}

/// Drops the body of an event, or all bodies of a transaction. Id, status and digest stay, so that a repetition is
/// recognised.
pub async fn erase<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let erased = change(context, Request::Erase).await?;
    Answer::json(200, &Erased { erased })
}

/// Sends a request about the event or the transaction in the path. Returns the number of changed events.
async fn change<P: Runtime, R: Incoming>(
    context: &Context<'_, P, R>,
    request: fn(String) -> Request,
) -> Result<u32, Problem> {
    let not_found = |detail| Problem::new(Cause::CallbackNotFound, detail);
    // A lenient decoder could decode it as the id of another callback.
    let name = percent_decode_str(&context.parameter)
        .decode_utf8()
        .map_err(|_| not_found("The id in the path is not percent-encoded UTF-8, so the inbox has no event of it."))?;
    let reply = call(&context.app.platform, object_of(&name), request(name.into_owned()), |reply| match reply {
        Reply::Found(found, changed) => Some((found, changed)),
        _ => None,
    });
    match reply.await? {
        (0, _) => Err(not_found("The inbox has no event and no transaction with this id.")),
        (_, changed) => Ok(changed),
    }
}

fn limit(query: &Parameters<String>) -> Result<u32, Problem> {
    let Some(text) = query.get("limit") else {
        return Ok(PAGE.0);
    };
    match whole_number(text) {
        Some(limit) if (1..=PAGE.1).contains(&limit) => Ok(limit),
        _ => Err(Problem::invalid("limit", &format!("must be a whole number from 1 to {}", PAGE.1))),
    }
}

fn state(query: &Parameters<String>) -> Result<Option<&str>, Problem> {
    match query.get("state") {
        Some(state) if !states::ALL.contains(&state) => {
            Err(Problem::invalid("state", &format!("must be one of {}", states::ALL.join(", "))))
        }
        state => Ok(state),
    }
}

/// Parses a `next`: for each object the number of its last event on the page, separated by points.
fn places(query: &Parameters<String>) -> Result<Vec<i64>, Problem> {
    let shards = usize::from(Namespace::Inbox.shards());
    let Some(text) = query.get("after") else {
        return Ok(vec![0; shards]);
    };
    let places: Option<Vec<i64>> =
        text.split('.').map(|place| whole_number(place).filter(|place| *place >= 0)).collect();
    places
        .filter(|places| places.len() == shards)
        .ok_or_else(|| Problem::invalid("after", "must be the `next` of an earlier page"))
}
