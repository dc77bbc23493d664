//! Scheduled events, in the order of their time.

use std::collections::BTreeMap;

use crate::clock::Millis;

/// A scheduled event of the deposit, withdrawal, callback or run with this UUID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A block is mined, which adds a confirmation to a deposit.
    Block(String),
    /// A withdrawal is sent to the blockchain.
    Send(String),
    /// A callback is due.
    Callback(String),
    /// The next step of a scenario's run.
    Step(String),
}

/// Events by time. Events of the same time happen in the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agenda {
    events: BTreeMap<(Millis, u64), Event>,
    added: u64,
}

impl Agenda {
    /// Adds an event.
    pub fn add(&mut self, at: Millis, event: Event) {
        self.added += 1;
        self.events.insert((at, self.added), event);
    }

    /// Returns the time of the next event.
    pub fn next(&self) -> Option<Millis> {
        self.events.first_key_value().map(|((at, _), _)| *at)
    }

    /// Removes and returns the next event that is due at a time or before.
    pub fn take(&mut self, until: Millis) -> Option<(Millis, Event)> {
        let entry = self.events.first_entry().filter(|entry| entry.key().0 <= until)?;
        let ((at, _), event) = entry.remove_entry();
        Some((at, event))
    }
}
