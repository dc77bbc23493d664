//! The row of a key, and the decisions made by it.

use core::time::Duration;

use citrn::Executed;

use super::{Outcome, REMEMBERED_MS};
use crate::storage::sql::{Failed, Sql};

/// Creates the table unless it exists.
pub(super) fn prepare(sql: &impl Sql) -> Result<(), Failed> {
    sql.exec(
        "CREATE TABLE IF NOT EXISTS keys (scope TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, outcome TEXT, \
         unknown_until INTEGER NOT NULL, forgotten_at INTEGER NOT NULL) WITHOUT ROWID",
        vec![],
    )?;
    sql.exec("CREATE INDEX IF NOT EXISTS keys_by_end ON keys (forgotten_at)", vec![])?;
    Ok(())
}

/// The decision about a request with a key.
#[derive(Debug)]
pub(super) enum Next {
    /// The call is to be made. `may_have_been_sent`: whether an earlier attempt under this key may have reached the gateway.
    Call {
        /// The row then stays, whatever the outcome of this call.
        may_have_been_sent: bool,
    },
    /// The outcome of the call before is the reply.
    Replay(Box<Outcome>),
    /// The key was used with other parameters.
    Reused,
    /// The outcome is unknown; how long to wait before the call is made again.
    Unknown(Duration),
}

/// Looks up a key. Times are milliseconds since the epoch.
pub(super) fn next(sql: &impl Sql, scope: &str, fingerprint: &str, now: i64) -> Result<Next, Failed> {
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
        let outcome = serde_json::from_str(outcome)
            .map_err(|_| Failed("what is remembered of a key cannot be read".to_owned()))?;
        return Ok(Next::Replay(Box::new(outcome)));
    }
    Ok(match u64::try_from(row.get::<i64>("unknown_until")?.saturating_sub(now)) {
        Ok(wait @ 1..) => Next::Unknown(Duration::from_millis(wait)),
        _ => Next::Call { may_have_been_sent: true },
    })
}

/// Stores that the call begins, before it does: after a crash its outcome is unknown.
pub(super) fn begin(
    sql: &impl Sql,
    scope: &str,
    fingerprint: &str,
    now: i64,
    unknown_until: i64,
) -> Result<(), Failed> {
    sql.exec(
        "INSERT OR REPLACE INTO keys (scope, fingerprint, outcome, unknown_until, forgotten_at) VALUES (?, ?, NULL, ?, ?)",
        vec![scope.into(), fingerprint.into(), unknown_until.into(), now.saturating_add(REMEMBERED_MS).into()],
    )?;
    Ok(())
}

/// Stores the outcome of the call.
pub(super) fn settle(sql: &impl Sql, scope: &str, outcome: &Outcome, fate: Fate) -> Result<(), Failed> {
    match fate {
        Fate::Kept => {
            let text = serde_json::to_string(outcome).map_err(|error| Failed(error.to_string()))?;
            sql.exec("UPDATE keys SET outcome = ? WHERE scope = ?", vec![text.into(), scope.into()])?;
        }
        Fate::Released => {
            sql.exec("DELETE FROM keys WHERE scope = ?", vec![scope.into()])?;
        }
        Fate::Reserved => {
            sql.exec("UPDATE keys SET unknown_until = 0 WHERE scope = ?", vec![scope.into()])?;
        }
        Fate::Unknown => {}
    }
    Ok(())
}

/// Deletes expired keys; returns when the next one expires, if there is one.
pub(super) fn prune(sql: &impl Sql, now: i64) -> Result<Option<i64>, Failed> {
    sql.exec("DELETE FROM keys WHERE forgotten_at <= ?", vec![now.into()])?;
    earliest_end(sql)
}

/// Returns when the next key expires, if there is one.
pub(super) fn earliest_end(sql: &impl Sql) -> Result<Option<i64>, Failed> {
    let rows = sql.exec("SELECT forgotten_at FROM keys ORDER BY forgotten_at LIMIT 1", vec![])?;
    rows.first().map(|row| row.get("forgotten_at")).transpose()
}

/// The state of a key after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The answer is replayed for 24 hours.
    Kept,
    /// As if the key had never been used.
    Released,
    /// The same request makes the call again; other parameters are refused.
    Reserved,
    /// The row stays as it was before the call.
    Unknown,
}

/// Decides the state of a key after a call. `may_have_been_sent` is about earlier attempts under it.
pub(super) fn fate(outcome: &Outcome, is_session: bool, may_have_been_sent: bool) -> Fate {
    let Outcome::Refused(facts) = outcome else { return Fate::Kept };
    if facts.executed == Executed::Unknown {
        return Fate::Unknown;
    }
    match facts.was_sent() && !facts.retryable && !is_session {
        true => Fate::Kept,
        false if may_have_been_sent => Fate::Reserved,
        false => Fate::Released,
    }
}
