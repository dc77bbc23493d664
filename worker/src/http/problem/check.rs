//! A check of `/readyz`.

use serde::Serialize;

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check {
    /// What was checked.
    pub name: &'static str,
    /// Whether all is well.
    pub ok: bool,
    /// What is not, as programs compare it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What is not, for the operator: only told to a holder of a token, or on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
