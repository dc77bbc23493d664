//! Callbacks as they arrive, and the events and ids that they become.

use citrn::{callback::Callback, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::storage::object::{Namespace, Object};

/// The prefix of event ids.
const PREFIX: &str = "evt_";

/// How many bytes of an event's id are of its transaction's key, and how many of its own hash.
const ID_BYTES: (usize, usize) = (4, 12);

/// Longest id of a transaction, in bytes; ids of the gateway are integers or UUIDs. It stays when the body is dropped.
const LONGEST_ID: usize = 255;

/// The kinds of events, as deliveries and lists name them.
const RECEIVED: &str = "callback.received";
pub(super) const AMENDED: &str = "callback.amended";
pub(super) const CONFLICT: &str = "callback.conflict";
pub(super) const UNREADABLE: &str = "callback.unreadable";

/// Longest status, in bytes.
const LONGEST_STATUS: usize = 64;

/// A callback with a valid signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Transaction and status, if they are readable.
    pub about: Option<About>,
    /// SHA-256 of the body, in hex.
    pub digest: String,
    /// The body, which need not be text.
    #[serde(with = "base64")]
    pub body: Vec<u8>,
}

/// Bytes in base64.
mod base64 {
    use base64ct::{Base64, Encoding};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        Base64::encode_string(bytes).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        Base64::decode_vec(&String::deserialize(deserializer)?).map_err(Error::custom)
    }
}

/// Transaction and status of a callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The transaction.
    pub id: String,
    /// Its status.
    pub status: String,
    /// Whether the status is final.
    pub is_final: bool,
    /// The customer's key, for a deposit.
    pub customer_key: Option<String>,
    /// The address's key, for a deposit.
    pub address_key: Option<String>,
}

impl About {
    fn of(callback: Callback) -> Self {
        let is_deposit = callback.is_deposit();
        let address = callback.crypto_address.as_ref().filter(|_| is_deposit);
        Self {
            is_final: callback.is_final(),
            status: callback.status.as_str().to_owned(),
            customer_key: callback.customer_id().filter(|_| is_deposit).map(customer_key),
            address_key: address.and_then(|to| Some(address_key(to.address.as_deref()?, to.memo.as_deref()))),
            id: callback.id,
        }
    }
}

impl Arrival {
    /// Reads a body.
    pub fn of(body: &[u8]) -> Self {
        let about = Callback::parse(body).ok().map(About::of);
        Self {
            about: about.filter(|about| about.id.len() <= LONGEST_ID && about.status.len() <= LONGEST_STATUS),
            digest: hex::encode(&Sha256::digest(body)),
            body: body.to_vec(),
        }
    }

    /// Returns the object of its transaction.
    pub fn object(&self) -> Object {
        Object::of(Namespace::Inbox, &self.key())
    }

    /// Returns the key of its transaction. An unreadable callback is a transaction of its own.
    pub(super) fn key(&self) -> [u8; 32] {
        match &self.about {
            Some(about) => key_of(&about.id),
            None => Sha256::digest(format!("\0{}", self.digest)).into(),
        }
    }
}

/// Returns the key of a customer: neither they nor an address are stored in the clear.
pub fn customer_key(foreign_id: &str) -> String {
    hex::encode(&Sha256::digest(format!("citrn customer\0{foreign_id}")))
}

/// Returns the key of a deposit address. Customers can share an address and differ in the memo. Some coins write the same
/// address in capital letters or not.
pub fn address_key(address: &str, memo: Option<&str>) -> String {
    let (address, memo) = (address.to_ascii_lowercase(), memo.unwrap_or_default());
    hex::encode(&Sha256::digest(format!("citrn address\0{address}\0{memo}")))
}

/// The key of a transaction.
pub(super) fn key_of(id: &str) -> [u8; 32] {
    Sha256::digest(id).into()
}

/// The object that looks after the events that somebody names: by the id of an event, or of a transaction.
pub fn object_of(name: &str) -> Object {
    let first =
        name.strip_prefix(PREFIX).and_then(|rest| rest.get(..2)).and_then(|byte| u8::from_str_radix(byte, 16).ok());
    match first {
        Some(first) if is_event(name) => Object::of(Namespace::Inbox, &[first; 32]),
        _ => Object::of(Namespace::Inbox, &key_of(name)),
    }
}

