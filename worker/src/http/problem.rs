//! Everything that did not go well, as a caller reads it: `application/problem+json` (RFC 9457).
//!
//! Every problem answers three questions: what happened (`code`, stable, and `detail` for a person), did anything
//! execute (`executed`), is it worth repeating (`retryable`). worker/PROBLEMS.md lists the codes for callers.

mod cause;
mod check;
mod details;
#[cfg(test)]
mod last_resort;
mod render;

use core::ops::{Deref, DerefMut};

pub use cause::Cause;
pub use check::Check;
pub use details::{Details, Reconcile};

/// Why a request was not answered as asked.
#[derive(Debug, Clone)]
pub struct Problem(Box<Details>);

impl Problem {
    /// A problem that the Worker found before anything was sent.
    #[must_use]
    pub fn new(cause: Cause, detail: impl Into<String>) -> Self {
        let (status, code, title) = cause.describe();
        Self::from(Details::new(status, code, title, detail.into()))
    }

    /// Returns the details.
    #[must_use]
    pub fn into_details(self) -> Box<Details> {
        self.0
    }

    /// Names the parameter or setting.
    #[must_use]
    pub fn about(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
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
