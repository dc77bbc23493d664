//! `GET /v1/currencies` and `GET /v1/rates`: the gateway's currencies and exchange rates.

pub mod lists;

use crate::{
    app::Context,
    bindings::Runtime,
    http::{Answer, Problem},
};

/// Answers with the currencies.
pub async fn currencies<P: Runtime, R>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let app = context.app;
    app.catalogue.currencies.answer(&app.settings, context.record).await
}

/// Answers with the rates.
pub async fn rates<P: Runtime, R>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let app = context.app;
    app.catalogue.rates.answer(&app.settings, context.record).await
}
