//! What the Worker creates at the gateway: validated parameters, ready to be sent.

use citrn::{
    Client, Platform,
    json::{Json, Object},
};
use serde::Serialize;

use crate::{
    addresses::{self, Address},
    answer::Answer,
    log::Record,
    payments::{self, Payment},
    problem::{Problem, Reconcile},
};

/// Something to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Creation {
    /// A redirect payment.
    Payment(Payment),
    /// A deposit address.
    Address(Address),
}

impl Creation {
    /// Reads what was written by [`Serialize`].
    #[must_use]
    pub fn read(json: Json<'_>) -> Option<Self> {
        let object = json.object()?;
        let of = |name| object.get(name).and_then(Json::object);
        let text = |object: &Object<'_>, name| object.string(name);
        if let Some(payment) = of("Payment") {
            return Some(Creation::Payment(Payment {
                foreign_id: text(&payment, "foreign_id")?,
                coin_name: text(&payment, "coin_name")?,
                return_url: text(&payment, "return_url")?,
            }));
        }
        let address = of("Address")?;
        Some(Creation::Address(Address {
            foreign_id: text(&address, "foreign_id")?,
            currency: text(&address, "currency")?,
            convert_to: text(&address, "convert_to"),
        }))
    }

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
