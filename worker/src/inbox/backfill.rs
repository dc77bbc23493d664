//! Fills the columns that earlier versions did not have, from the stored bodies.

use super::{event::Arrival, shard::Shard};
use crate::{
    bindings::Runtime,
    storage::sql::{Failed, Row, Sql},
};

/// The maximum number of events that one alarm fills: the object answers no request meanwhile.
const LIMIT: i64 = 500;

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Whether events of an earlier version have still to be filled.
    pub(super) fn is_backfilling(&self) -> Result<bool, Failed> {
        Ok(!self.without_columns("seq", 1)?.is_empty())
    }

    /// Fails while events have still to be filled, because a filter by their columns would miss them.
    pub(super) fn check_backfill(&self) -> Result<(), Failed> {
        match self.is_backfilling()? {
            true => Err(Failed("events of an earlier version are being indexed".to_owned())),
            false => Ok(()),
        }
    }

    /// Fills the next events. A dropped body stays dropped, and leaves its columns empty.
    pub(super) fn backfill(&self) -> Result<(), Failed> {
        for row in self.without_columns("seq, body", LIMIT)? {
            let about = Arrival::of(row.get("body")?).about;
            let (customer, address, r#type) =
                about.map(|about| (about.customer_key, about.address_key, about.transaction_type)).unwrap_or_default();
            self.sql.exec(
                "UPDATE events SET customer_key = ?, address_key = ?, transaction_type = ? WHERE seq = ?",
                vec![customer.into(), address.into(), r#type.unwrap_or_default().into(), row.get::<i64>("seq")?.into()],
            )?;
        }
        Ok(())
    }

    fn without_columns(&self, columns: &str, limit: i64) -> Result<Vec<Row>, Failed> {
        self.sql.exec(
            &format!(
                "SELECT {columns} FROM events INDEXED BY events_to_backfill \
                 WHERE body IS NOT NULL AND transaction_type IS NULL LIMIT ?"
            ),
            vec![limit.into()],
        )
    }
}
