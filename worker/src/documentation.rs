//! `GET /`, `GET /openapi.json` and `GET /llms.txt`: the documentation that the Worker serves.

mod home_page;
pub mod openapi;

use crate::{
    app::Context,
    auth,
    bindings::Runtime,
    http::{Answer, Incoming, Problem, response::PLAIN_TEXT},
    readiness::checks::Audience,
};

/// Answers with the OpenAPI description.
pub async fn contract<P, R>(_: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    Ok(Answer::of_json(200, openapi::TEXT.to_owned()))
}

/// The guide for coding agents (<https://llmstxt.org>), as in the repository.
const GUIDE: &str = include_str!("../../llms.txt");

/// Answers with the guide.
pub async fn guide<P, R>(_: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    Ok(Answer::of(200, &format!("{PLAIN_TEXT}; charset=utf-8"), GUIDE.to_owned()))
}

/// Answers with the home page.
pub async fn home<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let app = context.app;
    auth::limit_address(&app.platform, context.request).await?;
    let ready = app.readiness.answer(&app.settings, &app.platform, Audience::Anonymous).await;
    Ok(home_page::render(&ready, app.routes))
}
