//! Merges the lists of all objects by time.

use std::collections::VecDeque;

use super::{
    Entry, ListQuery, Reply,
    cursor::to_cursor,
    message::{call_each, unexpected},
};
use crate::{bindings::Runtime, http::Problem};

/// A list that is spread over all objects, in the order of its times.
pub(super) struct Merge<P> {
    platform: P,
    /// The query for the next entries of an object, without its place.
    query: ListQuery,
    /// The lists of the objects.
    parts: Vec<Part>,
    /// What the cursor starts with.
    prefix: &'static str,
}

/// The list of an object.
struct Part {
    /// The place of the last entry that was taken.
    place: i64,
    /// The next entries, sorted by time.
    entries: VecDeque<Entry>,
    /// Whether the object had no more entries when it was called.
    is_complete: bool,
}

impl Part {
    fn needs_entries(&self) -> bool {
        self.entries.is_empty() && !self.is_complete
    }
}

impl<P: Runtime> Merge<P> {
    /// Begins after the places of a cursor. The query's `limit` is the number of entries that an object returns at a
    /// time; `only` selects one object.
    pub(super) fn new(platform: P, query: ListQuery, places: Vec<i64>, prefix: &'static str, only: Option<u8>) -> Self {
        let part = |(shard, place)| Part {
            place,
            entries: VecDeque::new(),
            is_complete: only.is_some_and(|only| only != shard),
        };
        Self { platform, query, parts: (0..).zip(places).map(part).collect(), prefix }
    }

    /// Requests the next entries of the objects whose entries are used up. Returns the number of requests.
    pub(super) async fn fill(&mut self) -> Result<usize, Problem> {
        let mut requests = Vec::new();
        for (shard, part) in (0..).zip(&self.parts) {
            if part.needs_entries() {
                requests.push((shard, ListQuery { after: part.place, ..self.query.clone() }.into()));
            }
        }
        let calls = requests.len();
        for (shard, reply) in call_each(&self.platform, requests).await? {
            let Reply::Listed(entries) = reply else { return Err(unexpected()) };
            if let Some(part) = self.parts.get_mut(usize::from(shard)) {
                part.is_complete = entries.len() < usize::try_from(self.query.limit).unwrap_or(usize::MAX);
                part.entries = entries.into();
            }
        }
        Ok(calls)
    }

    /// Takes the next entry, as JSON; `None` at the end, and if the next entry is not known without [`Merge::fill`].
    pub(super) fn next(&mut self) -> Option<String> {
        if self.parts.iter().any(Part::needs_entries) {
            return None;
        }
        let time = |part: &&mut Part| part.entries.front().map_or(i64::MAX, |entry| entry.at);
        let part = self.parts.iter_mut().min_by_key(time)?;
        let entry = part.entries.pop_front()?;
        part.place = entry.seq;
        Some(entry.json)
    }

    /// Whether there are more entries.
    pub(super) fn has_more(&self) -> bool {
        self.parts.iter().any(|part| !part.entries.is_empty() || !part.is_complete)
    }

    /// Returns the cursor after the last entry that was taken. At the end it has a use too, for entries that are
    /// stored later.
    pub(super) fn cursor(&self) -> String {
        to_cursor(self.prefix, self.parts.iter().map(|part| part.place))
    }
}
