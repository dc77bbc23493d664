//! What the package's TypeScript does next in a call.

use citrn::{Action, Kind, Reply};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::failure::Failure;

/// An [`Action`] as it crosses.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Step<'a> {
    Sign {
        #[serde(with = "serde_bytes")]
        bytes: &'a [u8],
    },
    Send {
        method: &'a str,
        url: &'a str,
        #[serde(serialize_with = "object")]
        headers: &'a [(&'static str, String)],
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<&'a str>,
        max_reply_bytes: usize,
        moves_money: bool,
    },
    Wait {
        milliseconds: f64,
    },
    Reply {
        http_status: u16,
        /// JSON text.
        value: &'a str,
    },
    Error(Failure<'a>),
}

/// Writes pairs as an object.
fn object<S: serde::Serializer>(pairs: &&[(&'static str, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

#[expect(clippy::float_arithmetic, reason = "a wait, not money")]
pub(crate) fn to_js(action: Action<'_, String>) -> JsValue {
    let step = match &action {
        Action::Sign(bytes) => Step::Sign { bytes },
        Action::Send(request) => Step::Send {
            method: request.method.as_str(),
            url: &request.url,
            headers: &request.headers,
            // The body is JSON text: `fetch` encodes it to the bytes that were signed.
            body: request.body.as_deref().and_then(|body| core::str::from_utf8(body).ok()),
            max_reply_bytes: request.max_reply_bytes,
            moves_money: request.kind == Kind::MovesMoney,
        },
        Action::Wait(duration) => Step::Wait { milliseconds: duration.as_secs_f64() * 1000.0 },
        Action::Done(Ok(Reply { http_status, data, .. })) => Step::Reply { http_status: *http_status, value: data },
        Action::Done(Err(error)) => Step::Error(Failure::from(error)),
    };
    // Plain fields always convert.
    step.serialize(&Serializer::new().serialize_maps_as_objects(true)).unwrap_or_default()
}
