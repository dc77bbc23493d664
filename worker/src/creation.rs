//! Creations: validated parameters of what the Worker creates, and the calls that create it.
//!
//! Their JSON is stored as a fingerprint of a key, so that a changed name would refuse keys in use.

use std::rc::Rc;

use citrn::{
    CallOptions, Client, Endpoint, Platform,
    endpoints::{CreatePayment, TakeAddress},
};
use serde::{Deserialize, Serialize};

#[cfg(test)]
use crate::documentation::openapi::{LONGEST_FOREIGN_ID, foreign_id_pattern};
use crate::{
    bindings::Runtime,
    checkout::{
        link::{Link, NewLink},
        links,
    },
    gateway,
    http::{Answer, Problem, Record, problem::Reconcile},
    settings::Settings,
};

/// A payment to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Payment {
    /// The merchant's id of the user who pays.
    #[cfg_attr(test, schemars(extend("minLength" = 1, "maxLength" = LONGEST_FOREIGN_ID, "pattern" = foreign_id_pattern(), "examples" = ["user-17"])))]
    pub foreign_id: String,
    /// Currency code.
    #[cfg_attr(test, schemars(extend("minLength" = 1, "examples" = ["USDTT"])))]
    pub coin_name: String,
    /// Where the payer goes afterwards: https, without credentials, of an origin that the setting ALLOWED_RETURN_ORIGINS
    /// lists.
    #[cfg_attr(test, schemars(extend("format" = "uri", "examples" = ["https://shop.example/thanks"])))]
    pub return_url: String,
}

/// An address to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Address {
    /// The customer.
    #[cfg_attr(test, schemars(extend("minLength" = 1, "maxLength" = LONGEST_FOREIGN_ID, "pattern" = foreign_id_pattern(), "examples" = ["user-17"])))]
    pub foreign_id: String,
    /// Currency code.
    #[cfg_attr(test, schemars(extend("minLength" = 1, "examples" = ["USDTT"])))]
    pub currency: String,
    /// The currency into which what arrives is exchanged.
    #[cfg_attr(test, schemars(extend("minLength" = 1, "examples" = ["EUR"])))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convert_to: Option<String>,
}

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
    pub fn reference(&self) -> Reconcile {
        let (Creation::Payment(Payment { foreign_id, .. })
        | Creation::Address(Address { foreign_id, .. })
        | Creation::Link(NewLink { link: Link { foreign_id, .. }, .. })) = self;
        Reconcile { name: "foreign_id".into(), value: foreign_id.clone() }
    }
}

/// Creates what requests ask for.
pub struct Creator<P> {
    /// The runtime.
    pub platform: P,
    /// The settings.
    pub settings: Rc<Settings<P>>,
}

impl<P: Runtime> Creator<P> {
    /// Calls the gateway, or stores a link.
    pub async fn create(&self, creation: &Creation, record: &mut Record) -> Result<Answer, Problem> {
        match creation {
            Creation::Payment(payment) => create_payment(self.settings.client()?, payment, record).await,
            Creation::Address(address) => take_address(self.settings.client()?, address, record).await,
            Creation::Link(new) => links::make(&self.platform, self.settings.checkout()?, new.clone()).await,
        }
    }
}

/// What is answered with 201.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Created {
    /// The gateway's id of the session; null when it gave none.
    session_id: Option<String>,
    /// Where to send the payer.
    redirect_url: String,
}

async fn create_payment<P: Platform>(
    client: &Client<P>,
    payment: &Payment,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let call = CreatePayment::new(&payment.foreign_id, &payment.coin_name, &payment.return_url);
    let reply = gateway::call(client, CreatePayment::SPEC, &call.fields(), CallOptions::default(), record).await?;
    Answer::json(201, &Created { session_id: reply.text("session_id"), redirect_url: reply.required("redirect_url") })
}

/// What is answered with 200.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Taken {
    /// The address to show to the payer.
    address: String,
    /// What the payer must send along, or the money is lost; null when there is nothing.
    memo: Option<String>,
    /// The currency, as the gateway writes it.
    currency: String,
    /// The customer.
    foreign_id: String,
}

async fn take_address<P: Platform>(
    client: &Client<P>,
    address: &Address,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let call = TakeAddress::new(&address.foreign_id, &address.currency);
    let call = match &address.convert_to {
        Some(convert_to) => call.convert_to(convert_to),
        None => call,
    };
    let reply = gateway::call(client, TakeAddress::SPEC, &call.fields(), CallOptions::default(), record).await?;
    Answer::json(
        200,
        &Taken {
            address: reply.required("address"),
            memo: reply.text("memo").filter(|memo| !memo.is_empty()),
            // No shape of the reply is documented: what it leaves out is what was asked for.
            currency: reply.text("currency").unwrap_or_else(|| address.currency.clone()),
            foreign_id: reply.text("foreign_id").unwrap_or_else(|| address.foreign_id.clone()),
        },
    )
}
