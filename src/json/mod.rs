//! JSON that keeps its source text, so that no digit is lost. A text is scanned once.

mod scan;
mod tree;
mod write;

pub use tree::{Document, Json, Object, Unreadable};
pub(crate) use write::Writer;
