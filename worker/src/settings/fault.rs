//! Faults of settings.

use core::fmt;

use crate::http::{Cause, Problem};

/// A setting that is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The setting.
    pub name: &'static str,
    /// The fault and its remedy, without any secret.
    problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.problem)
    }
}

impl Fault {
    /// Returns a fault. `problem` follows the name in the sentence, without a final full stop.
    pub(super) fn new(name: &'static str, problem: impl Into<String>) -> Self {
        Self { name, problem: problem.into() }
    }

    /// Returns the problem of a request that needs these settings. Its field is the first of them.
    pub fn problem<'a>(faults: impl IntoIterator<Item = &'a Fault>) -> Problem {
        let faults: Vec<&Fault> = faults.into_iter().collect();
        let sentences: Vec<String> = faults.iter().map(|fault| format!("{fault}.")).collect();
        let mut problem = Problem::new(Cause::InvalidConfiguration, sentences.join(" "));
        problem.field = faults.first().map(|fault| fault.name.to_owned());
        problem
    }
}
