//! The objects that an inbox object notifies of deposits.
//!
//! A query of deposits can subscribe an object to later changes for a while. A notification may be lost, so the
//! subscriber also queries from time to time.

use super::{event::Details, shard::Shard};
use crate::{
    bindings::Runtime,
    clock::milliseconds,
    http::log,
    storage::sql::{DatabaseError, Sql},
};

/// How long an object is notified after it subscribed, in milliseconds.
const SUBSCRIBED_MS: i64 = 600_000;

/// The age after which a subscription is renewed, in milliseconds: a written row costs more than a read one.
const RENEWED_AFTER_MS: i64 = 60_000;

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Registers an object that wants to be notified.
    pub(super) fn subscribe(&self, object: u8) -> Result<(), DatabaseError> {
        let expires_at = milliseconds(self.now()).saturating_add(SUBSCRIBED_MS);
        self.sql.exec(
            "INSERT INTO listeners (object, expires_at) VALUES (?, ?) ON CONFLICT DO UPDATE SET \
             expires_at = excluded.expires_at WHERE expires_at < excluded.expires_at - ?",
            vec![i64::from(object).into(), expires_at.into(), RENEWED_AFTER_MS.into()],
        )?;
        Ok(())
    }

    /// Notifies the subscribers of a stored event of a deposit. Neither a delay nor a failure affects the callback's
    /// acknowledgement.
    pub(super) fn notify(&self, about: Option<&Details>) {
        let Some(key) = about.and_then(Details::deposit_key) else { return };
        match self.subscribers() {
            Ok(objects) => objects.into_iter().for_each(|object| self.notifications.add(object, key)),
            Err(failed) => self.platform.log(&log::failure("inbox", &failed.to_string())),
        }
    }

    fn subscribers(&self) -> Result<Vec<u8>, DatabaseError> {
        let now = milliseconds(self.now());
        let rows = self.sql.exec("SELECT object FROM listeners WHERE expires_at > ?", vec![now.into()])?;
        let objects: Vec<i64> = rows.iter().map(|row| row.get("object")).collect::<Result<_, _>>()?;
        Ok(objects.into_iter().filter_map(|object| u8::try_from(object).ok()).collect())
    }
}
