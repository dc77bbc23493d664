//! `POST /v1/addresses`: returns a deposit address, the same one for the same `foreign_id` and `currency`.

use crate::{
    app::Context,
    bindings::Runtime,
    creation::{Address, Creation},
    http::{
        Answer, Incoming, Problem,
        body::{self, EXTRA, Parameters, check_foreign_id},
    },
    idempotency::{self, Scope},
    settings::Settings,
};

/// Handles `POST /v1/addresses`.
pub async fn take<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let settings = &context.app.settings;
    settings.client()?;
    let scope = Scope::of_request(context)?;
    let address = read(&context.request.body_within(body::LIMIT).await?, settings)?;
    idempotency::create(context.app, scope, Creation::Address(address), context.record).await
}

/// Reads the body: `foreign_id`, `currency` and, optionally, `convert_to` and `extra`.
fn read<P>(body: &[u8], settings: &Settings<P>) -> Result<Address, Problem> {
    let parameters = Parameters::read(body, &["foreign_id", "currency", "convert_to", EXTRA])?;
    let convert_to = parameters.get("convert_to").map(str::to_owned);
    if convert_to.as_deref() == Some("") {
        return Err(Problem::invalid("convert_to", "must not be empty; omit it if nothing is to be exchanged"));
    }
    let foreign_id = parameters.required("foreign_id")?.to_owned();
    check_foreign_id(&foreign_id)?;
    let currency = parameters.required("currency")?.to_owned();
    let extra = settings.admit_extra(parameters.get(EXTRA))?;
    Ok(Address { foreign_id, currency, convert_to, extra })
}
