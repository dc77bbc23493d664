//! What the Worker creates at the gateway: validated parameters, ready to be sent.

use citrn::{Client, Platform};
use serde::{Deserialize, Serialize};

use crate::{
    addresses::{self, Address},
    answer::Answer,
    log::Record,
    payments::{self, Payment},
    problem::{Problem, Reconcile},
};

/// Something to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Creation {
    /// A redirect payment.
    Payment(Payment),
    /// A deposit address.
    Address(Address),
}

impl Creation {
    /// Calls the gateway.
    ///
    /// # Errors
    /// Whatever the gateway made of it.
    pub async fn perform<P: Platform>(&self, client: &Client<P>, record: &mut Record) -> Result<Answer, Problem> {
        match self {
            Creation::Payment(payment) => payments::create(client, payment, record).await,
            Creation::Address(address) => addresses::take(client, address, record).await,
        }
    }

    /// What to reconcile by when its outcome is unknown.
    #[must_use]
    pub fn reference(&self) -> Reconcile {
        let (Creation::Payment(Payment { foreign_id, .. }) | Creation::Address(Address { foreign_id, .. })) = self;
        Reconcile { name: "foreign_id".into(), value: foreign_id.clone() }
    }
}
