//! Policies of a call: one deadline over all attempts, and retries.

pub(crate) mod deadline;
pub(crate) mod retry;
pub(crate) mod retry_after;
