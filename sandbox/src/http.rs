//! Requests, responses and effects as plain data: the engine does no I/O, the server around it does.

use std::collections::BTreeMap;

use serde::Serialize;

/// The path that all endpoints are below.
pub const BASE_PATH: &str = "/api";

/// A request as it came over the wire.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `POST` and so on.
    pub method: &'a str,
    /// Path and query, such as `/pay/1?x=y`.
    pub target: &'a str,
    /// Names in any case.
    pub headers: &'a [(String, String)],
    /// The exact bytes of the body.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// The first header of this name, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The target without its query.
    pub(crate) fn path(&self) -> &'a str {
        self.target.split_once('?').map_or(self.target, |(path, _)| path)
    }

    /// The media type of the body, lower case, without parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let value = self.header("content-type")?;
        Some(value.split_once(';').map_or(value, |(kind, _)| kind).trim().to_ascii_lowercase())
    }

    /// Whether the caller would rather have JSON than a page.
    pub(crate) fn prefers_json(&self) -> bool {
        self.header("accept").is_some_and(|accept| accept.contains("application/json") && !accept.contains("text/html"))
    }
}

/// What to answer, and how to misbehave while doing so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// In the order in which they are sent.
    pub headers: Vec<(&'static str, String)>,
    /// All bodies of the sandbox are text.
    pub body: String,
    /// Faults of the connection.
    pub transport: Transport,
    /// Whether the answer waits until callbacks in flight and an advance of the clock are through.
    pub settle: bool,
}

/// Faults of the connection that carries a response.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Transport {
    /// Milliseconds to wait before anything is sent.
    pub delay_ms: u64,
    /// How the connection breaks, if it does.
    pub interruption: Option<Interruption>,
}

/// How a connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Interruption {
    /// The headers are sent, and then nothing more, until the caller gives up.
    Stall,
    /// The connection is closed before the response begins.
    SeverBefore,
    /// The connection is closed in the middle of the body.
    SeverDuring,
}

impl Response {
    /// A body of a kind.
    pub(crate) fn new(status: u16, content_type: &str, body: String) -> Self {
        let headers = vec![("Content-Type", content_type.to_owned()), ("Cache-Control", "no-store".to_owned())];
        Self { status, headers, body, transport: Transport::default(), settle: false }
    }

    /// A JSON body.
    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(text) => Self::new(status, "application/json", text),
            Err(error) => {
                Self::new(500, "text/plain; charset=utf-8", format!("the sandbox could not write JSON: {error}"))
            }
        }
    }

    /// A JSON body `{"data": ...}` with status 200: the gateway's success envelope.
    pub(crate) fn data(data: &impl Serialize) -> Self {
        Self::json(200, &BTreeMap::from([("data", data)]))
    }

    /// Sends the browser elsewhere with a GET.
    pub(crate) fn see_other(location: &str) -> Self {
        Self::new(303, "text/plain; charset=utf-8", String::new()).with_header("Location", location)
    }

    /// The response with one more header.
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// An action of the server besides answering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Effect {
    /// Print a line.
    Log {
        /// The line.
        line: String,
    },
    /// POST a callback, and report the outcome under this number.
    Deliver {
        /// Number of the attempt, to report the outcome with.
        attempt: u64,
        /// Where to.
        url: String,
        /// The signing headers and the content type.
        headers: Vec<(&'static str, String)>,
        /// The exact text that was signed.
        body: String,
    },
}
