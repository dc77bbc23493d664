//! Scenarios: named courses of events, each with the callbacks that it sends and what a correct shop has credited at
//! its end.
//!
//! The data assume the default settings of the currencies, and a shop that answers each callback with 200.

mod course;
mod deposits;
mod run;

pub use course::{Action, Balance, Scenario, Step};
pub use run::{CAPACITY as RUNS, Run};

/// All scenarios.
pub const ALL: &[&Scenario] = &[&deposits::SEVERAL, &deposits::TWICE];

/// Returns the scenario with this name.
pub fn named(name: &str) -> Option<&'static Scenario> {
    ALL.iter().copied().find(|scenario| scenario.name == name)
}
