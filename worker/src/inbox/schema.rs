//! The tables of an inbox object, and how older ones become them.

use crate::sql::{Failed, Sql};

/// The statements that lead from each version to the next; the first from nothing. A step that was deployed once never
/// changes.
const STEPS: [&[&str]; 2] = [
    &[
        "CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL UNIQUE, \
         transaction_key TEXT NOT NULL, callback_id TEXT, status TEXT, is_final INTEGER NOT NULL, kind TEXT NOT NULL, \
         superseded INTEGER NOT NULL, body BLOB, received_at INTEGER NOT NULL, state TEXT NOT NULL, \
         attempts INTEGER NOT NULL, next_at INTEGER NOT NULL)",
        "CREATE INDEX events_of_transaction ON events (transaction_key, seq)",
        "CREATE INDEX events_due ON events (state, next_at)",
    ],
    &[
        "ALTER TABLE events ADD COLUMN settled_at INTEGER",
        "ALTER TABLE events ADD COLUMN failure TEXT",
        "ALTER TABLE events ADD COLUMN erased_at INTEGER",
        "CREATE INDEX events_with_body ON events (received_at) WHERE body IS NOT NULL",
    ],
];

/// Brings the database to the latest version. Nothing is waited for, so a crash leaves the version before.
pub(super) fn upgrade(sql: &impl Sql) -> Result<(), Failed> {
    sql.exec("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)", vec![])?;
    let version = sql.exec("SELECT max(version) FROM schema_version", vec![])?.first().map_or(0, |row| row.integer(0));
    let Some(missing) = usize::try_from(version).ok().and_then(|version| STEPS.get(version..)) else {
        let latest = STEPS.len();
        return Err(Failed(format!(
            "it has version {version}, and this Worker knows versions up to {latest}: deploy a newer one"
        )));
    };
    for (number, step) in (version.saturating_add(1)..).zip(missing) {
        for statement in *step {
            sql.exec(statement, vec![])?;
        }
        sql.exec("INSERT INTO schema_version (version) VALUES (?)", vec![number.into()])?;
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod testing {
    use super::{STEPS, Sql};

    /// A database as the version before the latest made it.
    pub(in crate::inbox) fn previous(sql: &impl Sql) {
        sql.exec("CREATE TABLE schema_version (version INTEGER NOT NULL)", vec![]).unwrap();
        for (number, step) in (1..).zip(&STEPS[..STEPS.len() - 1]) {
            for statement in *step {
                sql.exec(statement, vec![]).unwrap();
            }
            sql.exec("INSERT INTO schema_version (version) VALUES (?)", vec![i64::from(number).into()]).unwrap();
        }
    }
}
