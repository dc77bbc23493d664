//! From an answer to the runtime's response.

use js_sys::JSON;
use serde::{Serialize, Serializer};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Response, ResponseInit};

use crate::http::response::Answer;

/// What `new Response(body, init)` takes, so that status and all headers cross over in one text.
#[derive(Serialize)]
struct Init<'a> {
    status: u16,
    #[serde(serialize_with = "as_object")]
    headers: &'a [(&'static str, String)],
}

/// The runtime reads an object of headers far faster than a list of pairs. No answer has a header twice.
pub(super) fn as_object<S: Serializer>(headers: &&[(&'static str, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(headers.iter().map(|(name, value)| (name, value)))
}

/// Makes the response.
pub(super) fn respond(answer: &Answer) -> Result<Response, JsValue> {
    let init = serde_json::to_string(&Init { status: answer.status, headers: &answer.headers })
        .map_err(|_| JsValue::from_str("the headers cannot be written"))?;
    let init: ResponseInit = JSON::parse(&init)?.unchecked_into();
    let body = (!answer.body.is_empty()).then_some(answer.body.as_str());
    Response::new_with_opt_str_and_init(body, &init)
}
