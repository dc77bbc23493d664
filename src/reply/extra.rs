//! Fields of a reply that this crate has no names for.

use core::fmt;

use serde::{Deserialize, Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;

/// The fields of a reply that this version of the client has no names for, as their original JSON text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extra(pub(super) Vec<(String, String)>);

impl Extra {
    /// Returns the JSON text of a field.
    ///
    /// ```
    /// # use citrn::{Endpoint, endpoints::TakeAddress, parse};
    /// # let body = br#"{"data":{"address":"bc1q","shard":{"n":1.50}}}"#;
    /// let reply = parse::<TakeAddress>(200, body)?;
    /// assert_eq!(reply.extra.get("shard"), Some(r#"{"n":1.50}"#));
    /// # Ok::<(), citrn::Error>(())
    /// ```
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(field, _)| field == name).map(|(_, json)| json.as_str())
    }

    /// Returns the name and JSON text of each field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, json)| (name.as_str(), json.as_str()))
    }
}

/// Shows only names, since values may be a payer's data.
impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// JSON text that serialises unchanged.
#[derive(Debug)]
pub(crate) struct Verbatim<'a>(pub &'a str);

impl Serialize for Verbatim<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        <&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(self.0))
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}
