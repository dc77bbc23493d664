//! The routes of the inbox that change it: accepts callbacks of the gateway; redelivers and erases events for the
//! merchant.

use citrn::{SIGNATURE_HEADER, Signature, callback::authenticate};
use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::{
    Arrival, Reply, Request,
    message::{call, unexpected},
    object_of,
};
use crate::{
    app::Context,
    auth,
    bindings::Runtime,
    http::{Answer, Cause, Incoming, Problem},
};

/// Longest callback, in bytes.
pub const LIMIT: usize = 256 * 1024;

/// The answer to the gateway, which repeats a callback until it gets HTTP 200. Its documentation has this body.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Acknowledged {
    code: u8,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Queued {
    queued: u32,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Erased {
    pub(super) erased: u32,
}

/// Stores a callback with a valid signature, and acknowledges it. Only invalid signatures count against the limit of an
/// address, because the gateway sends all callbacks from a few addresses.
///
/// # Errors
/// `invalid_signature`, `body_too_large`, `malformed_body`; or `storage_unavailable`, on which the gateway repeats the
/// callback.
pub async fn take<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let Context { app, request, record, .. } = context;
    let secrets = app.settings.callback_secrets(*request)?;
    let signature = request.header(SIGNATURE_HEADER);
    let header = || signature.as_deref().map(|value| (SIGNATURE_HEADER, value));
    // A malformed signature is rejected before the body is read.
    let can_match = signature.as_deref().is_some_and(|value| Signature::from_hex(value.trim()).is_some());
    let body = if can_match { request.body_within(LIMIT).await? } else { Vec::new() };
    if let Err(error) = authenticate(secrets, &body, header()) {
        app.readiness.callbacks.count_invalid_signature();
        auth::limit_address(&app.platform, *request).await?;
        return Err(Problem::new(Cause::InvalidSignature, error.message()).about(SIGNATURE_HEADER));
    }
    let traceparent = record.traceparent.as_ref().map(|parent| parent.as_str().to_owned());
    let arrival = Arrival { traceparent, ..Arrival::of(&body) };
    match call(&app.platform, arrival.object(), Request::Store(arrival)).await? {
        Reply::Stored(event) => record.event_id = event,
        _ => return Err(unexpected()),
    }
    Answer::json(200, &Acknowledged { code: 0 })
}

/// Queues an event, or all events of a transaction, for another delivery.
pub async fn redeliver<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    context.app.settings.check_webhook()?;
    match change(context, Request::Redeliver).await? {
        0 => Err(Problem::new(
            Cause::CallbackErased,
            "The body was erased, or dropped after INBOX_RETENTION_DAYS, so it cannot be delivered again.",
        )),
        queued => Answer::json(202, &Queued { queued }),
    }
}

/// Drops the body of an event, or all bodies of a transaction. Id, status and digest stay, so that a repetition is
/// recognised.
pub async fn erase<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let erased = change(context, Request::Erase).await?;
    Answer::json(200, &Erased { erased })
}

/// Sends a request about the event or the transaction in the path. Returns the number of changed events.
async fn change<P: Runtime, R: Incoming>(
    context: &Context<'_, P, R>,
    request: fn(String) -> Request,
) -> Result<u32, Problem> {
    let not_found = |detail| Problem::new(Cause::CallbackNotFound, detail);
    // A lenient decoder could decode it as the id of another callback.
    let name = percent_decode_str(&context.parameter)
        .decode_utf8()
        .map_err(|_| not_found("The id in the path is not percent-encoded UTF-8, so the inbox has no event of it."))?;
    match call(&context.app.platform, object_of(&name), request(name.into_owned())).await? {
        Reply::Found(0, _) => Err(not_found("The inbox has no event and no transaction with this id.")),
        Reply::Found(_, changed) => Ok(changed),
        _ => Err(unexpected()),
    }
}
