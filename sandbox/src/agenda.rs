//! What happens later by itself, in the order of its time.

use std::collections::BTreeMap;

use crate::clock::Millis;

/// Something that happens by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A block is found, and a deposit gets one more confirmation.
    Block {
        /// Serial number of the deposit.
        deposit: u64,
    },
    /// A withdrawal is sent to the blockchain.
    Send {
        /// Serial number of the withdrawal.
        withdrawal: u64,
    },
    /// A callback is due.
    Callback {
        /// Serial number of the callback.
        callback: u64,
    },
}

/// What is due when. What is due at the same moment happens in the order in which it was put down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agenda {
    events: BTreeMap<(Millis, u64), Event>,
    put_down: u64,
}

impl Agenda {
    /// Puts something down.
    pub fn add(&mut self, at: Millis, event: Event) {
        self.put_down += 1;
        self.events.insert((at, self.put_down), event);
    }

    /// When the next thing is due.
    #[must_use]
    pub fn next(&self) -> Option<Millis> {
        self.events.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes out the next thing that is due at a moment or before.
    pub fn take(&mut self, until: Millis) -> Option<(Millis, Event)> {
        let entry = self.events.first_entry().filter(|entry| entry.key().0 <= until)?;
        let ((at, _), event) = entry.remove_entry();
        Some((at, event))
    }
}
