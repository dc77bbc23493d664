//! Times of creations and callbacks, from which `/readyz` derives whether callbacks arrive.
//!
//! One object notes in which hours payments and addresses were created. A note names neither.

use super::{
    message::{Request, call, number, numbers},
    settings::LONGEST_SILENCE_HOURS,
    shard::Shard,
};
use crate::{
    bindings::Runtime,
    clock::milliseconds,
    http::Problem,
    storage::{
        object::{Namespace, Object},
        sql::{DatabaseError, Sql},
    },
};

/// The object that stores the notes.
const OBJECT: Object = Object { namespace: Namespace::Inbox, shard: 0 };

const HOUR_MS: i64 = 3_600_000;

/// Notes that a payment or an address was created.
pub async fn note<P: Runtime>(platform: &P) -> Result<(), Problem> {
    call(platform, OBJECT, Request::NoteCreation(())).await.map(drop)
}

/// Returns when the latest new callback was stored, in milliseconds since the epoch.
pub async fn latest_callback<P: Runtime>(platform: &P) -> Result<Option<i64>, Problem> {
    Ok(numbers(platform, Request::LatestCallback).await?.into_iter().max())
}

/// Returns the time of the first noted creation after a time. Both are in milliseconds since the epoch.
pub async fn first_creation_after<P: Runtime>(platform: &P, time: i64) -> Result<Option<i64>, Problem> {
    number(call(platform, OBJECT, Request::FirstCreationAfter(time)).await?)
}

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Notes a creation at this time. Returns it.
    pub(super) fn note_creation(&self) -> Result<Option<i64>, DatabaseError> {
        let now = milliseconds(self.now());
        let hour = now.div_euclid(HOUR_MS);
        let oldest = hour.saturating_sub_unsigned(LONGEST_SILENCE_HOURS);
        self.sql.exec("DELETE FROM creations WHERE hour < ?", vec![oldest.into()])?;
        let rows = self.sql.exec(
            "INSERT INTO creations (hour, first_at, last_at) VALUES (?, ?, ?) \
             ON CONFLICT DO UPDATE SET last_at = excluded.last_at RETURNING last_at AS at",
            vec![hour.into(), now.into(), now.into()],
        )?;
        rows.first().map(|row| row.get("at")).transpose()
    }

    /// Returns the time of the first noted creation after a time.
    pub(super) fn first_creation_after(&self, time: i64) -> Result<Option<i64>, DatabaseError> {
        let rows = self.sql.exec(
            "SELECT iif(first_at > ?, first_at, last_at) AS at FROM creations WHERE last_at > ? ORDER BY hour LIMIT 1",
            vec![time.into(), time.into()],
        )?;
        rows.first().map(|row| row.get("at")).transpose()
    }

    /// Returns when the latest event was stored.
    pub(super) fn latest_callback(&self) -> Result<Option<i64>, DatabaseError> {
        let rows = self.sql.exec("SELECT received_at FROM events ORDER BY seq DESC LIMIT 1", vec![])?;
        rows.first().map(|row| row.get("received_at")).transpose()
    }
}
