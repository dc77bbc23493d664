//! Definitions of endpoints: the rows of one table, which the client, the npm methods, the sandbox's routes and the
//! docs share.

mod currencies;
mod declare;
mod extra;
mod rule;
mod spec;

pub use currencies::Currencies;
pub(crate) use declare::{debug_field, default_without_required, endpoint, rule_type};
pub use extra::ExtraFields;
pub(crate) use extra::too_large;
pub use rule::{Parameter, Rule};
pub use spec::{Endpoint, EndpointSpec, Fields, Method, Value};

pub use crate::{kind::Kind, url::Host};
