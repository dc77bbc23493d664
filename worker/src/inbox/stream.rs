//! Lists as a stream of lines (NDJSON), of any length, with the memory of one page.

use futures_util::{StreamExt, stream::try_unfold};

use super::merge::Merge;
use crate::{
    bindings::Runtime,
    http::{Answer, response::Rest},
};

/// The media type.
pub const NDJSON: &str = "application/x-ndjson";

/// The number of entries that an object returns at a time: those of all objects are about a page.
pub(super) const BATCH: u32 = 13;

/// The number of calls of objects after which a stream ends. The platform's free plan allows 1,000 for a request.
const MAX_CALLS: usize = 900;

/// A list as lines: its entries, each with the cursor after it as `next`, and at last a line with `end`.
struct Lines<P> {
    merge: Merge<P>,
    calls: usize,
    has_ended: bool,
}

/// Returns a list as a stream, after its first entries were read with this number of calls.
pub(super) fn answer<P: Runtime>(merge: Merge<P>, calls: usize) -> Answer {
    let mut lines = Lines { merge, calls, has_ended: false };
    let mut answer = Answer::of(200, NDJSON, lines.take());
    let rest = try_unfold(lines, |mut lines| async move {
        if lines.has_ended {
            return Ok(None);
        }
        let calls = lines.merge.fill().await?;
        lines.calls = lines.calls.saturating_add(calls);
        Ok(Some((lines.take(), lines)))
    });
    answer.rest = Some(Rest(rest.boxed_local()));
    answer
}

impl<P: Runtime> Lines<P> {
    /// Takes the lines of the entries that were read.
    fn take(&mut self) -> String {
        let Self { merge, .. } = self;
        let mut lines = String::new();
        while let Some(entry) = merge.next() {
            // A body can have line breaks between its values.
            let entry = entry.strip_suffix('}').unwrap_or(&entry).replace('\n', " ");
            lines += &format!("{entry},\"next\":\"{}\"}}\n", merge.cursor());
        }
        let has_more = merge.has_more();
        self.has_ended = !has_more || self.calls >= MAX_CALLS;
        if self.has_ended {
            lines += &format!("{{\"end\":true,\"next\":\"{}\",\"has_more\":{has_more}}}\n", merge.cursor());
        }
        lines
    }
}
