//! Fills the columns that earlier versions did not have, from the stored bodies.

use super::{event::Arrival, shard::Shard};
use crate::{
    bindings::Runtime,
    storage::sql::{DatabaseError, Sql},
};

/// The maximum number of events that one alarm fills: the object answers no request meanwhile.
const LIMIT: i64 = 500;

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Whether events of an earlier version have still to be filled.
    pub(super) fn is_backfilling(&self) -> Result<bool, DatabaseError> {
        Ok(!self.sql.exec("SELECT seq FROM backfill", vec![])?.is_empty())
    }

    /// Fails while events have still to be filled, because a filter by their columns would miss them.
    pub(super) fn check_backfill(&self) -> Result<(), DatabaseError> {
        match self.is_backfilling()? {
            true => Err(DatabaseError("events of an earlier version are being indexed".to_owned())),
            false => Ok(()),
        }
    }

    /// Fills the next events, the latest first. A dropped body stays dropped, and leaves its columns empty.
    pub(super) fn backfill(&self) -> Result<(), DatabaseError> {
        if !self.is_backfilling()? {
            return Ok(());
        }
        let rows = self.sql.exec(
            "SELECT seq, body FROM events WHERE seq <= (SELECT seq FROM backfill) ORDER BY seq DESC LIMIT ?",
            vec![LIMIT.into()],
        )?;
        for row in &rows {
            let Some(body) = row.get("body")? else { continue };
            let about = Arrival::of(body).about;
            let (customer, address, r#type) =
                about.map(|about| (about.customer_key, about.address_key, about.transaction_type)).unwrap_or_default();
            self.sql.exec(
                "UPDATE events SET customer_key = ?, address_key = ?, transaction_type = ? WHERE seq = ?",
                vec![customer.into(), address.into(), r#type.unwrap_or_default().into(), row.get::<i64>("seq")?.into()],
            )?;
        }
        match rows.last() {
            Some(row) => self.sql.exec("UPDATE backfill SET seq = ? - 1", vec![row.get::<i64>("seq")?.into()]),
            None => self.sql.exec("DELETE FROM backfill", vec![]),
        }
        .map(drop)
    }
}
