//! `POST /v1/payments`: creates a redirect payment.

use citrn::{CallOptions, Client, Endpoint, Platform, endpoints::CreatePayment};
use serde::{Deserialize, Serialize};

use crate::{
    answer::Answer,
    body::{Parameters, check_foreign_id},
    gateway,
    log::Record,
    problem::Problem,
    return_url::AllowedOrigins,
};
#[cfg(test)]
use crate::{checkout::link::LONGEST_FOREIGN_ID, openapi::foreign_id_pattern};

/// What is answered with 201.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Created {
    /// The gateway's id of the session; null when it gave none.
    session_id: Option<String>,
    /// Where to send the payer.
    redirect_url: String,
}

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

/// Reads the body.
///
/// # Errors
/// When it is not exactly `foreign_id`, `coin_name` and `return_url`, or the payer may not be sent there.
pub fn read(body: &[u8], origins: &AllowedOrigins) -> Result<Payment, Problem> {
    let parameters = Parameters::read(body, &["foreign_id", "coin_name", "return_url"])?;
    let foreign_id = parameters.required("foreign_id")?.to_owned();
    check_foreign_id(&foreign_id)?;
    let coin_name = parameters.required("coin_name")?.to_owned();
    let return_url = origins.admit(parameters.required("return_url")?)?;
    Ok(Payment { foreign_id, coin_name, return_url })
}

/// Creates the payment.
///
/// # Errors
/// Whatever the gateway made of it.
pub async fn create<P: Platform>(
    client: &Client<P>,
    payment: &Payment,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let call = CreatePayment::new(&payment.foreign_id, &payment.coin_name, &payment.return_url);
    let reply = gateway::call(client, CreatePayment::SPEC, &call.fields(), CallOptions::default(), record).await?;
    Ok(Answer::json(
        201,
        &Created { session_id: reply.text("session_id"), redirect_url: reply.required("redirect_url") },
    ))
}
