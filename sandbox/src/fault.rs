//! Requested faults for the next calls of an endpoint: documented errors, bad responses and broken connections.

use core::time::Duration;

use citrn::{Endpoint, ErrorCode, endpoints};
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
#[non_exhaustive]
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

/// A fault of the next calls, as in the control calls.
///
/// It happens to the reply of a call that is carried out (latency, stall, broken connection or body), or instead of the
/// call (429, 5xx, HTML, redirect). `executes` inverts that.
///
/// ```
/// use citrn::{Client, Code, ErrorCode, Executed, endpoints::{CreateWithdrawal, Ping, TakeAddress}};
/// use citrn_sandbox::{Fault, FaultKind, Gateway};
/// use pollster::block_on;
///
/// let gateway = Gateway::new("shop");
/// let citrn = Client::new(gateway.clone(), gateway.config())?;
///
/// // A timeout: the gateway may have paid out. No real time passes.
/// gateway.fund("USDTT", "100")?;
/// gateway.inject(Fault::new(FaultKind::Stall).on::<CreateWithdrawal>())?;
/// let payout = CreateWithdrawal::new("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "payout-881", "25", "USDTT");
/// let error = block_on(citrn.call(&payout, Default::default())).unwrap_err();
/// assert_eq!((error.code(), error.executed()), (&Code::Timeout, Executed::Unknown));
///
/// // A rate limit, which the client waits for:
/// gateway.inject(Fault::new(FaultKind::RateLimit).retry_after("20"))?;
/// assert!(block_on(citrn.call(&Ping::new(), Default::default())).is_ok());
///
/// // A documented code:
/// gateway.inject(Fault::code(ErrorCode::NetworkNotAvailable).on::<TakeAddress>())?;
/// let error = block_on(citrn.call(&TakeAddress::new("user-17", "USDTT"), Default::default())).unwrap_err();
/// assert_eq!(error.code(), &Code::Gateway(ErrorCode::NetworkNotAvailable));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
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

/// How to make one in Rust.
impl Fault {
    /// Creates a fault of the next call, to any endpoint.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self {
            endpoint: any(),
            kind,
            times: once(),
            code: None,
            status: None,
            retry_after: None,
            location: None,
            latency_ms: 0,
            executes: None,
        }
    }

    /// Creates the refusal of the next call with a documented code.
    #[must_use]
    pub fn code(code: ErrorCode) -> Self {
        Self { code: Some(code.as_str().to_owned()), ..Self::new(Kind::ErrorCode) }
    }

    /// Limits the fault to one endpoint.
    #[must_use]
    pub fn on<E: Endpoint>(self) -> Self {
        Self { endpoint: E::SPEC.path.trim_start_matches('/').to_owned(), ..self }
    }

    /// Sets the number of calls that it affects, from 1.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// Sets the HTTP status of a reply that replaces the call's, from 200 to 599.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Sets the header `Retry-After`: seconds, or an HTTP date.
    #[must_use]
    pub fn retry_after(self, value: impl Into<String>) -> Self {
        Self { retry_after: Some(value.into()), ..self }
    }

    /// Sets the header `Location` of a redirect.
    #[must_use]
    pub fn location(self, url: impl Into<String>) -> Self {
        Self { location: Some(url.into()), ..self }
    }

    /// Sets the time before the reply, in whole milliseconds, up to an hour.
    #[must_use]
    pub fn latency(self, latency: Duration) -> Self {
        Self { latency_ms: u64::try_from(latency.as_millis()).unwrap_or(u64::MAX), ..self }
    }

    /// Sets whether the call is carried out before its reply is spoilt.
    #[must_use]
    pub fn executes(self, executes: bool) -> Self {
        Self { executes: Some(executes), ..self }
    }
}

impl Fault {
    /// Whether the call is carried out before its response is spoilt.
    pub(crate) fn is_executed(&self) -> bool {
        self.kind != Kind::ErrorCode && self.executes.unwrap_or(self.replacement().is_none())
    }

    /// Returns the documented code that the fault forces, if any.
    pub(crate) fn forced_code(&self) -> Option<ErrorCode> {
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
    pub(crate) fn apply(&self, response: Response, origin: &str, form: &Form) -> Response {
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
    pub(crate) fn check(&mut self) -> Result<(), String> {
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
