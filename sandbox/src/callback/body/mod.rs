//! Bodies of callbacks, in the form of a profile (Callback Examples).
//!
//! The documentation shows a deposit with exchange. Other deposits, withdrawals and cancelled transactions have the
//! same fields, as in the CoinsPaid family.

mod deposit;
mod parts;
mod payment_request;
mod withdrawal;

pub(crate) use deposit::deposit;
pub(crate) use payment_request::{PaymentRequest, payment_request};
pub(crate) use withdrawal::withdrawal;
