//! What happens later by itself, in the order of its time.

use std::collections::BTreeMap;

use crate::clock::Millis;

/// Something that happens by itself, to the deposit, withdrawal or callback with this UUID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A block is found, and a deposit gets one more confirmation.
    Block(String),
    /// A withdrawal is sent to the blockchain.
    Send(String),
    /// A callback is due.
    Callback(String),
}

/// Events by their time. Those of the same moment happen in the order in which they were added.
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

    /// When the next event is due.
    pub fn next(&self) -> Option<Millis> {
        self.events.first_key_value().map(|((at, _), _)| *at)
    }

    /// Removes the next event that is due at a moment or before.
    pub fn take(&mut self, until: Millis) -> Option<(Millis, Event)> {
        let entry = self.events.first_entry().filter(|entry| entry.key().0 <= until)?;
        let ((at, _), event) = entry.remove_entry();
        Some((at, event))
    }
}
