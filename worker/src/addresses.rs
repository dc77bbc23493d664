//! `POST /v1/addresses`: returns a deposit address, the same one for the same `foreign_id` and `currency`.

use crate::{
    app::Context,
    bindings::Runtime,
    creation::{Address, Creation},
    http::{
        Answer, Incoming, Problem,
        body::{self, Parameters, check_foreign_id},
    },
    idempotency::{self, Scope},
};

/// Handles `POST /v1/addresses`.
pub async fn take<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    context.app.settings.client()?;
    let scope = Scope::of_request(context)?;
    let address = read(&context.request.body_within(body::LIMIT).await?)?;
    idempotency::create(context.app, scope, Creation::Address(address), context.record).await
}

/// Reads the body: `foreign_id`, `currency` and, optionally, `convert_to`.
fn read(body: &[u8]) -> Result<Address, Problem> {
    let parameters = Parameters::read(body, &["foreign_id", "currency", "convert_to"])?;
    let convert_to = parameters.get("convert_to").map(str::to_owned);
    if convert_to.as_deref() == Some("") {
        return Err(Problem::invalid("convert_to", "must not be empty; omit it if nothing is to be exchanged"));
    }
    let foreign_id = parameters.required("foreign_id")?.to_owned();
    check_foreign_id(&foreign_id)?;
    Ok(Address { foreign_id, currency: parameters.required("currency")?.to_owned(), convert_to })
}
