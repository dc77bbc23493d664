//! `POST /v1/checkout-links`: makes a link.

use super::link::{Link, NewLink};
use crate::{
    app::{App, Context},
    bindings::Runtime,
    creation::Creation,
    http::{Answer, Cause, Incoming, Problem, body},
};

/// Makes a link.
///
/// # Errors
/// Those of the body, of the `Idempotency-Key` and of the storage.
pub async fn create<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let app = context.app;
    app.settings.checkout()?;
    let origins = app.settings.return_origins()?;
    let scope = context.scope()?;
    let new = NewLink::of_body(&context.request.body_within(body::LIMIT).await?, origins)?;
    check_coins(app, &new.link).await?;
    app.create(scope, Creation::Link(new), context.record).await
}

/// Refuses coins that are missing from a fresh list of the gateway.
///
/// # Errors
/// `invalid_parameter` about `coins`.
async fn check_coins<P: Runtime>(app: &App<P>, link: &Link) -> Result<(), Problem> {
    let Some(codes) = &link.coins else {
        return Ok(());
    };
    let Some(listed) = app.catalogue.currencies.cached_coins(&app.platform).await else {
        return Ok(());
    };
    let missing: Vec<&str> = codes.iter().map(String::as_str).filter(|code| listed.lacks(code)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "coins: the gateway takes no deposits in {}; GET /v1/currencies lists the coins that it takes",
        missing.join(", ")
    );
    Err(Problem::new(Cause::InvalidParameter, detail).about("coins"))
}
