//! The Durable Object that stores links and numbers the sessions of payers.
//!
//! A repeated choice of coin and payment mode belongs to the same session for a while. The session's number is part of
//! the scope of the gateway call ([`crate::idempotency`]), so any number of clicks makes one call, and that module
//! handles crashes and unknown outcomes.

use core::{fmt, time::Duration};
use std::rc::Rc;

use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, ready},
};

use super::{
    link::NewLink,
    message::{Choice, Operation, Reply, Request, StoredLink},
    status::changes::Changes,
};
use crate::{
    bindings::Runtime,
    clock::milliseconds,
    http::log,
    inbox::customer_key,
    storage::{
        object::{Alarm, DurableObject},
        schema::{Steps, upgrade},
        sql::{DatabaseError, Sql},
    },
};

/// How long an expired link is stored: payers return from the gateway late, and confirmations take time.
const RETENTION: Duration = Duration::from_secs(7 * 86_400);

/// Maximum number of links that one alarm deletes, since the object answers no request meanwhile.
const PRUNE_BATCH: i64 = 500;

/// How long to wait after a failure of the database.
const RETRY_PAUSE: Duration = Duration::from_secs(30);

/// The schema migrations.
const STEPS: &Steps = &[&[
    "CREATE TABLE links (key TEXT PRIMARY KEY, link TEXT NOT NULL, expires_at INTEGER NOT NULL, began_at INTEGER, \
     forgotten_at INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX links_by_end ON links (forgotten_at)",
    "CREATE TABLE sessions (key TEXT NOT NULL, coin TEXT NOT NULL, way TEXT NOT NULL, number INTEGER NOT NULL, \
     began_at INTEGER NOT NULL, PRIMARY KEY (key, coin, way)) WITHOUT ROWID",
    "CREATE TABLE addresses (key TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (key, address)) WITHOUT ROWID",
]];

/// A checkout object.
pub struct Shard<P, S> {
    platform: P,
    sql: S,
    alarm: Alarm,
    changes: Changes,
}

impl<P, S> fmt::Debug for Shard<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shard").field("alarm", &self.alarm).finish_non_exhaustive()
    }
}

