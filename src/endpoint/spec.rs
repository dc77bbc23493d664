//! An endpoint: one row of the table, the trait of its calls, and the parameters of a call.

use core::fmt;

use serde::{Serialize, Serializer};

use super::{Parameter, Rule};
use crate::{
    Amount, ErrorCode, Kind,
    limits::{MAX_LIST_BYTES, MAX_REPLY_BYTES},
    reply::{FromJson, shape::Shape},
    url::Host,
};

/// HTTP method of an endpoint. The gateway has two GETs; everything else is a POST.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`, without a body and by default without auth headers.
    Get,
    /// `POST` with a JSON object, `{}` when there are no parameters.
    Post,
}

impl Method {
    /// The method as HTTP spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// One row of the table of endpoints.
#[derive(Debug, Clone, Copy)]
pub struct EndpointSpec {
    /// The method's name in the npm package, such as `payments.create`.
    pub name: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path below the base URL, such as `/payments/create-payment`.
    pub path: &'static str,
    /// The host that the documentation prints for it.
    pub host: Host,
    /// Whether the documentation lists the two auth headers for it.
    pub signed: bool,
    /// What a call does at the gateway.
    pub kind: Kind,
    /// Its parameters, in the documentation's order, which is also the order of the body.
    pub parameters: &'static [Parameter],
    /// The documented codes that belong to it. The documentation lists the 19 codes without saying which endpoint
    /// gives which; the assignment is this project's.
    pub errors: &'static [ErrorCode],
    /// What its reply reads as.
    pub reply: &'static Shape,
    /// What it does, in a sentence or two.
    pub description: &'static str,
    /// Where the facts of this row come from.
    pub source: &'static str,
}

impl EndpointSpec {
    /// The parameter that a caller should reconcile by when a call's outcome is unknown, if it has one.
    pub fn reference(&self) -> Option<&'static str> {
        self.parameters.iter().map(|parameter| parameter.name).find(|name| matches!(*name, "foreign_id" | "quote_id"))
    }

    /// The names of its parameters that hold a currency code, in the table's order.
    pub fn currencies(&self) -> impl Iterator<Item = &'static str> {
        self.parameters.iter().filter(|parameter| parameter.rule == Rule::Currency).map(|parameter| parameter.name)
    }

    /// The largest body of a reply, in bytes after decompression.
    pub fn max_reply_bytes(&self) -> usize {
        // Any JSON may be a list.
        if matches!(self.reply, Shape::List(_) | Shape::Any) { MAX_LIST_BYTES } else { MAX_REPLY_BYTES }
    }
}

/// A call to one endpoint: its parameters, the row of the table it belongs to, and what its reply reads as.
///
/// Implemented by the types in [`crate::endpoints`], one file each.
pub trait Endpoint {
    /// The row of the table.
    const SPEC: &'static EndpointSpec;
    /// What a reply reads as.
    type Reply: FromJson;

    /// The parameters that were given, in the table's order.
    fn fields(&self) -> Fields<'_>;
}

/// The value of one parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value<'a> {
    /// A JSON string.
    Text(&'a str),
    /// A JSON array of strings.
    Array(&'a [String]),
}

/// The parameters of one call, in the order in which they are written. Debug shows names only, since one of them may
/// be a secret.
#[derive(Clone, Default)]
pub struct Fields<'a>(pub(crate) Vec<(&'a str, Value<'a>)>);

impl<'a> Fields<'a> {
    /// No parameters yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter behind the ones that are there.
    pub fn push(&mut self, name: &'a str, value: Value<'a>) {
        self.0.push((name, value));
    }

    /// The body: a JSON object without any white space.
    pub fn to_json(&self) -> String {
        // A map from text to text or lists of text always serialises.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The value of a parameter, if it is there.
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.0.iter().find(|(field, _)| *field == name).map(|(_, value)| *value)
    }

    /// The value of a parameter, if it is there and is text.
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

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(text)
    }
}

impl<'a> From<&'a Amount> for Value<'a> {
    fn from(amount: &'a Amount) -> Self {
        Value::Text(amount.as_str())
    }
}
