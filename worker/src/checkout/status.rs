//! The live status of a link: its deposits as JSON, and as a stream of server-sent events.
//!
//! Both formats have the deposits of the page, and nothing that the page does not show.

pub mod changes;
pub mod format;
pub mod notifier;
pub mod snapshot;
pub mod stream;