impl<P: Runtime, S: Sql + 'static> DurableObject for Shard<P, S> {
    fn answer(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Option<String>> {
        async move {
            let Request { key, operation } = serde_json::from_str(&message).ok()?;
            let reply = match operation {
                Operation::Wait(after) => self.wait(key, after).await,
                operation => self.reply(&key, operation),
            };
            serde_json::to_string(&reply.unwrap_or_else(|failed| Reply::Failed(failed.to_string()))).ok()
        }
        .boxed_local()
    }

    fn new_alarm(&self) -> Result<Option<i64>, DatabaseError> {
        Ok(self.alarm.before(self.next_deletion()?))
    }

    fn alarm_fired(&self) -> i64 {
        let retry_at = milliseconds(self.now().saturating_add(RETRY_PAUSE));
        self.alarm.set(Some(retry_at));
        retry_at
    }

    /// Deletes old links.
    fn work(&self) -> LocalBoxFuture<'_, Option<i64>> {
        let next = self.prune().and_then(|()| self.next_deletion()).unwrap_or_else(|failed| {
            self.platform.log(&log::failure("checkout", &failed.to_string()));
            Some(milliseconds(self.now().saturating_add(RETRY_PAUSE)))
        });
        self.alarm.set(next);
        ready(next).boxed_local()
    }
}

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Opens the object's database and migrates it.
    pub fn open(platform: P, sql: S) -> Result<Self, DatabaseError> {
        upgrade(&sql, STEPS)?;
        let changes = Changes::new(platform.random());
        Ok(Self { platform, sql, alarm: Alarm::default(), changes })
    }

    fn reply(&self, key: &str, operation: Operation) -> Result<Reply, DatabaseError> {
        match operation {
            Operation::Store(new) => self.store(key, &new).map(Reply::Stored),
            Operation::Open(()) => Ok(self.load(key)?.map_or(Reply::Expired(()), Reply::Opened)),
            Operation::Begin(choice) => {
                let begun = self.begin(key, &choice)?;
                self.changes.notify(key);
                Ok(begun.map_or(Reply::Expired(()), Reply::Begun))
            }
            Operation::Show(address) => {
                let values = vec![key.into(), address.into()];
                self.sql.exec("INSERT OR IGNORE INTO addresses (key, address) VALUES (?, ?)", values)?;
                self.changes.notify(key);
                Ok(Reply::Noted(()))
            }
            Operation::Notify(keys) => {
                keys.iter().for_each(|key| self.changes.notify(key));
                Ok(Reply::Noted(()))
            }
            Operation::Wait(_) => Err(DatabaseError("a wait is not immediate".to_owned())),
        }
    }

    /// Waits until the link's status may have changed: through a deposit, or through the payer's next session.
    async fn wait(&self, key: String, after: Option<i64>) -> Result<Reply, DatabaseError> {
        let Some(StoredLink { link, addresses, .. }) = self.load(&key)?.filter(StoredLink::has_status) else {
            return Ok(Reply::Expired(()));
        };
        let keys = [key, customer_key(&link.foreign_id)].into_iter().chain(addresses).collect();
        let is_changed = self.changes.wait(&self.platform, keys, after).await;
        let reply = if is_changed { Reply::Changed } else { Reply::Unchanged };
        Ok(reply(self.changes.position()))
    }

    fn now(&self) -> Duration {
        self.platform.now()
    }

    fn store(&self, key: &str, new: &NewLink) -> Result<i64, DatabaseError> {
        let link = serde_json::to_string(&new.link).map_err(|error| DatabaseError(error.to_string()))?;
        let ends = self.now().saturating_add(new.span());
        let (expires_at, forgotten_at) = (milliseconds(ends), milliseconds(ends.saturating_add(RETENTION)));
        self.sql.exec(
            "INSERT INTO links (key, link, expires_at, forgotten_at) VALUES (?, ?, ?, ?)",
            vec![key.into(), link.into(), expires_at.into(), forgotten_at.into()],
        )?;
        Ok(expires_at)
    }

    fn load(&self, key: &str) -> Result<Option<StoredLink>, DatabaseError> {
        let rows = self.sql.exec(
            "SELECT link, expires_at, began_at, \
             (SELECT max(began_at) FROM sessions WHERE key = links.key) AS last_began_at, \
             (SELECT coin FROM sessions WHERE key = links.key AND way = 'address' ORDER BY began_at DESC LIMIT 1) \
             AS address_coin, EXISTS (SELECT 1 FROM sessions WHERE key = links.key AND way = 'redirect') AS has_redirects \
             FROM links WHERE key = ?",
            vec![key.into()],
        )?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let link = serde_json::from_str(row.get("link")?);
        let link = link.map_err(|_| DatabaseError("a stored link is unreadable".to_owned()))?;
        let addresses = self.sql.exec("SELECT address FROM addresses WHERE key = ?", vec![key.into()])?;
        let expires_at: i64 = row.get("expires_at")?;
        Ok(Some(StoredLink {
            link,
            expires_at,
            is_expired: expires_at <= milliseconds(self.now()),
            began_at: row.get("began_at")?,
            last_began_at: row.get("last_began_at")?,
            address_coin: row.get("address_coin")?,
            has_redirects: row.get("has_redirects")?,
            addresses: addresses.iter().map(|row| row.get("address")).collect::<Result<_, _>>()?,
        }))
    }

    /// Returns the number of the session that a choice belongs to: the latest one until it expires, then a new one.
    /// `None` for an expired link.
    fn begin(&self, key: &str, choice: &Choice) -> Result<Option<i64>, DatabaseError> {
        let now = milliseconds(self.now());
        let began = self.sql.exec(
            "UPDATE links SET began_at = coalesce(began_at, ?) WHERE key = ? AND expires_at > ? RETURNING key",
            vec![now.into(), key.into(), now.into()],
        )?;
        if began.is_empty() {
            return Ok(None);
        }
        let expired_before = now.saturating_sub(choice.session_ms);
        let (coin, mode) = (choice.coin.as_str(), choice.mode.as_str());
        let rows = self.sql.exec(
            "INSERT INTO sessions (key, coin, way, number, began_at) VALUES (?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET \
             number = number + (began_at <= ?), began_at = iif(began_at <= ?, excluded.began_at, began_at) \
             RETURNING number",
            vec![key.into(), coin.into(), mode.into(), now.into(), expired_before.into(), expired_before.into()],
        )?;
        rows.first().map(|row| row.get("number")).transpose()
    }

    /// Returns when the next link is due for deletion.
    fn next_deletion(&self) -> Result<Option<i64>, DatabaseError> {
        let rows = self.sql.exec("SELECT forgotten_at FROM links ORDER BY forgotten_at LIMIT 1", vec![])?;
        rows.first().map(|row| row.get("forgotten_at")).transpose()
    }

    fn prune(&self) -> Result<(), DatabaseError> {
        let rows = self.sql.exec(
            "SELECT key FROM links WHERE forgotten_at <= ? ORDER BY forgotten_at LIMIT ?",
            vec![milliseconds(self.now()).into(), PRUNE_BATCH.into()],
        )?;
        for row in &rows {
            let key: &str = row.get("key")?;
            for table in ["sessions", "addresses", "links"] {
                self.sql.exec(&format!("DELETE FROM {table} WHERE key = ?"), vec![key.into()])?;
            }
        }
        Ok(())
    }
}
