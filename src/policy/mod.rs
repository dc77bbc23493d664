//! What stands between a prepared request and the transport: one deadline over all attempts, and the retries.

pub(crate) mod deadline;
pub(crate) mod retry;
pub(crate) mod retry_after;
