//! HTTP: requests, their parameters, answers, problems and the log.

pub mod body;
pub mod log;
pub mod problem;
pub mod query;
pub mod request;
pub mod response;
pub mod route;
pub mod traceparent;

pub use self::{
    log::Record,
    problem::{Cause, Problem},
    request::Incoming,
    response::Answer,
};
