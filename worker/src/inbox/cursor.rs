//! Cursors: for each object, the place of its last entry, separated by points.

use crate::{
    http::{Problem, query::whole_number},
    storage::object::Namespace,
};

/// Returns the cursor after these places. A prefix names the order that they belong to.
pub(super) fn to_cursor(prefix: &str, places: impl Iterator<Item = i64>) -> String {
    let places: Vec<String> = places.map(|place| place.to_string()).collect();
    format!("{prefix}{}", places.join("."))
}

/// Parses a cursor; without one, the places are those of a beginning.
pub(super) fn places(after: Option<&str>, prefix: &str) -> Result<Vec<i64>, Problem> {
    let shards = usize::from(Namespace::Inbox.shards());
    let Some(text) = after else {
        return Ok(vec![0; shards]);
    };
    let places: Option<Vec<i64>> = text
        .strip_prefix(prefix)
        .and_then(|text| text.split('.').map(|place| whole_number(place).filter(|place| *place >= 0)).collect());
    places
        .filter(|places| places.len() == shards)
        .ok_or_else(|| Problem::invalid("after", "must be the `next` of an earlier page of this list"))
}
