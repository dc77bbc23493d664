//! Pages of lists that are spread over all objects: reads their parameters, and merges the objects' lists by time.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    Entry, ListQuery, Reply, customer_key,
    filter::TRANSACTION_TYPES,
    message::{call_each, failed, unexpected},
};
use crate::{
    bindings::{Runtime, UNEXPECTED_REPLY},
    clock::parse_rfc3339,
    http::{Problem, body::Parameters, query::whole_number},
    storage::object::Namespace,
};

/// The default and the maximum number of entries on a page.
pub const PAGE: (u32, u32) = (50, 100);

/// A page of a list.
#[derive(Serialize)]
pub(super) struct Page {
    data: Vec<Box<RawValue>>,
    next: String,
    has_more: bool,
    /// Since when bodies are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) available_since: Option<String>,
}

/// The part of a list that a request selects.
pub(super) struct Position {
    /// The maximum number of entries.
    limit: u32,
    /// The place of the last entry of the previous page, for each object.
    places: Vec<i64>,
    /// What the cursor starts with: a cursor of one order has no meaning in another.
    prefix: &'static str,
}

impl Position {
    /// Reads `limit` and `after`.
    pub(super) fn read(query: &Parameters<String>, prefix: &'static str) -> Result<Self, Problem> {
        Ok(Self { limit: limit(query)?, places: places(query, prefix)?, prefix })
    }

    /// Requests the entries of a list from all objects, or from only one, and merges them.
    pub(super) async fn page<P: Runtime>(
        mut self,
        platform: &P,
        only: Option<u8>,
        list: &str,
        filters: Vec<String>,
    ) -> Result<Page, Problem> {
        // One more entry than the page has, to see whether there is a next page.
        let limit = self.limit.saturating_add(1);
        let requests = (0..).zip(&self.places).filter(|(shard, _)| only.is_none_or(|only| only == *shard)).map(
            |(shard, after)| {
                (shard, ListQuery { list: list.to_owned(), after: *after, limit, filters: filters.clone() }.into())
            },
        );
        let mut lists = Vec::new();
        for (shard, reply) in call_each(platform, requests.collect()).await? {
            let Reply::Listed(entries) = reply else { return Err(unexpected()) };
            lists.push((shard, VecDeque::from(entries)));
        }
        let mut data = Vec::new();
        while data.len() < usize::try_from(self.limit).unwrap_or(usize::MAX) {
            // Each list is sorted by time, and the earliest entry comes first.
            let first = lists.iter_mut().min_by_key(|(_, entries)| entries.front().map_or(i64::MAX, |entry| entry.at));
            let Some((shard, Some(Entry { seq, json, .. }))) =
                first.map(|(shard, entries)| (*shard, entries.pop_front()))
            else {
                break;
            };
            if let Some(place) = self.places.get_mut(usize::from(shard)) {
                *place = seq;
            }
            data.push(RawValue::from_string(json).map_err(|_| failed(UNEXPECTED_REPLY))?);
        }
        let has_more = lists.iter().any(|(_, entries)| !entries.is_empty());
        // The last page has a `next` too, for entries that are stored later.
        let places: Vec<String> = self.places.iter().map(ToString::to_string).collect();
        Ok(Page { data, next: format!("{}{}", self.prefix, places.join(".")), has_more, available_since: None })
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

/// Parses a `next`: its prefix, and for each object the place of its last entry on the page, separated by points.
fn places(query: &Parameters<String>, prefix: &str) -> Result<Vec<i64>, Problem> {
    let shards = usize::from(Namespace::Inbox.shards());
    let Some(text) = query.get("after") else {
        return Ok(vec![0; shards]);
    };
    let places: Option<Vec<i64>> = text
        .strip_prefix(prefix)
        .and_then(|text| text.split('.').map(|place| whole_number(place).filter(|place| *place >= 0)).collect());
    places
        .filter(|places| places.len() == shards)
        .ok_or_else(|| Problem::invalid("after", "must be the `next` of an earlier page of this list"))
}

/// Parses the filters of a query with these names.
pub(super) fn filters(
    query: &Parameters<String>,
    names: &[&'static str],
    states: &[&str],
) -> Result<Vec<String>, Problem> {
    let mut filters = Vec::new();
    for name in names {
        if let Some(text) = query.get(name) {
            filters.push(format!("{name}={}", filter(name, text, states)?));
        }
    }
    Ok(filters)
}

fn filter(name: &'static str, text: &str, states: &[&str]) -> Result<String, Problem> {
    match name {
        "state" => word(name, text, states)?,
        "type" => word(name, text, &TRANSACTION_TYPES)?,
        "foreign_id" => return not_empty(name, text).map(customer_key),
        "since" | "until" => {
            let why = "must be a time such as 2026-11-26T09:30:00Z, or a date such as 2026-11-26";
            let time = parse_rfc3339(text).ok_or_else(|| Problem::invalid(name, why))?;
            return Ok(time.to_string());
        }
        _ => {}
    }
    Ok(text.to_owned())
}

/// Checks that a parameter is not empty: it would match nothing, and is a mistake.
pub(super) fn not_empty<'a>(name: &'static str, text: &'a str) -> Result<&'a str, Problem> {
    if text.is_empty() { Err(Problem::invalid(name, "is empty")) } else { Ok(text) }
}

/// Checks that a parameter is one of several words.
pub(super) fn word(name: &'static str, text: &str, words: &[&str]) -> Result<(), Problem> {
    match words.contains(&text) {
        true => Ok(()),
        false => Err(Problem::invalid(name, &format!("must be one of {}", words.join(", ")))),
    }
}
