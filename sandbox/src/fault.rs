//! Requested faults for the next calls of an endpoint: documented errors, bad responses and broken connections.

use citrn::{ErrorCode, endpoints};
use serde::{Deserialize, Serialize};

use crate::{
    http::{Interruption, Response},
    profile::Form,
    refusal::coded,
};

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";

/// The most pending faults.
pub const CAPACITY: usize = 1_000;

/// The longest delay of a fault: an hour.
const MAX_LATENCY_MS: u64 = 3_600_000;

/// The kind of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One of the 19 documented codes, after a successful authentication.
    ErrorCode,
    /// Only the delay of `latency_ms`.
    Latency,
    /// The headers are sent, but no body.
    Stall,
    /// The connection is closed before the response.
    SeverBefore,
    /// The connection is closed in the middle of the body.
    SeverDuring,
    /// 429, with `Retry-After` if it is set.
    RateLimit,
    /// A 5xx status with a JSON body without a code.
    ServerError,
    /// A proxy's error page.
    Html,
    /// JSON that is cut off.
    TruncatedJson,
    /// JSON with the content type of HTML.
    WrongContentType,
    /// An empty body.
    EmptyBody,
    /// A redirect.
    Redirect,
}

/// A fault, as in the control calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Path of the endpoint below the base URL, such as `payments/create-payment`, or `*` for any.
    #[serde(default = "any")]
    pub endpoint: String,
    /// The kind of a fault.
    pub kind: Kind,
    /// The number of calls that it affects.
    #[serde(default = "once")]
    pub times: u32,
    /// The code, for `error_code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The HTTP status, if it differs from the default of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The header `Retry-After`: seconds or an HTTP date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<String>,
    /// The header `Location`, for `redirect`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Milliseconds before the response, for every kind.
    #[serde(default)]
    pub latency_ms: u64,
    /// Whether the call is carried out before its response is spoilt. Default: unless the fault replaces the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executes: Option<bool>,
}

fn any() -> String {
    "*".to_owned()
}

/// The default of `times`.
pub fn once() -> u32 {
    1
}

impl Fault {
    /// Whether the call is carried out before its response is spoilt.
    pub fn executes(&self) -> bool {
        self.kind != Kind::ErrorCode && self.executes.unwrap_or(self.replacement().is_none())
    }

    /// Returns the documented code that the fault forces, if any.
    pub fn forced_code(&self) -> Option<ErrorCode> {
        self.code.as_deref().filter(|_| self.kind == Kind::ErrorCode).map(ErrorCode::from)
    }

    /// Returns the response that replaces the call's, if any.
    fn replacement(&self) -> Option<Response> {
        let (status, content_type, body) = match self.kind {
            Kind::RateLimit => (429, JSON, r#"{"error":"Too many requests","code":"too_many_requests"}"#),
            Kind::ServerError => (500, JSON, r#"{"error":"Internal server error"}"#),
            Kind::Html => (502, HTML, "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>"),
            Kind::Redirect => (302, JSON, ""),
            _ => return None,
        };
        Some(Response::new(status, content_type, body.to_owned()))
    }

    /// Applies the fault to a response.
    pub fn apply(&self, response: Response, origin: &str, form: &Form) -> Response {
        let replacement = self.replacement().or_else(|| self.forced_code().map(|code| coded(&code, form)));
        let mut response = match replacement {
            Some(replacement) => Response { status: self.status.unwrap_or(replacement.status), ..replacement },
            None => response,
        };
        match self.kind {
            Kind::Stall => response.transport.interruption = Some(Interruption::Stall),
            Kind::SeverBefore => response.transport.interruption = Some(Interruption::SeverBefore),
            Kind::SeverDuring => response.transport.interruption = Some(Interruption::SeverDuring),
            Kind::TruncatedJson => {
                response.body = response.body.chars().take(response.body.chars().count() / 2).collect();
            }
            Kind::WrongContentType => {
                let content_type = response.headers.iter_mut().find(|(name, _)| *name == "Content-Type");
                content_type.into_iter().for_each(|(_, value)| HTML.clone_into(value));
            }
            Kind::EmptyBody => response.body.clear(),
            Kind::Redirect => {
                let location = self.location.clone().unwrap_or_else(|| format!("{origin}/"));
                response = response.with_header("Location", location);
            }
            Kind::ErrorCode | Kind::Latency | Kind::RateLimit | Kind::ServerError | Kind::Html => {}
        }
        if let Some(wait) = &self.retry_after {
            response = response.with_header("Retry-After", wait.clone());
        }
        response.transport.delay_ms = self.latency_ms;
        response
    }

    /// Checks a requested fault, and normalises its endpoint. The error is a sentence that names the field.
    pub fn check(&mut self) -> Result<(), String> {
        self.endpoint = match self.endpoint.as_str() {
            "*" => any(),
            path => {
                let path = path.trim_start_matches('/');
                endpoints::by_path(&format!("/{path}"))
                    .ok_or("`endpoint` must be a path such as `payments/create-payment`, or `*` for any")?;
                path.to_owned()
            }
        };
        let coded = self.code.as_deref().map(ErrorCode::from);
        match (self.kind, coded) {
            (Kind::ErrorCode, None) => return Err("`code` is required with the kind `error_code`".to_owned()),
            (_, Some(ErrorCode::Other(_))) => return Err("`code` must be one of the 19 documented codes".to_owned()),
            (Kind::ErrorCode, _) | (_, None) => {}
            (_, Some(_)) => return Err("`code` is for the kind `error_code` only".to_owned()),
        }
        if self.times == 0 {
            return Err("`times` must be 1 or more".to_owned());
        }
        if self.latency_ms > MAX_LATENCY_MS {
            return Err(format!("`latency_ms` must be at most {MAX_LATENCY_MS}"));
        }
        if self.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("`status` must be from 200 to 599".to_owned());
        }
        let header = |value: &Option<String>| {
            value.as_ref().is_some_and(|text| !text.bytes().all(|byte| (32..127).contains(&byte)))
        };
        if header(&self.retry_after) || header(&self.location) {
            return Err("`retry_after` and `location` must be printable ASCII".to_owned());
        }
        Ok(())
    }
}

/// Uses the oldest pending fault for an endpoint with this path.
pub fn take(pending: &mut Vec<Fault>, path: &str) -> Option<Fault> {
    let path = path.trim_start_matches('/');
    let place = pending.iter().position(|fault| fault.endpoint == "*" || fault.endpoint == path)?;
    let fault = pending.get_mut(place)?;
    fault.times = fault.times.saturating_sub(1);
    let taken = fault.clone();
    if taken.times == 0 {
        pending.remove(place);
    }
    Some(taken)
}
