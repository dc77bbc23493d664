//! The gateway's body in deliveries and lists.

use base64ct::{Base64, Encoding};
use citrn::{callback, json::Document};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{http::response::embeddable, storage::sql::Failed};

/// A body: as JSON, to the last digit, if every JSON reader accepts it, otherwise in base64; null if it was dropped.
#[derive(Serialize)]
pub(super) struct Body {
    callback: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

impl Body {
    /// `is_readable`: whether it could be read as a callback.
    pub(super) fn of(body: Option<&[u8]>, is_readable: bool) -> Self {
        let document = body.filter(|_| is_readable).and_then(|body| callback::json(body).ok());
        let callback = document.as_ref().map(Document::root).and_then(embeddable);
        let body_base64 = body.filter(|_| callback.is_none()).map(Base64::encode_string);
        Self { callback, body_base64 }
    }
}

/// JSON text of a delivery or of an event in a list.
pub(super) fn written(value: &impl Serialize) -> Result<String, Failed> {
    serde_json::to_string(value).map_err(|error| Failed(error.to_string()))
}
