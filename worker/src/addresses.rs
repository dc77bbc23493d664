//! `POST /v1/addresses`: takes a deposit address. The same `foreign_id` and `currency` give the same one.

use crate::{
    app::Context,
    bindings::Runtime,
    creation::{Address, Creation},
    http::{
        Answer, Cause, Incoming, Problem,
        body::{self, Parameters, check_foreign_id},
    },
};

/// Takes the address.
///
/// # Errors
/// Those of the body, of the `Idempotency-Key` and of the gateway.
pub async fn take<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    context.app.client()?;
    let scope = context.scope()?;
    let address = read(&context.request.body_within(body::LIMIT).await?)?;
    context.app.create(scope, Creation::Address(address), context.record).await
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
