//! Pages of lists that are spread over all objects, and their parameters.

use super::{cursor::places, customer_key, filter::TRANSACTION_TYPES, merge::Merge};
use crate::{
    bindings::Runtime,
    clock::parse_rfc3339,
    http::{Problem, body::Parameters, query::whole_number},
};

/// The default and the maximum number of entries on a page.
pub const PAGE: (u32, u32) = (50, 100);

/// The part of a list that a request selects.
pub(super) struct Position {
    /// The maximum number of entries.
    pub(super) limit: u32,
    /// The place of the last entry of the previous page, for each object.
    pub(super) places: Vec<i64>,
    /// What the cursor starts with: a cursor of one order has no meaning in another.
    pub(super) prefix: &'static str,
}

impl Position {
    /// Reads `limit` and `after`.
    pub(super) fn read(query: &Parameters<String>, prefix: &'static str) -> Result<Self, Problem> {
        Ok(Self { limit: limit(query)?, places: places(query.get("after"), prefix)?, prefix })
    }

    /// Reads `limit` and `after` of the order of delivery, where `after` may be a time or `now`.
    pub(super) fn read_by_delivery(query: &Parameters<String>, now: i64) -> Result<Self, Problem> {
        let prefix = "delivery.";
        let time = query.get("after").and_then(|after| if after == "now" { Some(now) } else { parse_rfc3339(after) });
        let Some(time) = time else { return Self::read(query, prefix) };
        // An event's place is the time when it was queued, or shortly after it.
        let before = time.saturating_sub(1).max(0);
        Ok(Self { limit: limit(query)?, places: places(None, prefix)?.iter().map(|_| before).collect(), prefix })
    }
}

/// Takes the entries of a page, and returns it as JSON. `available_since` is since when bodies are kept.
pub(super) fn page<P: Runtime>(merge: &mut Merge<P>, limit: u32, available_since: Option<String>) -> String {
    let mut page = "{\"data\":[".to_owned();
    for number in 0..limit {
        let Some(entry) = merge.next() else { break };
        if number > 0 {
            page.push(',');
        }
        page.push_str(&entry);
    }
    let available_since = available_since.map_or_else(String::new, |time| format!(",\"available_since\":\"{time}\""));
    page + &format!("],\"next\":\"{}\",\"has_more\":{}{available_since}}}", merge.cursor(), merge.has_more())
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

/// Parses a filter.
pub(super) fn filter(name: &'static str, text: &str, states: &[&str]) -> Result<String, Problem> {
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
