//! The refusal of a control call.

use core::fmt;

/// Why a control call was refused. It has changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ControlError {
    /// The HTTP status that the served sandbox answers with: 400, 404 or 409.
    pub status: u16,
    /// What is wrong, with the field if it is one.
    pub message: String,
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for ControlError {}
