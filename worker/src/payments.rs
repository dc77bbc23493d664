//! `POST /v1/payments`: creates a redirect payment.

use crate::{
    app::Context,
    auth::return_url::AllowedOrigins,
    bindings::Runtime,
    creation::{Creation, Payment},
    http::{
        Answer, Incoming, Problem,
        body::{self, Parameters, check_foreign_id},
    },
};

/// Creates the payment.
///
/// # Errors
/// Those of the body, of the `Idempotency-Key` and of the gateway.
pub async fn create<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    context.app.client()?;
    let origins = context.app.settings.return_origins()?;
    let scope = context.scope()?;
    let payment = read(&context.request.body_within(body::LIMIT).await?, origins)?;
    context.app.create(scope, Creation::Payment(payment), context.record).await
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
