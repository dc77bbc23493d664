//! Rows of the endpoint table, the trait of calls, and the parameters of a call.

use core::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{ExtraFields, Parameter, Rule};
use crate::{
    Amount, ErrorCode, Kind,
    json::Writer,
    limits::{MAX_LIST_BYTES, MAX_REPLY_BYTES},
    reply::{FromJson, Verbatim, shape::Shape},
    url::Host,
};

/// HTTP method of an endpoint. Two endpoints are GETs, the others POSTs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`, without a body and by default without auth headers.
    Get,
    /// `POST` with a JSON object; `{}` without parameters.
    Post,
}

impl Method {
    /// Returns the method's name in HTTP.
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
    /// The effect of a call, which decides about retries.
    pub kind: Kind,
    /// Its parameters, in the documentation's order, which is also their order in the body.
    pub parameters: &'static [Parameter],
    /// The documented error codes that it can return. The documentation lists the 19 codes without their endpoints;
    /// this project has assigned them.
    pub errors: &'static [ErrorCode],
    /// The shape of its reply.
    pub reply: &'static Shape,
    /// Its description. Empty in wasm.
    pub description: &'static str,
    /// The pages of the documentation that this row follows. Empty in wasm.
    pub source: &'static str,
}

impl EndpointSpec {
    /// Returns the parameter by which to reconcile a call whose outcome is unknown, if there is one.
    pub fn reference(&self) -> Option<&'static str> {
        self.parameters.iter().map(|parameter| parameter.name).find(|name| matches!(*name, "foreign_id" | "quote_id"))
    }

    /// Whether a call may have extra fields: it creates or moves something.
    pub fn takes_extra(&self) -> bool {
        self.kind != Kind::Read
    }

    /// Returns the names of the parameters that hold a currency code, in the table's order.
    pub fn currencies(&self) -> impl Iterator<Item = &'static str> {
        self.parameters.iter().filter(|parameter| parameter.rule == Rule::Currency).map(|parameter| parameter.name)
    }

    /// Returns the size limit of a reply's body, in bytes after decompression.
    pub fn max_reply_bytes(&self) -> usize {
        // A reply of unknown shape may be a list.
        if matches!(self.reply, Shape::List(_) | Shape::Any) { MAX_LIST_BYTES } else { MAX_REPLY_BYTES }
    }
}

/// A call to one endpoint: its parameters, its row of the table and the type of its reply.
///
/// Implemented by the types in [`crate::endpoints`], one file each.
pub trait Endpoint {
    /// The row of the table.
    const SPEC: &'static EndpointSpec;
    /// The type of its reply.
    type Reply: FromJson;

    /// Returns the parameters that are set, in the table's order.
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

/// The parameters of one call, in the order of the body, and its extra fields. Debug shows only the names of the
/// parameters, since a value may be a secret.
#[derive(Clone, Default)]
pub struct Fields<'a> {
    pub(crate) known: Vec<(&'a str, Value<'a>)>,
    pub(crate) extra: Option<&'a ExtraFields>,
}

impl<'a> Fields<'a> {
    /// Creates an empty list of parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a parameter.
    pub fn push(&mut self, name: &'a str, value: Value<'a>) {
        self.known.push((name, value));
    }

    /// Sets the fields that follow the parameters in the body.
    pub fn set_extra(&mut self, extra: &'a ExtraFields) {
        self.extra = Some(extra);
    }

    fn extra_fields(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.extra.into_iter().flat_map(ExtraFields::iter)
    }

    /// Returns the body: a JSON object without white space.
    pub fn to_json(&self) -> String {
        let mut body = Writer::default();
        let object = body.open("{");
        for (name, value) in &self.known {
            body.name(name);
            // Text and lists of text always serialise.
            body.literal(&serde_json::to_string(value).unwrap_or_default());
        }
        for (name, json) in self.extra_fields() {
            body.name(name);
            body.literal(json);
        }
        body.close(object, "}");
        body.finish().root().as_str().to_owned()
    }

    /// Returns the value of a parameter, if it is set.
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.known.iter().find(|(field, _)| *field == name).map(|(_, value)| *value)
    }

    /// Returns the value of a parameter, if it is set and is text.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        match self.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.known {
            map.serialize_entry(name, value)?;
        }
        for (name, json) in self.extra_fields() {
            map.serialize_entry(name, &Verbatim(json))?;
        }
        map.end()
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.known.iter().map(|(name, _)| name)).finish()
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
