//! Reply profiles: the forms in which the gateway may write replies, refusals and callbacks.
//!
//! Citron documents few of its replies. Each profile is a set of [switches](Form) that is plausible for Citron or was
//! documented by the CoinsPaid family, so that a shop can be rehearsed against all of them.

mod form;
mod random;
mod render;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use form::{CodeEnvelope, CodeStatus, Fees, FieldErrors, Form, Ids, MemoName, PaymentNames, Ping, Schedule};
pub use render::{AmountValue, ConfirmationsField, IdValue, MemoField};

use crate::identity::Identity;

/// The form of everything that the gateway writes.
///
/// Citron documents few of its replies; each profile is plausible for it, and a shop should work under all of them.
/// [The sandbox's page](https://github.com/citrn/citrn/blob/main/sandbox/README.md#reply-profiles) compares them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Profile {
    /// Citron's older documentation.
    #[serde(rename = "documented-old")]
    DocumentedOld,
    /// Citron's newer documentation.
    #[default]
    #[serde(rename = "documented-new")]
    DocumentedNew,
    /// The first version of the CoinsPaid family's API.
    #[serde(rename = "family-2020")]
    Family2020,
    /// The CoinsPaid family's API as documented in 2026.
    #[serde(rename = "family-2026")]
    Family2026,
    /// A mixture that the client tolerates. The seed decides every switch.
    #[serde(rename = "random")]
    Random,
}

impl Profile {
    /// All profiles.
    pub const ALL: &'static [Self] =
        &[Self::DocumentedOld, Self::DocumentedNew, Self::Family2020, Self::Family2026, Self::Random];

    /// Returns the form of this profile.
    pub(crate) fn form(self, identity: &Identity) -> Form {
        match self {
            Self::DocumentedOld => Form::DOCUMENTED_OLD,
            Self::DocumentedNew => Form::DOCUMENTED_NEW,
            Self::Family2020 => Form::FAMILY_2020,
            Self::Family2026 => Form::FAMILY_2026,
            Self::Random => random::draw(identity),
        }
    }

    /// Returns all profiles with their forms.
    pub(crate) fn forms(identity: &Identity) -> BTreeMap<Self, Form> {
        Self::ALL.iter().map(|profile| (*profile, profile.form(identity))).collect()
    }
}
