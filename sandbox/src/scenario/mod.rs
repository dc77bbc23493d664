//! Scenarios: named courses of events, each with the callbacks that it sends and what a correct shop has credited at
//! its end.
//!
//! The data assume the default settings of the currencies, and a shop that answers each callback with 200.

mod callbacks;
mod course;
mod deposits;
mod run;
mod withdrawals;

pub use course::{Action, Balance, Change, Scenario, Step};
pub use run::{CAPACITY as RUNS, Run};

/// All scenarios.
pub const ALL: &[&Scenario] = &[
    &deposits::BELOW_MINIMUM,
    &deposits::CROSS_CURRENCY,
    &deposits::SEVERAL,
    &deposits::CANCELLED_LATER,
    &withdrawals::DECLINED,
    &withdrawals::APPROVED,
    &withdrawals::WITHOUT_AMOUNTS,
    &callbacks::PAYMENT_REQUEST,
    &callbacks::TWICE,
    &callbacks::OUT_OF_ORDER,
    &callbacks::LATE,
    &callbacks::ESCAPES,
];

/// Returns the scenario with this name.
pub fn named(name: &str) -> Option<&'static Scenario> {
    ALL.iter().copied().find(|scenario| scenario.name == name)
}
