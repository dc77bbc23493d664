//! Everything that did not go well, as a caller reads it: `application/problem+json` (RFC 9457).
//!
//! Every problem answers three questions: what happened (`code`, stable, and `detail` for a person), did anything
//! execute (`executed`), is it worth repeating (`retryable`). worker/PROBLEMS.md lists the codes for callers.

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

/// Why a request was not answered as asked.
#[derive(Debug, Clone)]
pub struct Problem(Box<Details>);

impl Problem {
    /// A problem that the Worker found before anything was sent.
    pub fn new(cause: Cause, detail: impl Into<String>) -> Self {
        let (status, code, title) = cause.describe();
        Self::from(Details::new(status, code, title, detail.into()))
    }

    /// A parameter that is invalid. `why` follows its name.
    pub fn invalid(name: &'static str, why: &str) -> Self {
        Self::new(Cause::InvalidParameter, format!("{name} {why}")).about(name)
    }

    /// Returns the details.
    pub fn into_details(self) -> Box<Details> {
        self.0
    }

    /// Names the parameter or setting.
    #[must_use]
    pub fn about(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says that the identical request is safe to repeat and may help.
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

/// The details of a problem. All but the checks and headers, which belong to one response, can be stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Details {
    /// The HTTP status of the answer.
    pub status: u16,
    /// What happened, as programs compare it.
    pub code: String,
    /// What happened, the same words for every problem of its code.
    pub title: Cow<'static, str>,
    /// What is wrong here and what to do, for a person. It holds no secret.
    pub detail: String,
    /// Whether the gateway carried anything out.
    #[serde(with = "ExecutedText")]
    pub executed: Executed,
    /// Whether the identical request is safe to repeat and may help.
    pub retryable: bool,
    /// How long to wait before that, if it is known: the header `Retry-After`.
    #[serde(default, serialize_with = "write_wait", deserialize_with = "read_wait")]
    pub retry_after: Option<Duration>,
    /// The parameter or setting that is wrong.
    pub field: Option<String>,
    /// The parameter to reconcile by if the outcome is unknown.
    pub reference: Option<Reconcile>,
    /// What `/readyz` found.
    #[serde(skip)]
    pub checks: Vec<Check>,
    /// The status that the gateway answered with: for the log, not for the caller.
    pub gateway_status: Option<u16>,
    /// Whether `type` has a heading of the code's own name, which a gateway's own reason has not.
    pub of_the_gateway: bool,
    /// Further headers.
    #[serde(skip)]
    pub headers: Vec<(&'static str, String)>,
}

impl Details {
    /// The details of a problem before which nothing was executed.
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

/// [`Executed`] as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Executed", rename_all = "lowercase")]
enum ExecutedText {
    No,
    // Anything else than "no" is unknown.
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

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check {
    /// What was checked.
    pub name: &'static str,
    /// Whether all is well.
    pub ok: bool,
    /// What is not, as programs compare it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What is not, for the operator: only told to a holder of a token, or on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_of_a_problem_is_read_again() {
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
