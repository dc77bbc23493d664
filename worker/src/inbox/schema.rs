//! The schema of an inbox object, and the states of a delivery.

use crate::storage::schema::Steps;

/// The status without surrounding white space, which earlier versions stored.
macro_rules! trimmed {
    () => {
        "trim(status, char(9, 10, 11, 12, 13, 32, 133, 160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, \
         8200, 8201, 8202, 8232, 8233, 8239, 8287, 12288, 65279))"
    };
}

/// The migrations.
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
    // Normalises the statuses that earlier versions stored as received. Ids stay: merchants know deliveries by them.
    &[
        concat!("UPDATE events SET status = ", trimmed!(), " WHERE status <> ", trimmed!()),
        "UPDATE events SET status = 'cancelled' WHERE lower(status) = 'canceled'",
        "UPDATE events SET status = lower(status) WHERE status <> lower(status) AND lower(status) IN \
         ('not_confirmed', 'confirmed', 'cancelled', 'declined', 'paid', 'failed', 'expired')",
        "UPDATE events SET is_final = 1 WHERE NOT is_final AND status IN \
         ('confirmed', 'cancelled', 'declined', 'paid', 'failed', 'expired')",
    ],
    // The first and the latest creation of an hour since the epoch.
    &["CREATE TABLE creations (hour INTEGER PRIMARY KEY, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL)"],
    // The type is null until `backfill` reads it from the body, and empty if it is not documented. `backfill` has the
    // number of the last event that is still to be filled. Each index costs a stored event a written row, and this
    // migration a pass over all events.
    &[
        "ALTER TABLE events ADD COLUMN transaction_type TEXT",
        "ALTER TABLE events ADD COLUMN queued_at INTEGER",
        "CREATE TABLE backfill (seq INTEGER NOT NULL)",
        "INSERT INTO backfill (seq) SELECT seq FROM events ORDER BY seq DESC LIMIT 1",
        "CREATE INDEX events_of_type ON events (transaction_type) WHERE transaction_type IS NOT NULL",
        "CREATE INDEX events_of_state ON events (state)",
        "CREATE INDEX events_by_place ON events (ifnull(queued_at, seq))",
        "CREATE INDEX events_pending ON events (next_at) WHERE state = 'pending'",
        "DROP INDEX events_due",
        "DROP INDEX events_with_body",
    ],
    // The objects that are notified of deposits.
    &["CREATE TABLE listeners (object INTEGER PRIMARY KEY, expires_at INTEGER NOT NULL)"],
    &["ALTER TABLE events ADD COLUMN traceparent TEXT"],
];

/// Drops the body of an event, the columns that are derived from it, and the trace of its callback.
pub(super) const DROP: &str =
    "body = NULL, customer_key = NULL, address_key = NULL, transaction_type = NULL, traceparent = NULL";

/// The place of an event that is queued now, with the current time as the parameter: `queued_at`, which is unique and
/// increases. An event that an earlier version stored has its number as its place, until it is queued again.
pub(super) const NEXT_PLACE: &str = "max(?, 1 + ifnull((SELECT max(ifnull(queued_at, seq)) FROM events), 0))";

/// The states of a delivery, in the database and in lists.
pub mod states {
    /// Attempted next.
    pub const PENDING: &str = "pending";
    /// Attempted after an earlier event of the same transaction.
    pub const WAITING: &str = "waiting";
    /// Accepted by the merchant.
    pub const DELIVERED: &str = "delivered";
    /// Given up after three days of failures.
    pub const PARKED: &str = "parked";

    /// The states in which an event is still to be delivered.
    pub const UNSETTLED: [&str; 2] = [PENDING, WAITING];

    /// All states.
    pub const ALL: [&str; 4] = [PENDING, WAITING, DELIVERED, PARKED];
}

#[cfg(test)]
pub(super) mod testing {
    use super::STEPS;
    use crate::storage::sql::Sql;

    /// The version whose events have no type.
    const PREVIOUS: usize = 5;

    /// Creates the database of that version.
    pub(in crate::inbox) fn previous(sql: &impl Sql) {
        sql.exec("CREATE TABLE schema_version (version INTEGER NOT NULL)", vec![]).unwrap();
        for (number, step) in (1..).zip(&STEPS[..PREVIOUS]) {
            for statement in *step {
                sql.exec(statement, vec![]).unwrap();
            }
            sql.exec("INSERT INTO schema_version (version) VALUES (?)", vec![i64::from(number).into()]).unwrap();
        }
    }
}
