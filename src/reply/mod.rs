//! Reads a response as a typed reply or an error.
//!
//! The body is scanned once, into a tree ([`Document`]). A refusal is read from its envelope. A success is converted to
//! its canonical form and checked; typed values and text come from that form.

mod canonical;
mod check;
mod envelope;
mod extra;
mod refusal;
pub mod shape;
pub(crate) mod typed;

use core::{fmt, ops::Deref};

pub(crate) use self::{
    canonical::canonical_root,
    check::{Context, PayerPages, check_origins, is_same_currency},
    extra::Verbatim,
    refusal::advice,
    typed::reply,
};
use self::{
    canonical::{canonical, canonical_bare},
    check::{checked, error_code},
    envelope::Envelope,
    refusal::{redirected, refused, unreadable},
};
pub use self::{
    extra::Extra,
    typed::{FromJson, List},
};
use crate::{
    Error,
    json::{Document, Json, Unreadable},
    limits::MAX_REPLY_BYTES,
    redact::Secrets,
};

/// An HTTP response, as read by a transport.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status. Browsers report a redirect that was not followed as 0.
    pub status: u16,
    /// The header `Retry-After`, if there was one.
    pub retry_after: Option<String>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

/// Omits the body, which may hold a payer's data.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}

/// A successful reply, with its body.
///
/// It dereferences to its data, so fields can be read directly: `reply.address`.
///
/// ```
/// # use citrn::{endpoints::TakeAddress, parse};
/// let reply = parse::<TakeAddress>(200, br#"{"data":{"address":"bc1q","tag":7}}"#)?;
/// assert_eq!((reply.address.as_str(), reply.memo.as_deref()), ("bc1q", Some("7")));
/// assert_eq!(reply.raw, r#"{"data":{"address":"bc1q","tag":7}}"#);
/// # Ok::<(), citrn::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Reply<T> {
    /// The HTTP status; any 2xx is a success.
    pub http_status: u16,
    /// The exact text of the body.
    pub raw: String,
    /// The data of the body.
    pub data: T,
}

impl<T> Deref for Reply<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

/// Omits `raw`, which may hold a payer's data.
impl<T: fmt::Debug> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("http_status", &self.http_status)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}

/// Reads a response. `value` converts the canonical form of a success.
///
/// # Errors
/// If the response is not a success, or not a valid reply to the request. Errors contain no secret.
pub(crate) fn read<T>(
    context: &Context,
    secrets: &Secrets<'_>,
    response: Response,
    value: fn(Json<'_>) -> Option<T>,
) -> Result<Reply<T>, Error> {
    let Response { status, body, .. } = response;
    // Only a success can be a list, which may be larger.
    let limit = if (200..300).contains(&status) { context.max_reply_bytes } else { MAX_REPLY_BYTES };
    let text = text_of(body, limit);
    let data = {
        let document = text.as_deref().map_err(Unreadable::clone).and_then(Document::parse);
        let root = document.as_ref().map(Document::root).map_err(Unreadable::clone);
        let object = root.as_ref().ok().and_then(|root| root.object());
        match status {
            0 | 300..400 => Err(redirected(context.kind, status)),
            // A success with an `error_code` is a refusal.
            200..300 => match object.as_ref().and_then(|object| Some((object, error_code(object)?))) {
                Some((object, code)) => {
                    let envelope = Envelope::of_success(object, &code);
                    Err(refused(context, status, root.ok(), Ok(envelope), secrets))
                }
                None => read_success(context, secrets, text.as_deref().unwrap_or_default(), document, value)
                    .map_err(|reason| unreadable(context.kind, status, &reason)),
            },
            _ => Err(refused(context, status, root.clone().ok(), root.and_then(Envelope::read), secrets)),
        }
    };
    let raw = text.ok();
    match data {
        Ok(data) => Ok(Reply { http_status: status, raw: raw.unwrap_or_default(), data }),
        Err(error) => Err(error.with(|details| {
            details.http_status = Some(status);
            details.raw = raw.and_then(|raw| secrets.redact(&raw));
        })),
    }
}

fn read_success<T>(
    context: &Context,
    secrets: &Secrets<'_>,
    text: &str,
    document: Result<Document<'_>, Unreadable>,
    value: fn(Json<'_>) -> Option<T>,
) -> Result<T, Unreadable> {
    let read = match (context.shape, document) {
        (None, document) => document?,
        (Some(shape), Ok(document)) => checked(shape, canonical(shape, document.root())?, context, secrets)?,
        (Some(shape), Err(reason)) => canonical_bare(shape, text).ok_or(reason)?,
    };
    value(read.root()).ok_or_else(|| Unreadable::new("the body has an unknown form"))
}

/// Returns the text of a body, without the byte-order mark that some senders add.
fn text_of(body: Vec<u8>, limit: usize) -> Result<String, Unreadable> {
    if body.len() > limit {
        return Err(Unreadable::new(format!("the body is larger than {limit} bytes")));
    }
    let text = String::from_utf8(body).map_err(|_| Unreadable::transient("the body is not UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
