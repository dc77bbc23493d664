//! Requests, responses and effects as plain data. The server around the engine does the I/O.

use std::collections::BTreeMap;

use serde::Serialize;

/// The path prefix of all endpoints.
pub const BASE_PATH: &str = "/api";

/// An HTTP request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `POST` and so on.
    pub method: &'a str,
    /// Path and query, such as `/pay/1?x=y`.
    pub target: &'a str,
    /// Header names, in any case, and values.
    pub headers: &'a [(String, String)],
    /// The exact bytes of the body.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// Returns the first header with this name, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns the target without its query.
    pub(crate) fn path(&self) -> &'a str {
        self.target.split_once('?').map_or(self.target, |(path, _)| path)
    }

    /// Returns the media type of the body in lower case, without parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let value = self.header("content-type")?;
        Some(value.split_once(';').map_or(value, |(kind, _)| kind).trim().to_ascii_lowercase())
    }

    /// Whether the caller prefers JSON to HTML.
    pub(crate) fn prefers_json(&self) -> bool {
        self.header("accept").is_some_and(|accept| accept.contains("application/json") && !accept.contains("text/html"))
    }
}

/// An HTTP response, with faults of its connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// The headers, in this order.
    pub headers: Vec<(&'static str, String)>,
    /// The body, which is always text.
    pub body: String,
    /// Faults of the connection.
    pub transport: Transport,
    /// Whether to send the response only after callbacks in flight and an advance of the clock have finished.
    pub settle: bool,
}

/// Faults of the connection that carries a response.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Transport {
    /// Milliseconds before anything is sent.
    pub delay_ms: u64,
    /// How the connection breaks, if it does.
    pub interruption: Option<Interruption>,
}

/// How a connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Interruption {
    /// The headers are sent, but no body, until the caller gives up.
    Stall,
    /// The connection is closed before the response.
    SeverBefore,
    /// The connection is closed in the middle of the body.
    SeverDuring,
}

impl Response {
    /// Creates a response with a body of this type.
    pub(crate) fn new(status: u16, content_type: &str, body: String) -> Self {
        let headers = vec![("Content-Type", content_type.to_owned()), ("Cache-Control", "no-store".to_owned())];
        Self { status, headers, body, transport: Transport::default(), settle: false }
    }

    /// Creates a response with a JSON body.
    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(text) => Self::new(status, "application/json", text),
            Err(error) => {
                Self::new(500, "text/plain; charset=utf-8", format!("the sandbox could not write JSON: {error}"))
            }
        }
    }

    /// Creates a response with the gateway's success envelope: status 200 and `{"data": ...}`.
    pub(crate) fn data(data: &impl Serialize) -> Self {
        Self::json(200, &BTreeMap::from([("data", data)]))
    }

    /// Creates a redirect that the browser follows with a GET.
    pub(crate) fn see_other(location: &str) -> Self {
        Self::new(303, "text/plain; charset=utf-8", String::new()).with_header("Location", location)
    }

    /// Adds a header.
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// An action of the server besides the response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Effect {
    /// Print a line.
    Log {
        /// The line.
        line: String,
    },
    /// POST a callback, and report its outcome with [`Engine::delivered`](crate::engine::Engine::delivered).
    Deliver {
        /// The number of the attempt, for reporting its outcome.
        attempt: u64,
        /// The callback URL.
        url: String,
        /// The signing headers and the content type.
        headers: Vec<(&'static str, String)>,
        /// The signed text.
        body: String,
    },
}
