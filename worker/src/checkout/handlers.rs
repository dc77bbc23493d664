//! The checkout's routes. [`super::pages::error_page`] renders the problems of the payers' routes.

use citrn::hex;

use super::{
    link::{Link, NewLink},
    links::{self, expired},
    opened_link::OpenedLink,
    pages::page::Page,
    status::{format::Format, snapshot::json, stream},
    token::{Access, VerifiedToken},
};
use crate::{
    app::{App, Context},
    auth,
    bindings::Runtime,
    creation::Creation,
    http::{Answer, Cause, Incoming, Problem, body},
    idempotency::{self, Scope},
};

/// Longest form, in bytes.
const FORM_LIMIT: usize = 4 * 1024;

/// `POST /v1/checkout-links`: creates a link.
pub async fn create<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let app = context.app;
    app.settings.checkout()?;
    let origins = app.settings.return_origins()?;
    let scope = Scope::of_request(context)?;
    let new = NewLink::of_body(&context.request.body_within(body::LIMIT).await?, &app.settings, origins)?;
    check_coins(app, &new.link).await?;
    idempotency::create(app, scope, Creation::Link(new), context.record).await
}

/// Refuses coins that are missing from a fresh list of the gateway.
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
        "coins: the gateway accepts no deposits in {}; GET /v1/currencies lists the coins that it accepts",
        missing.join(", ")
    );
    Err(Problem::new(Cause::InvalidParameter, detail).about("coins"))
}

/// `GET /c/{token}`: shows the coins to choose from.
pub async fn show<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let verified = verify(context, Access::Link).await?;
    open(context, verified, Access::Link).await?.show_coins(context.record).await
}

/// `POST /c/{token}`: starts the payment that the payer chose.
pub async fn begin<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let verified = verify(context, Access::Link).await?;
    let form = context.request.body_within(FORM_LIMIT).await?;
    open(context, verified, Access::Link).await?.pay(&form, context.record).await
}

/// `GET /c/{token}/status`: shows the payer's deposits.
pub async fn status<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let verified = verify(context, Access::Status).await?;
    let (format, platform) = (Format::of(context.request), &context.app.platform);
    // Before the link is opened, so that the stream misses no change.
    let position = match format {
        Format::Events => stream::position(platform, &verified.key).await,
        Format::Page | Format::Json => None,
    };
    let link = open(context, verified, Access::Status).await?;
    let answer = match format {
        Format::Page => link.status(context.request.url()).await?,
        Format::Json => Answer::of_json(200, json(platform, &link.opened, None).await?),
        Format::Events => stream::answer(platform, link.verified.key, &link.opened, position).await?,
    };
    Ok(format.share(answer, context.request, context.app.settings.checkout().ok()))
}

/// Verifies the token in the path and its access to the page.
async fn verify<P: Runtime, R: Incoming>(
    context: &mut Context<'_, P, R>,
    page: Access,
) -> Result<VerifiedToken, Problem> {
    let platform = &context.app.platform;
    let Some(verified) = context.app.settings.checkout()?.keys.verify(&context.parameter) else {
        auth::limit_address(platform, context.request).await?;
        return Err(Problem::new(
            Cause::LinkNotFound,
            "The link was not created by this Worker, or it was not copied completely.",
        ));
    };
    auth::limit_link(platform, &hex::encode(&verified.key)).await?;
    if verified.access == Access::Status && page == Access::Link {
        return Err(Problem::new(
            Cause::LinkNotFound,
            "This token opens only the status page: add /status to the URL.",
        ));
    }
    Ok(verified)
}

/// Loads the link from its object.
async fn open<'a, P: Runtime, R: Incoming>(
    context: &mut Context<'a, P, R>,
    verified: VerifiedToken,
    page: Access,
) -> Result<OpenedLink<'a, P>, Problem> {
    let app = context.app;
    let opened = links::open(&app.platform, &verified.key).await?;
    // The setting may have changed since the link was created.
    let return_url = app.settings.return_origins().ok().and_then(|origins| origins.admit(&opened.link.return_url).ok());
    context.record.return_url.clone_from(&return_url);
    if opened.is_expired && page == Access::Link || !opened.has_status() {
        return Err(expired());
    }
    let (token, page) = (context.parameter.clone(), Page::of(context.request, app.settings.checkout().ok()));
    Ok(OpenedLink { app, token, verified, opened, return_url, page })
}
