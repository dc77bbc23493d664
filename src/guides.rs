//! Guides with longer examples, which run as doc tests.

#[doc = include_str!("../docs/paying-out.md")]
pub mod paying_out {}
