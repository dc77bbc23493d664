//! The JSON of a callback's body.

use super::body::Callback;
use crate::{
    Code, Error,
    json::{Document, Unreadable},
    reply::{FromJson, canonical_root},
};

/// Parses a callback's body as its canonical form.
///
/// # Errors
/// `invalid_callback` if it was not understood.
pub fn canonical(body: &[u8]) -> Result<Document<'static>, Error> {
    canonical_root(&Callback::SHAPE, json(body)?.root()).map_err(|reason| not_understood(&reason))
}

/// Returns the JSON of a callback's body, exactly as written, without the byte-order mark and the white space around
/// it. Use this to embed a body in other JSON.
///
/// # Errors
/// `invalid_callback` if the body is not JSON.
pub fn json(body: &[u8]) -> Result<Document<'_>, Error> {
    let text = core::str::from_utf8(body).map_err(|_| Unreadable::new("the body is not UTF-8"));
    // Some senders put a byte-order mark before the text.
    text.and_then(|text| Document::parse(text.strip_prefix('\u{feff}').unwrap_or(text)))
        .map_err(|reason| not_understood(&reason))
}

pub(super) fn unread() -> Error {
    not_understood(&Unreadable::new("the body was not understood"))
}

fn not_understood(reason: &Unreadable) -> Error {
    Error::not_sent(Code::InvalidCallback, format!("The callback was not understood: {reason}."))
}
