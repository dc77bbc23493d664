//! Creations: validated parameters of what the Worker creates.
//!
//! Their JSON is stored as a fingerprint of a key, so that a changed name would refuse keys in use.

use serde::{Deserialize, Serialize};

use crate::{
    addresses::Address,
    checkout::link::{Link, NewLink},
    payments::Payment,
    problem::Reconcile,
};

/// A creation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Creation {
    /// A redirect payment.
    Payment(Payment),
    /// A deposit address.
    Address(Address),
    /// A link to the checkout.
    Link(NewLink),
}

impl Creation {
    /// Returns the parameter to reconcile by if the outcome is unknown.
    #[must_use]
    pub fn reference(&self) -> Reconcile {
        let (Creation::Payment(Payment { foreign_id, .. })
        | Creation::Address(Address { foreign_id, .. })
        | Creation::Link(NewLink { link: Link { foreign_id, .. }, .. })) = self;
        Reconcile { name: "foreign_id".into(), value: foreign_id.clone() }
    }
}
