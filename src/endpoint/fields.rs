//! The parameters of one call, and the JSON body they become.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::Amount;

/// The value of one parameter.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value<'a> {
    /// A JSON string.
    Text(&'a str),
    /// A JSON array of strings.
    Array(&'a [String]),
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => text.fmt(f),
            Value::Array(items) => items.fmt(f),
        }
    }
}

/// The parameters of one call, in the order in which they are written. Debug shows names only, since one of them may
/// be a secret.
#[derive(Clone, Default)]
pub struct Fields<'a>(pub(crate) Vec<(&'a str, Value<'a>)>);

impl<'a> Fields<'a> {
    /// No parameters yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter behind the ones that are there.
    pub fn push(&mut self, name: &'a str, value: Value<'a>) {
        self.0.push((name, value));
    }

    /// The body: a JSON object without any white space.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A map from text to text or lists of text always serialises.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The value of a parameter, if it is there.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.0.iter().find(|(field, _)| *field == name).map(|(_, value)| *value)
    }

    /// The value of a parameter, if it is there and is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'a str> {
        match self.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// A type whose values can be sent as a parameter.
pub(crate) trait ParameterValue {
    fn value(&self) -> Value<'_>;
}

impl ParameterValue for String {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ParameterValue for Amount {
    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}
