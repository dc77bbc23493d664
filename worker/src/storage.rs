//! Durable Objects: their database, its migrations, and their alarms.

pub mod object;
pub mod schema;
pub mod sql;
