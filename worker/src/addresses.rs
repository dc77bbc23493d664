//! `POST /v1/addresses`: takes a deposit address. The same `foreign_id` and `currency` give the same one.

use citrn::{CallOptions, Client, Endpoint, Platform, endpoints::TakeAddress};
use serde::{Deserialize, Serialize};

use crate::{
    answer::Answer,
    body::{Parameters, check_foreign_id},
    gateway,
    log::Record,
    problem::{Cause, Problem},
};
#[cfg(test)]
use crate::{checkout::link::LONGEST_FOREIGN_ID, openapi::foreign_id_pattern};

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

/// Reads the body.
///
/// # Errors
/// When it is not exactly `foreign_id`, `currency` and, if wanted, `convert_to`.
pub fn read(body: &[u8]) -> Result<Address, Problem> {
    let parameters = Parameters::read(body, &["foreign_id", "currency", "convert_to"])?;
    if parameters.get("convert_to") == Some("") {
        let detail = "convert_to must not be empty; leave it out if nothing is to be exchanged";
        return Err(Problem::new(Cause::InvalidParameter, detail).about("convert_to"));
    }
    let foreign_id = parameters.required("foreign_id")?.to_owned();
    check_foreign_id(&foreign_id)?;
    Ok(Address {
        foreign_id,
        currency: parameters.required("currency")?.to_owned(),
        convert_to: parameters.get("convert_to").map(str::to_owned),
    })
}

/// Takes the address.
///
/// # Errors
/// Whatever the gateway made of it.
pub async fn take<P: Platform>(client: &Client<P>, address: &Address, record: &mut Record) -> Result<Answer, Problem> {
    let call = TakeAddress::new(&address.foreign_id, &address.currency);
    let call = match &address.convert_to {
        Some(convert_to) => call.convert_to(convert_to),
        None => call,
    };
    let reply = gateway::call(client, TakeAddress::SPEC, &call.fields(), CallOptions::default(), record).await?;
    Ok(Answer::json(
        200,
        &Taken {
            address: reply.required("address"),
            memo: reply.text("memo").filter(|memo| !memo.is_empty()),
            // No shape of the reply is documented: what it leaves out is what was asked for.
            currency: reply.text("currency").unwrap_or_else(|| address.currency.clone()),
            foreign_id: reply.text("foreign_id").unwrap_or_else(|| address.foreign_id.clone()),
        },
    ))
}
