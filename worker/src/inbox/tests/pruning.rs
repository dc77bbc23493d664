//! The space of bodies whose retention is over.

use super::{DAY, Scripted, object, store};
use crate::storage::sql::Sql;

/// Returns the pages that an object's database uses.
fn pages(platform: &Scripted) -> i64 {
    let statement = "SELECT page_count - freelist_count AS pages FROM pragma_page_count, pragma_freelist_count";
    platform.database(object(17)).exec(statement, vec![]).unwrap()[0].get("pages").unwrap()
}

#[test]
fn a_dropped_body_frees_its_space() {
    let platform = Scripted::default();
    for id in (0..).filter(|id| object(*id) == object(17)).take(400) {
        let note = "n".repeat(2_000);
        store(&platform, format!(r#"{{"id":{id},"type":"deposit","status":"confirmed","note":"{note}"}}"#).as_bytes());
    }
    platform.alarms_until(DAY);
    let before = pages(&platform);
    platform.alarms_until(DAY * 31);
    let after = pages(&platform);
    assert!(after * 3 < before, "{before} pages, then {after}");
}
