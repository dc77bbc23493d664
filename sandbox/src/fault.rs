//! Faults on demand, for the next calls of an endpoint: documented errors, bad responses and broken connections.

use citrn::{ErrorCode, endpoints};
use serde::{Deserialize, Serialize};

use crate::{
    http::{Interruption, Response},
    refusal::{coded, status},
};

/// Faults that wait for their calls, at most.
pub const CAPACITY: usize = 1_000;

/// Longest delay that can be asked for: an hour.
const MAX_LATENCY_MS: u64 = 3_600_000;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One of the 19 documented codes, after a successful authentication.
    ErrorCode,
    /// Nothing but the delay of `latency_ms`.
    Latency,
    /// The headers are sent, and then nothing more.
    Stall,
    /// The connection is closed before the response.
    SeverBefore,
    /// The connection is closed in the middle of the body.
    SeverDuring,
    /// 429, with `Retry-After` if asked for.
    RateLimit,
    /// A 5xx status with a JSON body that holds no code.
    ServerError,
    /// A proxy's error page.
    Html,
    /// JSON that is cut off in the middle.
    TruncatedJson,
    /// JSON announced as HTML.
    WrongContentType,
    /// No body at all.
    EmptyBody,
    /// A redirect.
    Redirect,
}

/// A fault, as it is asked for and listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Path of the endpoint below the base URL, such as `payments/create-payment`; `*` is any.
    #[serde(default = "any")]
    pub endpoint: String,
    /// What goes wrong.
    pub kind: Kind,
    /// For how many calls.
    #[serde(default = "once")]
    pub times: u32,
    /// The code, for `error_code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The HTTP status, where another one than the usual is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The header `Retry-After`: seconds or an HTTP date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<String>,
    /// The header `Location`, for `redirect`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Milliseconds before the response; goes with every kind.
    #[serde(default)]
    pub latency_ms: u64,
    /// Whether the call is carried out before its response goes wrong. Left out, it is for what happens to a response on
    /// its way, and is not for what takes a response's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executes: Option<bool>,
}

fn any() -> String {
    "*".to_owned()
}

/// One call is the default.
pub fn once() -> u32 {
    1
}

impl Fault {
    /// Whether the call is carried out before its response goes wrong.
    pub fn executes(&self) -> bool {
        self.kind != Kind::ErrorCode
            && self
                .executes
                .unwrap_or(!matches!(self.kind, Kind::RateLimit | Kind::ServerError | Kind::Html | Kind::Redirect))
    }

    /// The documented code that is forced, if one is.
    pub fn forced_code(&self) -> Option<ErrorCode> {
        self.code.as_deref().filter(|_| self.kind == Kind::ErrorCode).map(ErrorCode::from)
    }

    /// What becomes of a response.
    pub fn apply(&self, mut response: Response, origin: &str) -> Response {
        let json = |status, body: &str| Response::new(status, "application/json", body.to_owned());
        match self.kind {
            Kind::Latency => {}
            Kind::ErrorCode => {
                if let Some(code) = self.forced_code() {
                    response = coded(self.status.unwrap_or(status(&code)), &code);
                }
            }
            Kind::Stall => response.transport.interruption = Some(Interruption::Stall),
            Kind::SeverBefore => response.transport.interruption = Some(Interruption::SeverBefore),
            Kind::SeverDuring => response.transport.interruption = Some(Interruption::SeverDuring),
            Kind::RateLimit => {
                response =
                    json(self.status.unwrap_or(429), r#"{"error":"Too many requests","code":"too_many_requests"}"#);
            }
            Kind::ServerError => {
                response = json(self.status.unwrap_or(500), r#"{"error":"Internal server error"}"#);
            }
            Kind::Html => {
                let page = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>".to_owned();
                response = Response::new(self.status.unwrap_or(502), "text/html; charset=utf-8", page);
            }
            Kind::TruncatedJson => {
                response.body = response.body.chars().take(response.body.chars().count() / 2).collect()
            }
            Kind::WrongContentType => {
                for (name, value) in &mut response.headers {
                    if *name == "Content-Type" {
                        "text/html; charset=utf-8".clone_into(value);
                    }
                }
            }
            Kind::EmptyBody => response.body.clear(),
            Kind::Redirect => {
                let location = self.location.clone().unwrap_or_else(|| format!("{origin}/"));
                response = json(self.status.unwrap_or(302), "").with_header("Location", location);
            }
        }
        if let Some(wait) = &self.retry_after {
            response = response.with_header("Retry-After", wait.clone());
        }
        response.transport.delay_ms = self.latency_ms;
        response
    }

    /// What is wrong with a fault as it was asked for.
    ///
    /// # Errors
    /// A sentence that names the field.
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
            (_, Some(_)) => return Err("`code` goes with the kind `error_code` only".to_owned()),
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

/// Uses up the oldest of the waiting faults that an endpoint with this path has.
pub fn take(waiting: &mut Vec<Fault>, path: &str) -> Option<Fault> {
    let path = path.trim_start_matches('/');
    let place = waiting.iter().position(|fault| fault.endpoint == "*" || fault.endpoint == path)?;
    let fault = waiting.get_mut(place)?;
    fault.times = fault.times.saturating_sub(1);
    let taken = fault.clone();
    if taken.times == 0 {
        waiting.remove(place);
    }
    Some(taken)
}
