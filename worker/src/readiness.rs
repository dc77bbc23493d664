//! `GET /healthz` and `GET /readyz`: liveness and readiness.

mod callbacks;
pub mod checks;

use serde::Serialize;

use crate::{
    app::Context,
    bindings::Runtime,
    http::{Answer, Incoming, Problem},
};
use checks::Audience;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Alive {
    status: &'static str,
}

/// Answers that the Worker is running, without settings or calls.
pub async fn health<P, R>(_: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    Answer::json(200, &Alive { status: "alive" })
}

/// Answers with the readiness checks.
pub async fn ready<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let audience = match context.holder {
        Some(holder) if holder.check_route(context.route).is_ok() => Audience::Holder,
        None if context.request.is_local() => Audience::Local,
        _ => Audience::Anonymous,
    };
    context.app.readiness.answer(&context.app.settings, &context.app.platform, audience).await
}