/// Whether this looks like the id of an event.
pub(super) fn is_event(name: &str) -> bool {
    let digits = 2 * (ID_BYTES.0 + ID_BYTES.1);
    name.strip_prefix(PREFIX).is_some_and(|rest| {
        rest.len() == digits && rest.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

/// An event that was stored before, of the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Earlier {
    pub(super) status: String,
    pub(super) is_final: bool,
}

/// The event that a callback becomes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) superseded: bool,
}

/// Judges a callback whose bytes are new by the earlier events of its transaction.
pub(super) fn judge(arrival: &Arrival, earlier: &[Earlier]) -> Event {
    let Some(about) = &arrival.about else {
        return Event { id: id(arrival, &["", "", &arrival.digest]), kind: UNREADABLE, superseded: false };
    };
    let superseded = !about.is_final && earlier.iter().any(|event| event.is_final);
    if earlier.iter().any(|event| event.status == about.status) {
        let id = id(arrival, &[&about.id, &about.status, &arrival.digest]);
        return Event { id, kind: AMENDED, superseded };
    }
    let contradicts = about.is_final && earlier.iter().any(|event| event.is_final);
    let kind = if contradicts { CONFLICT } else { RECEIVED };
    Event { id: id(arrival, &[&about.id, &about.status]), kind, superseded }
}

/// An id that is the same whenever and wherever the same event is stored.
fn id(arrival: &Arrival, parts: &[&str]) -> String {
    let whose = arrival.key();
    let which = Sha256::digest(parts.join("\0"));
    let short = |bytes: &[u8], length: usize| hex::encode(bytes.get(..length).unwrap_or(bytes));
    format!("{PREFIX}{}{}", short(&whose, ID_BYTES.0), short(&which, ID_BYTES.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(id: &str, status: &str) -> Arrival {
        Arrival::of(format!(r#"{{"id":{id:?},"status":{status:?}}}"#).as_bytes())
    }

    fn earlier(statuses: &[&str]) -> Vec<Earlier> {
        let event = |status: &&str| Earlier {
            status: (*status).to_owned(),
            is_final: matches!(*status, "confirmed" | "cancelled"),
        };
        statuses.iter().map(event).collect()
    }

    #[test]
    fn a_callback_is_judged_by_what_came_before() {
        for (before, status, kind, superseded) in [
            (&[][..], "not_confirmed", RECEIVED, false),
            (&["not_confirmed"], "confirmed", RECEIVED, false),
            (&["not_confirmed"], "not_confirmed", AMENDED, false),
            (&["confirmed"], "not_confirmed", RECEIVED, true),
            (&["confirmed", "not_confirmed"], "not_confirmed", AMENDED, true),
            (&["confirmed"], "confirmed", AMENDED, false),
            (&["confirmed"], "cancelled", CONFLICT, false),
            (&["cancelled"], "confirmed", CONFLICT, false),
            (&["cancelled", "confirmed"], "cancelled", AMENDED, false),
            (&["confirmed"], "processing", RECEIVED, true),
            (&["pending"], "processing", RECEIVED, false),
        ] {
            let event = judge(&arrival("17", status), &earlier(before));
            assert_eq!((event.kind, event.superseded), (kind, superseded), "{before:?} then {status}");
        }
    }

    #[test]
    fn an_id_follows_from_transaction_and_status_alone() {
        let first = judge(&arrival("17", "confirmed"), &[]);
        let late = judge(&Arrival::of(br#"{"status":"confirmed","id":17,"note":1}"#), &earlier(&["cancelled"]));
        assert_eq!(first.id, late.id);
        let others = [
            judge(&arrival("17", "cancelled"), &[]).id,
            judge(&arrival("18", "confirmed"), &[]).id,
            judge(&arrival("17", "confirmed"), &earlier(&["confirmed"])).id,
        ];
        assert!(!others.contains(&first.id));
    }

    #[test]
    fn an_event_is_found_where_its_transaction_is() {
        for id in ["1", "186961", "2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22"] {
            let arrival = arrival(id, "confirmed");
            let event = judge(&arrival, &[]);
            assert!(is_event(&event.id), "{}", event.id);
            assert_eq!([object_of(&event.id), object_of(id)], [arrival.object(); 2]);
        }
        let unreadable = Arrival::of(b"\xff");
        assert_eq!(object_of(&judge(&unreadable, &[]).id), unreadable.object());
    }

    #[test]
    fn what_cannot_be_read_is_an_event_of_its_own() {
        let long = format!(r#"{{"id":"{}","status":"confirmed"}}"#, "x".repeat(256));
        for body in ["", "[]", "{}", r#"{"id":1}"#, r#"{"status":"confirmed"}"#, "not JSON", long.as_str()] {
            let arrival = Arrival::of(body.as_bytes());
            assert_eq!(arrival.about, None, "{body}");
            assert_eq!(judge(&arrival, &[]).kind, UNREADABLE);
        }
    }
}
