//! A bounded store of entries by id, in the order of their creation.

use std::collections::BTreeMap;

use crate::identity::Id;

/// Entries by id. Above the capacity the oldest are removed, so that memory is bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store<T, const CAPACITY: usize = { usize::MAX }> {
    entries: BTreeMap<u64, (String, T)>,
    serials: BTreeMap<String, u64>,
}

impl<T, const CAPACITY: usize> Default for Store<T, CAPACITY> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), serials: BTreeMap::new() }
    }
}

impl<T, const CAPACITY: usize> Store<T, CAPACITY> {
    /// Adds an entry.
    pub fn add(&mut self, id: &Id, entry: T) {
        self.serials.insert(id.uuid.clone(), id.serial);
        self.entries.insert(id.serial, (id.uuid.clone(), entry));
        if self.entries.len() > CAPACITY
            && let Some((_, (oldest, _))) = self.entries.pop_first()
        {
            self.serials.remove(&oldest);
        }
    }

    /// Returns the entry with this id, in either form.
    pub fn get(&self, id: &str) -> Option<&T> {
        self.entries.get(&self.serial(id)?).map(|(_, entry)| entry)
    }

    /// Returns the entry with this id, in either form, for changes.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let serial = self.serial(id)?;
        self.entries.get_mut(&serial).map(|(_, entry)| entry)
    }

    fn serial(&self, id: &str) -> Option<u64> {
        self.serials.get(id).copied().or_else(|| id.parse().ok())
    }

    /// Returns the entries, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.values().map(|(_, entry)| entry)
    }

    /// Returns the entries, oldest first, for changes.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.values_mut().map(|(_, entry)| entry)
    }
}
