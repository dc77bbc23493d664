//! The definition of an endpoint: one row of the table that the client, the npm methods, the sandbox's routes and the docs
//! share.

mod currencies;
mod declare;
mod fields;
mod rule;
mod spec;

pub use currencies::Currencies;
pub(crate) use declare::{debug_field, endpoint, rule_type};
pub(crate) use fields::ParameterValue;
pub use fields::{Fields, Value};
pub use rule::{Parameter, Rule};
pub use spec::{Endpoint, EndpointSpec, Host, Method};

pub use crate::kind::Kind;
