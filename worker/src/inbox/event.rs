//! Classifies callbacks as events, and derives the ids of events.

use citrn::{
    callback::{self, Summary},
    hex,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::storage::{
    object::{Namespace, Object},
    sql::Value,
};

/// The prefix of event ids.
const PREFIX: &str = "evt_";

/// The number of bytes of an event's id that are from its transaction's key, and from its own hash.
const ID_BYTES: (usize, usize) = (4, 12);

/// Longest id of a transaction, in bytes: ids of the gateway are integers or UUIDs. An id is stored forever.
const LONGEST_ID: usize = 255;

/// The types of events.
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
    pub about: Option<Details>,
    /// SHA-256 of the body, in hex.
    pub digest: String,
    /// The body, which may be any bytes.
    #[serde(with = "base64")]
    pub body: Vec<u8>,
    /// The sender's `traceparent`, which the deliveries repeat. Earlier versions do not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
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
pub struct Details {
    /// The transaction.
    pub id: String,
    /// Its status.
    pub status: String,
    /// Whether the status is final.
    pub is_final: bool,
    /// The key of the `foreign_id`: the customer's for a deposit, and the merchant's own for anything else.
    pub customer_key: Option<String>,
    /// The address's key, for a deposit.
    pub address_key: Option<String>,
    /// The transaction's type, or an empty text if it is not documented. Earlier versions do not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_type: Option<String>,
}

impl Details {
    pub(super) fn of(callback: &Summary<'_>) -> Self {
        let is_deposit = callback.is_deposit();
        let address = callback.address().filter(|_| is_deposit);
        Self {
            id: callback.id.as_ref().to_owned(),
            status: callback.status.as_str().to_owned(),
            is_final: callback.status.is_final(),
            customer_key: callback.foreign_id().map(customer_key),
            address_key: address.map(|(address, memo)| address_key(&address, memo.as_deref())),
            transaction_type: Some(callback.transaction_type().unwrap_or_default().to_owned()),
        }
    }
}

impl Details {
    /// Returns the key by which a deposit is looked up: the customer's, or the address's if it names no customer.
    /// `None` for another transaction.
    pub(super) fn deposit_key(&self) -> Option<&str> {
        // Without a type, earlier versions send the keys of deposits only.
        let is_deposit = matches!(self.transaction_type.as_deref(), None | Some("deposit" | "deposit_exchange"));
        self.customer_key.as_deref().or(self.address_key.as_deref()).filter(|_| is_deposit)
    }
}

impl Arrival {
    /// Parses a body.
    pub fn of(body: &[u8]) -> Self {
        let canonical = callback::canonical(body).ok();
        let summary = canonical.as_ref().and_then(|canonical| Summary::of(canonical.root()));
        let about = summary.as_ref().map(Details::of);
        Self {
            about: about.filter(|about| about.id.len() <= LONGEST_ID && about.status.len() <= LONGEST_STATUS),
            digest: hex::encode(&Sha256::digest(body)),
            body: body.to_vec(),
            traceparent: None,
        }
    }

    /// Returns the object that stores its transaction.
    pub fn object(&self) -> Object {
        Object::of(Namespace::Inbox, &self.key())
    }

    /// Returns the key of its transaction. An unreadable callback is a separate transaction.
    pub(super) fn key(&self) -> [u8; 32] {
        match &self.about {
            Some(about) => key_of(&about.id),
            None => Sha256::digest(format!("\0{}", self.digest)).into(),
        }
    }
}

/// Returns the key of a `foreign_id`, a hash: neither customers nor addresses are stored in the clear.
pub fn customer_key(foreign_id: &str) -> String {
    hex::encode(&Sha256::digest(format!("citrn customer\0{foreign_id}")))
}

/// Returns the key of a deposit address, a hash. Customers can share an address and differ in the memo. For some coins
/// an address can be written in upper or lower case.
pub fn address_key(address: &str, memo: Option<&str>) -> String {
    let (address, memo) = (address.to_ascii_lowercase(), memo.unwrap_or_default());
    hex::encode(&Sha256::digest(format!("citrn address\0{address}\0{memo}")))
}

/// Returns the key of a transaction.
pub(super) fn key_of(id: &str) -> [u8; 32] {
    Sha256::digest(id).into()
}

/// Returns the column, and the value in it, of an event or of the events of a transaction.
pub(super) fn named(name: &str) -> (&'static str, Value) {
    if is_event(name) {
        return ("id", name.into());
    }
    ("transaction_key", hex::encode(&key_of(name)).into())
}

/// Returns the object that stores the events of an id, which is that of an event or of a transaction.
pub fn object_of(name: &str) -> Object {
    let first =
        name.strip_prefix(PREFIX).and_then(|rest| rest.get(..2)).and_then(|byte| u8::from_str_radix(byte, 16).ok());
    match first {
        Some(first) if is_event(name) => Object::of(Namespace::Inbox, &[first; 32]),
        _ => Object::of(Namespace::Inbox, &key_of(name)),
    }
}

/// Whether a text has the format of an event's id.
pub(super) fn is_event(name: &str) -> bool {
    let digits = 2 * (ID_BYTES.0 + ID_BYTES.1);
    name.strip_prefix(PREFIX).is_some_and(|rest| {
        rest.len() == digits && rest.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

/// A stored event of the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EarlierEvent {
    pub(super) status: String,
    pub(super) is_final: bool,
}

/// The event of a callback.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) superseded: bool,
}

/// Classifies a callback with a new body by the earlier events of its transaction.
pub(super) fn classify(arrival: &Arrival, earlier: &[EarlierEvent]) -> Event {
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

/// Returns an id that depends on the callback alone, not on when or where it is stored.
fn id(arrival: &Arrival, parts: &[&str]) -> String {
    let transaction = arrival.key();
    let event = Sha256::digest(parts.join("\0"));
    let short = |bytes: &[u8], length: usize| hex::encode(bytes.get(..length).unwrap_or(bytes));
    format!("{PREFIX}{}{}", short(&transaction, ID_BYTES.0), short(&event, ID_BYTES.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(id: &str, status: &str) -> Arrival {
        Arrival::of(format!(r#"{{"id":{id:?},"status":{status:?}}}"#).as_bytes())
    }

    fn earlier(statuses: &[&str]) -> Vec<EarlierEvent> {
        let event = |status: &&str| EarlierEvent {
            status: (*status).to_owned(),
            is_final: matches!(*status, "confirmed" | "cancelled"),
        };
        statuses.iter().map(event).collect()
    }

    #[test]
    fn a_callback_is_classified_by_the_earlier_events() {
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
            let event = classify(&arrival("17", status), &earlier(before));
            assert_eq!((event.kind, event.superseded), (kind, superseded), "{before:?} then {status}");
        }
    }

    #[test]
    fn an_event_id_depends_on_transaction_and_status_only() {
        let first = classify(&arrival("17", "confirmed"), &[]);
        let late = classify(&Arrival::of(br#"{"status":"confirmed","id":17,"note":1}"#), &earlier(&["cancelled"]));
        assert_eq!(first.id, late.id);
        let others = [
            classify(&arrival("17", "cancelled"), &[]).id,
            classify(&arrival("18", "confirmed"), &[]).id,
            classify(&arrival("17", "confirmed"), &earlier(&["confirmed"])).id,
        ];
        assert!(!others.contains(&first.id));
    }

    #[test]
    fn an_event_is_in_the_object_of_its_transaction() {
        for id in ["1", "186961", "2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22"] {
            let arrival = arrival(id, "confirmed");
            let event = classify(&arrival, &[]);
            assert!(is_event(&event.id), "{}", event.id);
            assert_eq!([object_of(&event.id), object_of(id)], [arrival.object(); 2]);
        }
        let unreadable = Arrival::of(b"\xff");
        assert_eq!(object_of(&classify(&unreadable, &[]).id), unreadable.object());
    }

    #[test]
    fn an_unreadable_callback_is_a_separate_event() {
        let long = format!(r#"{{"id":"{}","status":"confirmed"}}"#, "x".repeat(256));
        for body in ["", "[]", "{}", r#"{"id":1}"#, r#"{"status":"confirmed"}"#, "not JSON", long.as_str()] {
            let arrival = Arrival::of(body.as_bytes());
            assert_eq!(arrival.about, None, "{body}");
            assert_eq!(classify(&arrival, &[]).kind, UNREADABLE);
        }
    }
}
