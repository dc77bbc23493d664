//! Durable Objects: their database and its migrations, their alarms, and calls of them.

pub mod object;
pub mod rpc;
pub mod schema;
pub mod sql;
