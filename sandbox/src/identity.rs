//! Ids and key material, derived only from the seed: the same seed and the same requests give the same bytes.

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The first integer of a sequence is below this: JavaScript reads all up to 2^53 exactly.
const INTEGERS: u64 = 1 << 47;

/// The source of values that a real gateway would generate randomly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    seed: String,
    drawn: u64,
}

impl Identity {
    /// Starts the sequence of a seed.
    pub fn new(seed: &str) -> Self {
        Self { seed: seed.to_owned(), drawn: 0 }
    }

    /// Starts the sequence of a seed at an integer that depends on the seed, so that runs with other seeds have other ids
    /// in both forms.
    pub fn with_own_integers(seed: &str) -> Self {
        let identity = Self::new(seed);
        let bytes = identity.derive("integers", &[]).first_chunk().copied().unwrap_or_default();
        Self { drawn: u64::from_be_bytes(bytes) % INTEGERS, ..identity }
    }

    /// Returns the next id of the sequence.
    pub fn draw(&mut self) -> Id {
        self.drawn += 1;
        let digest = self.derive("id", &[&self.drawn.to_string()]);
        let bytes = digest.first_chunk().copied().unwrap_or_default();
        Id { serial: self.drawn, uuid: uuid::Builder::from_random_bytes(bytes).into_uuid().to_string() }
    }

    /// Derives 32 bytes from the seed, a purpose and parts, independently of earlier calls.
    pub fn derive(&self, purpose: &str, parts: &[&str]) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in [self.seed.as_str(), purpose].iter().chain(parts) {
            // The length makes ("ab", "c") and ("a", "bc") different.
            hash.update(part.len().to_string());
            hash.update([0]);
            hash.update(part);
        }
        hash.finalize().into()
    }
}

/// An id in both forms of the callback examples: integers in the older one, UUIDs in the newer one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id {
    /// The older form, counting from 1.
    pub serial: u64,
    /// The newer form.
    pub uuid: String,
}

/// Serialises the newer form.
impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.uuid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_depend_only_on_the_seed() {
        let ids = |seed| {
            let mut identity = Identity::new(seed);
            [identity.draw(), identity.draw()]
        };
        assert_eq!(ids("a"), ids("a"));
        assert_ne!(ids("a"), ids("b"));
        let [first, second] = ids("a");
        assert_ne!(first.uuid, second.uuid);
        assert_eq!((first.serial, second.serial), (1, 2));
        assert_eq!(first.uuid.len(), 36);
        assert_eq!(first.uuid.as_bytes()[14], b'4');
    }

    #[test]
    fn the_bounds_of_parts_change_the_result() {
        let identity = Identity::new("s");
        assert_ne!(identity.derive("p", &["ab", "c"]), identity.derive("p", &["a", "bc"]));
        assert_ne!(identity.derive("pa", &["b"]), identity.derive("p", &["ab"]));
    }
}
