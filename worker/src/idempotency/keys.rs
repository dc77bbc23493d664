//! The table of keys. A row is one call; the next request with its key repeats it, receives its answer, or is refused.

use core::time::Duration;

use citrn::Executed;

use super::Outcome;
use crate::storage::sql::{DatabaseError, Sql};

/// How long a key is stored, in milliseconds.
const RETENTION_MS: i64 = 24 * 60 * 60 * 1000;

/// Creates the table if the database is new.
pub(super) fn create_table(sql: &impl Sql) -> Result<(), DatabaseError> {
    sql.exec(
        "CREATE TABLE IF NOT EXISTS keys (scope TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, outcome TEXT, \
         unknown_until INTEGER NOT NULL, forgotten_at INTEGER NOT NULL) WITHOUT ROWID",
        vec![],
    )?;
    sql.exec("CREATE INDEX IF NOT EXISTS keys_by_end ON keys (forgotten_at)", vec![]).map(drop)
}

/// The decision about a request with a key.
pub(super) enum Next {
    /// The call is made. If an earlier attempt may have reached the gateway, the row is kept after any outcome.
    Call { may_have_been_sent: bool },
    /// The stored outcome is the reply.
    Replay(Box<Outcome>),
    /// The key was used with other parameters.
    Reused,
    /// The outcome is unknown. The call may be repeated after this time.
    Unknown(Duration),
}

/// Looks up a key. Times are milliseconds since the epoch.
pub(super) fn next(sql: &impl Sql, scope: &str, fingerprint: &str, now: i64) -> Result<Next, DatabaseError> {
    let rows = sql.exec(
        "SELECT fingerprint, outcome, unknown_until FROM keys WHERE scope = ? AND forgotten_at > ?",
        vec![scope.into(), now.into()],
    )?;
    let Some(row) = rows.first() else {
        return Ok(Next::Call { may_have_been_sent: false });
    };
    if row.get::<&str>("fingerprint")? != fingerprint {
        return Ok(Next::Reused);
    }
    if let Some(outcome) = row.get("outcome")? {
        let outcome = serde_json::from_str(outcome);
        return outcome.map(Next::Replay).map_err(|_| DatabaseError("a stored outcome is unreadable".to_owned()));
    }
    Ok(match u64::try_from(row.get::<i64>("unknown_until")?.saturating_sub(now)) {
        Ok(wait @ 1..) => Next::Unknown(Duration::from_millis(wait)),
        _ => Next::Call { may_have_been_sent: true },
    })
}

/// Records a call before it starts: after a crash, its outcome counts as unknown `until` this time.
pub(super) fn begin(sql: &impl Sql, scope: &str, fingerprint: &str, now: i64, until: i64) -> Result<(), DatabaseError> {
    let forgotten_at = now.saturating_add(RETENTION_MS);
    sql.exec(
        "INSERT OR REPLACE INTO keys (scope, fingerprint, outcome, unknown_until, forgotten_at) \
         VALUES (?, ?, NULL, ?, ?)",
        vec![scope.into(), fingerprint.into(), until.into(), forgotten_at.into()],
    )
    .map(drop)
}

/// The state of a key after a call.
#[derive(Clone, Copy)]
pub(super) enum Fate {
    /// The answer is replayed for 24 hours.
    Kept,
    /// The key counts as unused.
    Released,
    /// The same request repeats the call, and other parameters are refused.
    Reserved,
    /// The row stays unchanged.
    Unknown,
}

/// Returns the state of a key after a call. `may_have_been_sent` refers to earlier attempts.
pub(super) fn fate(outcome: &Outcome, is_session: bool, may_have_been_sent: bool) -> Fate {
    let Outcome::Refused(details) = outcome else { return Fate::Kept };
    if details.executed == Executed::Unknown {
        return Fate::Unknown;
    }
    // The gateway's status is present only if it responded.
    match details.gateway_status.is_some() && !details.retryable && !is_session {
        true => Fate::Kept,
        false if may_have_been_sent => Fate::Reserved,
        false => Fate::Released,
    }
}

/// Stores the outcome of the call.
pub(super) fn settle(sql: &impl Sql, scope: &str, outcome: &Outcome, fate: Fate) -> Result<(), DatabaseError> {
    let statement = match fate {
        Fate::Kept => {
            let text = serde_json::to_string(outcome).map_err(|error| DatabaseError(error.to_string()))?;
            let values = vec![text.into(), scope.into()];
            return sql.exec("UPDATE keys SET outcome = ? WHERE scope = ?", values).map(drop);
        }
        Fate::Released => "DELETE FROM keys WHERE scope = ?",
        Fate::Reserved => "UPDATE keys SET unknown_until = 0 WHERE scope = ?",
        Fate::Unknown => return Ok(()),
    };
    sql.exec(statement, vec![scope.into()]).map(drop)
}

/// Returns when the next key expires, if there is one.
pub(super) fn next_expiry(sql: &impl Sql) -> Result<Option<i64>, DatabaseError> {
    let rows = sql.exec("SELECT forgotten_at FROM keys ORDER BY forgotten_at LIMIT 1", vec![])?;
    rows.first().map(|row| row.get("forgotten_at")).transpose()
}

pub(super) fn delete_expired(sql: &impl Sql, now: i64) -> Result<(), DatabaseError> {
    sql.exec("DELETE FROM keys WHERE forgotten_at <= ?", vec![now.into()]).map(drop)
}
