//! The tables of an inbox object.

use crate::schema::Steps;

/// How they came to be.
pub(super) const STEPS: &Steps = &[
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
    &[
        "ALTER TABLE events ADD COLUMN customer_key TEXT",
        "ALTER TABLE events ADD COLUMN address_key TEXT",
        "CREATE INDEX events_of_customer ON events (customer_key) WHERE customer_key IS NOT NULL",
        "CREATE INDEX events_of_address ON events (address_key) WHERE address_key IS NOT NULL",
        "CREATE INDEX events_with_body_by_state ON events (state, received_at) WHERE body IS NOT NULL",
    ],
];

#[cfg(test)]
pub(super) mod testing {
    use super::STEPS;
    use crate::sql::Sql;

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
