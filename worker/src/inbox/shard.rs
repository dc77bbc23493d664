//! The state of the Durable Object that stores callbacks.

use core::{
    cell::{Cell, RefCell},
    fmt,
    time::Duration,
};

use super::{schema, settings::Inbox, states};
use crate::{
    bindings::Runtime,
    clock::milliseconds,
    storage::{
        object::Alarm,
        schema::upgrade,
        sql::{Failed, Sql},
    },
};

/// Where events stand whose bodies nobody waits for any more, where there is a webhook; without one, nobody ever does.
const DROPPABLE: [&str; 2] = [states::DELIVERED, states::PARKED];

/// How many bodies are dropped at one alarm: the object answers nobody meanwhile.
const PRUNED_AT_ONCE: i64 = 500;

/// One of the objects.
pub struct Shard<P, S> {
    pub(super) platform: P,
    settings: Inbox,
    pub(super) sql: S,
    /// Whether deliveries are under way: then what is stored is found without an alarm.
    pub(super) delivering: Cell<bool>,
    /// The transactions with an attempt under way.
    pub(super) busy: RefCell<Vec<String>>,
    pub(super) alarm: Alarm,
}

impl<P, S> fmt::Debug for Shard<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shard")
            .field("delivering", &self.delivering)
            .field("alarm", &self.alarm)
            .finish_non_exhaustive()
    }
}

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Opens the object's database, and upgrades it.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn open(platform: P, settings: Inbox, sql: S) -> Result<Self, Failed> {
        upgrade(&sql, schema::STEPS)?;
        Ok(Self {
            platform,
            settings,
            sql,
            delivering: Cell::new(false),
            busy: RefCell::default(),
            alarm: Alarm::default(),
        })
    }

    pub(super) fn now(&self) -> Duration {
        self.platform.now()
    }

    pub(super) fn settings(&self) -> &Inbox {
        &self.settings
    }

    /// Whether an attempt of the transaction is under way.
    pub(super) fn is_busy(&self, key: &str) -> bool {
        self.busy.borrow().iter().any(|busy| busy == key)
    }

    /// When there is something to do next: a delivery, or a body to drop.
    pub(super) fn next_work(&self) -> Result<Option<i64>, Failed> {
        let first = |statement: &str, values| -> Result<Option<i64>, Failed> {
            self.sql.exec(statement, values)?.first().map(|row| row.get("at")).transpose()
        };
        let mut next = Vec::new();
        if self.settings().webhook.is_some() {
            let statement = "SELECT next_at AS at FROM events WHERE state = ? ORDER BY next_at LIMIT 1";
            next.extend(first(statement, vec![states::PENDING.into()])?);
        }
        let mut oldest = Vec::new();
        if self.settings().webhook.is_some() {
            // One look into the index for each, however many wait for their delivery.
            let statement = "SELECT received_at AS at FROM events WHERE body IS NOT NULL AND state = ? ORDER BY received_at LIMIT 1";
            for state in DROPPABLE {
                oldest.extend(first(statement, vec![state.into()])?);
            }
        } else {
            let statement = "SELECT received_at AS at FROM events WHERE body IS NOT NULL ORDER BY received_at LIMIT 1";
            oldest.extend(first(statement, Vec::new())?);
        }
        let span = milliseconds(self.settings().retention.span());
        next.extend(oldest.into_iter().min().map(|received| received.saturating_add(span)));
        Ok(next.into_iter().min())
    }

    /// Drops bodies that were kept long enough, and are no longer to be delivered.
    pub(super) fn prune(&self) -> Result<(), Failed> {
        let end = milliseconds(self.now()).saturating_sub(milliseconds(self.settings().retention.span()));
        let [delivered, parked] = DROPPABLE;
        let has_webhook = self.settings().webhook.is_some();
        let values = vec![has_webhook.into(), delivered.into(), parked.into(), end.into(), PRUNED_AT_ONCE.into()];
        self.sql.exec(
            "UPDATE events SET body = NULL, customer_key = NULL, address_key = NULL WHERE seq IN (SELECT seq FROM events \
             WHERE body IS NOT NULL AND (NOT ? OR state IN (?, ?)) AND received_at <= ? ORDER BY received_at LIMIT ?)",
            values,
        )?;
        Ok(())
    }

    pub(super) fn parked(&self) -> Result<u32, Failed> {
        let rows =
            self.sql.exec("SELECT count(*) AS parked FROM events WHERE state = ?", vec![states::PARKED.into()])?;
        let parked: i64 = rows.first().map_or(Ok(0), |row| row.get("parked"))?;
        Ok(u32::try_from(parked).unwrap_or(u32::MAX))
    }
}
