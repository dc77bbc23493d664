//! `GET /healthz` and `GET /readyz`: liveness and readiness.

mod callbacks;
pub mod checks;

use serde::Serialize;

use crate::{
    app::Context,
    bindings::Runtime,
    clock::{milliseconds, rfc3339},
    http::{Answer, Incoming, Problem},
};
use checks::Audience;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Alive {
    status: &'static str,
    /// The Worker's clock.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    time: String,
}

/// Answers that the Worker is running and what its clock shows, without settings or calls.
pub async fn health<P: Runtime, R>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let time = rfc3339(milliseconds(context.app.platform.now()));
    Answer::json(200, &Alive { status: "alive", time })
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
