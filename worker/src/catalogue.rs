//! `GET /v1/currencies` and `GET /v1/rates`: what the gateway trades.

pub mod lists;

use crate::{
    app::Context,
    bindings::Runtime,
    http::{Answer, Problem},
};

/// Answers with the currencies.
///
/// # Errors
/// When the gateway fails and there is no list of the last day.
pub async fn currencies<P: Runtime, R>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let app = context.app;
    app.catalogue.currencies.answer(app.settings.client()?, app.settings.deadline, context.record).await
}

/// Answers with the rates.
///
/// # Errors
/// As [`currencies`].
pub async fn rates<P: Runtime, R>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let app = context.app;
    app.catalogue.rates.answer(app.settings.client()?, app.settings.deadline, context.record).await
}
