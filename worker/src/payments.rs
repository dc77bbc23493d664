//! `POST /v1/payments`: creates a redirect payment.

use citrn::{Client, Platform, endpoints::CreatePayment};
use serde::Serialize;

use crate::{answer::Answer, body::Parameters, gateway, log::Record, problem::Problem, return_url::AllowedOrigins};

/// What is answered with 201.
#[derive(Debug, Serialize)]
struct Created<'a> {
    /// The gateway's id of the session; null when it gave none.
    session_id: Option<&'a str>,
    /// Where to send the payer.
    redirect_url: &'a str,
}

/// Reads the body.
///
/// # Errors
/// When it is not exactly `foreign_id`, `coin_name` and `return_url`, or the payer may not be sent there.
pub fn read(body: &[u8], origins: &AllowedOrigins) -> Result<CreatePayment, Problem> {
    let parameters = Parameters::read(body, &["foreign_id", "coin_name", "return_url"])?;
    let foreign_id = parameters.required("foreign_id")?;
    let coin_name = parameters.required("coin_name")?;
    let return_url = origins.admit(parameters.required("return_url")?)?;
    Ok(CreatePayment::new(foreign_id, coin_name, return_url))
}

/// Creates the payment.
///
/// # Errors
/// Whatever the gateway made of it.
pub async fn create<P: Platform>(
    client: &Client<P>,
    payment: &CreatePayment,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let reply = gateway::call(client, payment, record).await?;
    Ok(Answer::json(201, &Created { session_id: reply.session_id.as_deref(), redirect_url: &reply.redirect_url }))
}
