//! Creations: the validated parameters of payments, addresses and links, and the calls that create them.
//!
//! A hash of their JSON identifies a request under an `Idempotency-Key`, so a renamed field would refuse keys in use.

use std::rc::Rc;

use citrn::{
    CallOptions, Client, Endpoint, Platform,
    endpoint::ExtraFields,
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
    extra::Extra,
    gateway,
    http::{Answer, Problem, Record, problem::Reconcile},
    settings::Settings,
};

/// A payment to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Payment {
    /// The merchant's id of the customer who pays.
    #[cfg_attr(test, schemars(extend("minLength" = 1, "maxLength" = LONGEST_FOREIGN_ID)))]
    #[cfg_attr(test, schemars(extend("pattern" = foreign_id_pattern(), "examples" = ["user-17"])))]
    pub foreign_id: String,
    /// Currency code.
    #[cfg_attr(test, schemars(extend("minLength" = 1, "examples" = ["USDTT"])))]
    pub coin_name: String,
    /// The page that the payer returns to: https, without credentials, with an origin that the setting
    /// ALLOWED_RETURN_ORIGINS lists.
    #[cfg_attr(test, schemars(extend("format" = "uri", "examples" = ["https://shop.example/thanks"])))]
    pub return_url: String,
    /// Further fields for the gateway. Without them, nothing is serialised, so that the hash stays the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
}

/// A deposit address to request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Address {
    /// The merchant's id of the customer.
    #[cfg_attr(test, schemars(extend("minLength" = 1, "maxLength" = LONGEST_FOREIGN_ID)))]
    #[cfg_attr(test, schemars(extend("pattern" = foreign_id_pattern(), "examples" = ["user-17"])))]
    pub foreign_id: String,
    /// Currency code.
    #[cfg_attr(test, schemars(extend("minLength" = 1, "examples" = ["USDTT"])))]
    pub currency: String,
    /// The currency that deposits are exchanged into.
    #[cfg_attr(test, schemars(extend("minLength" = 1, "examples" = ["EUR"])))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convert_to: Option<String>,
    /// Further fields for the gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
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

/// Creates payments, addresses and links.
pub struct Creator<P> {
    /// The runtime.
    pub platform: P,
    /// The settings.
    pub settings: Rc<Settings<P>>,
}

impl<P: Runtime> Creator<P> {
    /// Calls the gateway, or stores a link.
    pub async fn create(&self, creation: &Creation, record: &mut Record) -> Result<Answer, Problem> {
        let settings = &self.settings;
        let extra = |extra: &Option<Extra>| settings.extra()?.fields(extra.as_ref());
        match creation {
            Creation::Payment(payment) => {
                create_payment(settings.client()?, payment, extra(&payment.extra)?, record).await
            }
            Creation::Address(address) => {
                take_address(settings.client()?, address, extra(&address.extra)?, record).await
            }
            Creation::Link(new) => links::create(&self.platform, self.settings.checkout()?, new.clone()).await,
        }
    }
}

/// The created payment.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CreatedPayment {
    /// The gateway's id of the session; null if the gateway returned none.
    session_id: Option<String>,
    /// The page to redirect the payer to.
    redirect_url: String,
}

async fn create_payment<P: Platform>(
    client: &Client<P>,
    payment: &Payment,
    extra: ExtraFields,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let mut call = CreatePayment::new(&payment.foreign_id, &payment.coin_name, &payment.return_url);
    call.extra = extra;
    let reply = gateway::call(client, CreatePayment::SPEC, &call.fields(), CallOptions::default(), record).await?;
    Answer::json(
        201,
        &CreatedPayment { session_id: reply.text("session_id"), redirect_url: reply.required("redirect_url") },
    )
}

/// The deposit address.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct DepositAddress {
    /// The address to show to the payer.
    address: String,
    /// The memo that the payer must send along, or the deposit is lost; null if the address needs none.
    memo: Option<String>,
    /// The currency's code, as the gateway spells it.
    currency: String,
    /// The merchant's id of the customer.
    foreign_id: String,
}

async fn take_address<P: Platform>(
    client: &Client<P>,
    address: &Address,
    extra: ExtraFields,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let mut call = TakeAddress::new(&address.foreign_id, &address.currency);
    call.convert_to.clone_from(&address.convert_to);
    call.extra = extra;
    let reply = gateway::call(client, TakeAddress::SPEC, &call.fields(), CallOptions::default(), record).await?;
    Answer::json(
        200,
        &DepositAddress {
            address: reply.required("address"),
            memo: reply.text("memo").filter(|memo| !memo.is_empty()),
            // Citron does not document the reply: fields that it leaves out are taken from the request.
            currency: reply.text("currency").unwrap_or_else(|| address.currency.clone()),
            foreign_id: reply.text("foreign_id").unwrap_or_else(|| address.foreign_id.clone()),
        },
    )
}
