//! The states of a delivery, as the database and lists write them.

/// To be attempted.
pub(super) const PENDING: &str = "pending";
/// To be attempted after an earlier event of the same transaction.
pub(super) const WAITING: &str = "waiting";
/// The merchant took it.
pub(super) const DELIVERED: &str = "delivered";
/// Given up after three days.
pub(super) const PARKED: &str = "parked";

/// Those that another attempt follows.
pub(super) const UNSETTLED: [&str; 2] = [PENDING, WAITING];

/// All of them.
pub const ALL: [&str; 4] = [PENDING, WAITING, DELIVERED, PARKED];
