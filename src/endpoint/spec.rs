//! An endpoint: one row of the table, and the trait of its calls.

use super::{Fields, Parameter, Rule};
use crate::{
    ErrorCode, Kind,
    limits::{MAX_LIST_BYTES, MAX_REPLY_BYTES},
    reply::{FromJson, shape::Shape},
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
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// The host that the documentation prints for an endpoint: `.com` for the newer ones (API Documentation / API Endpoints).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Host {
    /// `app.citrn.io`
    Io,
    /// `app.citrn.com`
    Com,
}

impl Host {
    /// The documented base URL, without a slash at its end.
    #[must_use]
    pub fn documented_base_url(self) -> &'static str {
        match self {
            Host::Io => "https://app.citrn.io/api",
            Host::Com => "https://app.citrn.com/api",
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
    #[must_use]
    pub fn reference(&self) -> Option<&'static str> {
        self.parameters.iter().map(|parameter| parameter.name).find(|name| matches!(*name, "foreign_id" | "quote_id"))
    }

    /// The names of its parameters that hold a currency code, in the table's order.
    pub fn currencies(&self) -> impl Iterator<Item = &'static str> {
        self.parameters.iter().filter(|parameter| parameter.rule == Rule::Currency).map(|parameter| parameter.name)
    }

    /// The largest body of a reply, in bytes after decompression.
    #[must_use]
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
