//! What the Worker creates: validated parameters, ready to be sent.

use citrn::json::{Json, Object};
use serde::Serialize;

use crate::{
    addresses::Address,
    checkout::link::{Link, NewLink},
    payments::Payment,
    problem::Reconcile,
};

/// Something to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Creation {
    /// A redirect payment.
    Payment(Payment),
    /// A deposit address.
    Address(Address),
    /// A link to the checkout.
    Link(NewLink),
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
        if let Some(link) = object.get("Link") {
            return NewLink::read(link).map(Creation::Link);
        }
        let address = of("Address")?;
        Some(Creation::Address(Address {
            foreign_id: text(&address, "foreign_id")?,
            currency: text(&address, "currency")?,
            convert_to: text(&address, "convert_to"),
        }))
    }

    /// What to reconcile by when its outcome is unknown.
    #[must_use]
    pub fn reference(&self) -> Reconcile {
        let (Creation::Payment(Payment { foreign_id, .. })
        | Creation::Address(Address { foreign_id, .. })
        | Creation::Link(NewLink { link: Link { foreign_id, .. }, .. })) = self;
        Reconcile { name: "foreign_id".into(), value: foreign_id.clone() }
    }
}
