//! The definition of an endpoint: one row of the table that the client, the npm methods, the sandbox's routes and the docs
//! share.

mod declare;
mod fields;
mod rule;
mod spec;

pub(crate) use declare::{debug_field, endpoint, rule_type};
pub(crate) use fields::ParameterValue;
pub use fields::{Fields, Value};
pub use rule::{Parameter, Rule};
pub use spec::{EndpointSpec, Host, Method};

pub use crate::kind::Kind;
use crate::reply::FromJson;

/// A call to one endpoint: its parameters, the row of the table it belongs to, and what its reply reads as.
///
/// Implemented by the types in [`crate::endpoints`], one file each.
pub trait Endpoint {
    /// The row of the table.
    const SPEC: &'static EndpointSpec;
    /// What a reply reads as.
    type Reply: FromJson;

    /// The parameters that were given, in the table's order.
    fn fields(&self) -> Fields<'_>;
}
