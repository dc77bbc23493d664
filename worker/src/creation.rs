//! What the Worker creates: validated parameters, ready to be sent.

use serde::{Deserialize, Serialize};

use crate::{
    addresses::Address,
    checkout::link::{Link, NewLink},
    payments::Payment,
    problem::Reconcile,
};

/// Something to create.
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
    /// What to reconcile by when its outcome is unknown.
    #[must_use]
    pub fn reference(&self) -> Reconcile {
        let (Creation::Payment(Payment { foreign_id, .. })
        | Creation::Address(Address { foreign_id, .. })
        | Creation::Link(NewLink { link: Link { foreign_id, .. }, .. })) = self;
        Reconcile { name: "foreign_id".into(), value: foreign_id.clone() }
    }
}
