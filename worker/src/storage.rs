//! Durable Objects: their databases, migrations and alarms.

pub mod object;
pub mod schema;
pub mod sql;
