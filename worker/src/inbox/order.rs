//! The order of deliveries within a transaction.

use super::{shard::Shard, states};
use crate::{
    bindings::Runtime,
    clock::milliseconds,
    storage::sql::{Failed, Row, Sql},
};

/// How often an event that is not final may fail before a final one of its transaction overtakes it.
const FAILURES: i64 = 3;

/// An event that another attempt follows.
struct Unsettled {
    seq: i64,
    has_turn: bool,
    is_final: bool,
    attempts: i64,
}

impl Unsettled {
    fn read(row: &Row) -> Result<Self, Failed> {
        let has_turn = row.get::<&str>("state")? == states::PENDING;
        Ok(Self { seq: row.get("seq")?, has_turn, is_final: row.get("is_final")?, attempts: row.get("attempts")? })
    }
}

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Gives the turn to the next unsettled event of a transaction: the one that has it, else the oldest. If that is not
    /// final and failed [`FAILURES`] times, the oldest final one overtakes it, and it becomes `superseded`.
    pub(super) fn line_up(&self, key: &str) -> Result<(), Failed> {
        let [pending, waiting] = states::UNSETTLED;
        let rows = self.sql.exec(
            // The plus keeps SQLite from searching by the state: a merchant who is down has a backlog of those states.
            "SELECT seq, state, is_final, attempts FROM events WHERE transaction_key = ? AND +state IN (?, ?) \
             ORDER BY seq",
            vec![key.into(), pending.into(), waiting.into()],
        )?;
        let events = rows.iter().map(Unsettled::read).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = events.iter().find(|event| event.has_turn).or(events.first()) else {
            return Ok(());
        };
        // Nothing overtakes an attempt under way: its outcome decides, and calls this again.
        let is_held_back = !first.is_final && first.attempts >= FAILURES && !self.is_busy(key);
        let overtaking = events.iter().find(|event| event.is_final).filter(|_| is_held_back);
        let next = overtaking.unwrap_or(first);
        if events.iter().any(|event| event.has_turn && event.seq != next.seq) {
            self.sql.exec(
                "UPDATE events SET state = ? WHERE transaction_key = ? AND +state = ? AND seq <> ?",
                vec![waiting.into(), key.into(), pending.into(), next.seq.into()],
            )?;
        }
        if overtaking.is_some() {
            self.sql.exec(
                "UPDATE events SET superseded = 1 WHERE transaction_key = ? AND +state = ? AND NOT is_final \
                 AND seq < ?",
                vec![key.into(), waiting.into(), next.seq.into()],
            )?;
        }
        if !next.has_turn {
            // An overtaken event keeps the wait after its last failure.
            self.sql.exec(
                "UPDATE events SET state = ?, next_at = max(next_at, ?) WHERE seq = ?",
                vec![pending.into(), milliseconds(self.now()).into(), next.seq.into()],
            )?;
        }
        Ok(())
    }
}
