//! `POST /v1/payments`: creates a redirect payment.

use crate::{
    app::Context,
    auth::return_url::AllowedOrigins,
    bindings::Runtime,
    creation::{Creation, Payment},
    http::{
        Answer, Incoming, Problem,
        body::{self, EXTRA, Parameters, check_foreign_id},
    },
    idempotency::{self, Scope},
    settings::Settings,
};

/// Handles `POST /v1/payments`.
pub async fn create<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let settings = &context.app.settings;
    settings.client()?;
    let origins = settings.return_origins()?;
    let scope = Scope::of_request(context)?;
    let payment = read(&context.request.body_within(body::LIMIT).await?, settings, origins)?;
    idempotency::create(context.app, scope, Creation::Payment(payment), context.record).await
}

/// Reads the body: `foreign_id`, `coin_name`, `return_url` and, optionally, `extra`.
fn read<P>(body: &[u8], settings: &Settings<P>, origins: &AllowedOrigins) -> Result<Payment, Problem> {
    let parameters = Parameters::read(body, &["foreign_id", "coin_name", "return_url", EXTRA])?;
    let foreign_id = parameters.required("foreign_id")?.to_owned();
    check_foreign_id(&foreign_id)?;
    let coin_name = parameters.required("coin_name")?.to_owned();
    let return_url = origins.admit(parameters.required("return_url")?)?;
    let extra = settings.admit_extra(parameters.get(EXTRA))?;
    Ok(Payment { foreign_id, coin_name, return_url, extra })
}
