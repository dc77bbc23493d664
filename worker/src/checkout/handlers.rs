//! The checkout's pages.

use super::{
    links::call,
    message::{Operation, Reply},
    opened_link::{OpenedLink, expired, unexpected},
    pages::page::Page,
    token::{Access, Verified},
};
use citrn::hex;

use crate::{
    app::Context,
    auth,
    bindings::Runtime,
    http::{Answer, Cause, Incoming, Problem},
};

/// Longest form, in bytes.
const FORM_LIMIT: usize = 4 * 1024;

/// `GET /c/{token}`: shows the coins to choose from.
///
/// # Errors
/// Any problem; [`super::pages::error_page::explain`] renders it.
pub async fn show<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let verified = verify(context, Access::Link).await?;
    open(context, verified, Access::Link).await?.choose(context.record).await
}

/// `POST /c/{token}`: begins the payment that a payer chose.
///
/// # Errors
/// As [`show`].
pub async fn begin<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let verified = verify(context, Access::Link).await?;
    let form = context.request.body_within(FORM_LIMIT).await?;
    open(context, verified, Access::Link).await?.pay(&form, context.record).await
}

/// `GET /c/{token}/status`: shows the payer's deposits.
///
/// # Errors
/// As [`show`].
pub async fn status<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let verified = verify(context, Access::Status).await?;
    open(context, verified, Access::Status).await?.status(context.request.url()).await
}

/// Verifies the token in the path, and that it opens the page.
async fn verify<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>, page: Access) -> Result<Verified, Problem> {
    let platform = &context.app.platform;
    let Some(verified) = context.app.settings.checkout()?.keys.verify(context.parameter()) else {
        auth::limit_address(platform, context.request).await?;
        return Err(Problem::new(Cause::LinkNotFound, "The link was not made by this Worker, or not copied whole."));
    };
    auth::limit_link(platform, &hex::encode(&verified.key)).await?;
    if verified.access == Access::Status && page == Access::Link {
        return Err(Problem::new(Cause::LinkNotFound, "This token opens the status only: add /status to the URL."));
    }
    Ok(verified)
}

/// Fetches the link.
async fn open<'a, P: Runtime, R: Incoming>(
    context: &mut Context<'a, P, R>,
    verified: Verified,
    page: Access,
) -> Result<OpenedLink<'a, P>, Problem> {
    let app = context.app;
    let checkout = app.settings.checkout()?;
    let opened = match call(&app.platform, &verified.key, Operation::Open(())).await? {
        Reply::Opened(opened) => opened,
        // It was made once, since its MAC is right, and is forgotten some time after its end.
        reply => return Err(unexpected(&reply)),
    };
    // The operator can have changed the setting since the link was made.
    let return_url = app.settings.return_origins().ok().and_then(|origins| origins.admit(&opened.link.return_url).ok());
    context.record.return_url.clone_from(&return_url);
    // The status outlives the link for those who have begun: they come back from the gateway when they do.
    if opened.is_expired && (page == Access::Link || opened.began_at.is_none()) {
        return Err(expired());
    }
    let (token, page) = (context.parameter().to_owned(), Page::of(context.request, Some(checkout)));
    Ok(OpenedLink { app, checkout, token, verified, opened, return_url, page })
}
