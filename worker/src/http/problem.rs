//! Problem responses: `application/problem+json` (RFC 9457).
//!
//! A problem states the reason (`code`, which is stable, and `detail` for people), whether the gateway executed
//! anything (`executed`), and whether a retry may help (`retryable`). worker/PROBLEMS.md documents the codes.

mod cause;
#[cfg(test)]
mod last_resort;

use core::{
    ops::{Deref, DerefMut},
    time::Duration,
};
use std::borrow::Cow;

use citrn::Executed;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use cause::Cause;

/// The reason for an error response.
#[derive(Debug, Clone)]
pub struct Problem(Box<Details>);

impl Problem {
    /// Returns a problem that the Worker detected before it sent anything.
    pub fn new(cause: Cause, detail: impl Into<String>) -> Self {
        let (status, code, title) = cause.describe();
        Self::from(Details::new(status, code, title, detail.into()))
    }

    /// Returns the problem about an invalid parameter. The detail is its name followed by `why`.
    pub fn invalid(name: &'static str, why: &str) -> Self {
        Self::new(Cause::InvalidParameter, format!("{name} {why}")).about(name)
    }

    /// Returns the details.
    pub fn into_details(self) -> Box<Details> {
        self.0
    }

    /// Sets the parameter or setting that is wrong.
    #[must_use]
    pub fn about(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Marks the identical request as safe to repeat and possibly successful.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl From<Details> for Problem {
    fn from(details: Details) -> Self {
        Self(Box::new(details))
    }
}

impl Deref for Problem {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Problem {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

/// The details of a problem. They can be stored, except for the checks and headers, which belong to one response.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Details {
    /// The HTTP status of the answer.
    pub status: u16,
    /// The reason, for programs to compare.
    pub code: String,
    /// The summary of the reason, which depends only on the code.
    pub title: Cow<'static, str>,
    /// The explanation with the remedy, for people. It contains no secret.
    pub detail: String,
    /// Whether the gateway carried anything out.
    #[serde(with = "ExecutedText")]
    pub executed: Executed,
    /// Whether the identical request is safe to repeat and may help.
    pub retryable: bool,
    /// The wait before a retry, if it is known: the header `Retry-After`.
    #[serde(default, serialize_with = "write_wait", deserialize_with = "read_wait")]
    pub retry_after: Option<Duration>,
    /// The parameter or setting that is wrong.
    pub field: Option<String>,
    /// The parameter to reconcile by if the outcome is unknown.
    pub reference: Option<Reconcile>,
    /// The checks of `/readyz`.
    #[serde(skip)]
    pub checks: Vec<Check>,
    /// The status of the gateway's response, for the log only.
    pub gateway_status: Option<u16>,
    /// Whether the code is a reason of the gateway. Those share one heading of worker/PROBLEMS.md.
    pub of_the_gateway: bool,
    /// Further headers.
    #[serde(skip)]
    pub headers: Vec<(&'static str, String)>,
}

impl Details {
    /// Returns the details of a problem before which nothing was executed.
    pub(crate) fn new(status: u16, code: &str, title: impl Into<Cow<'static, str>>, detail: String) -> Self {
        Self {
            status,
            code: code.to_owned(),
            title: title.into(),
            detail,
            executed: Executed::No,
            retryable: false,
            retry_after: None,
            field: None,
            reference: None,
            checks: Vec::new(),
            gateway_status: None,
            of_the_gateway: false,
            headers: Vec::new(),
        }
    }
}

/// The parameter by which to reconcile a call whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconcile {
    /// `foreign_id` or `quote_id`.
    pub name: Cow<'static, str>,
    /// Its value in the call.
    pub value: String,
}

/// The stored form of [`Executed`].
#[derive(Serialize, Deserialize)]
#[serde(remote = "Executed", rename_all = "lowercase")]
enum ExecutedText {
    No,
    // Any other text is read as unknown.
    #[serde(other)]
    Unknown,
}

fn write_wait<S: Serializer>(wait: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match wait {
        Some(wait) => serializer.serialize_some(&u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        None => serializer.serialize_none(),
    }
}

fn read_wait<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    Option::deserialize(deserializer).map(|wait| wait.map(Duration::from_millis))
}

/// The result of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check {
    /// The name of the check.
    pub name: &'static str,
    /// Whether it passed.
    pub ok: bool,
    /// The finding, for programs to compare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The finding, for the operator. Only holders of a token and local callers receive it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// When the latest new callback was stored, in the check `callbacks`.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_at: Option<String>,
    /// How many callbacks with an invalid signature this instance of the Worker received, in the check `callbacks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_signatures: Option<u32>,
    /// The origins that payers may return to, in the check `settings`. Only holders of a token receive them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_origins: Option<Vec<String>>,
    /// The endpoint that callbacks are delivered to, in the check `deliveries`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
}

impl Check {
    /// Returns the result of a check, with the code and the detail of its finding.
    pub fn new(name: &'static str, ok: bool, finding: Option<(&str, String)>) -> Self {
        let (code, detail) = finding.map(|(code, detail)| (code.to_owned(), detail)).unzip();
        Self { name, ok, code, detail, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_details_are_restored_completely() {
        let mut problem = Problem::new(Cause::OutcomeUnknown, "so \"it\" is").about("x");
        let mut again = || {
            let text = serde_json::to_string(&*problem).unwrap();
            let read = Problem::from(serde_json::from_str::<Details>(&text).unwrap());
            assert_eq!(format!("{read:?}"), format!("{problem:?}"));
            problem.executed = Executed::Unknown;
            problem.retryable = true;
            problem.retry_after = Some(Duration::from_millis(5500));
            problem.reference = Some(Reconcile { name: "foreign_id".into(), value: "user-17".to_owned() });
            problem.gateway_status = Some(500);
            problem.of_the_gateway = true;
            problem.field = None;
        };
        again();
        again();
    }
}
