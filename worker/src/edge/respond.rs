//! From an answer to the runtime's response.

use core::fmt;

use js_sys::JSON;
use serde::Serialize;
use wasm_bindgen::JsCast;
use web_sys::{Response, ResponseInit};

use crate::answer::Answer;

/// What `new Response(body, init)` takes, so that status and all headers cross over in one text.
#[derive(Serialize)]
struct Init<'a> {
    status: u16,
    headers: &'a [(&'static str, String)],
}

/// The runtime did not take an answer.
///
/// The platform crate's own error would do, but brings the text of every other failure into the wasm.
#[derive(Debug)]
pub(super) struct Untaken;

impl fmt::Display for Untaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the runtime did not take the answer")
    }
}

impl core::error::Error for Untaken {}

/// Makes the response.
pub(super) fn respond(answer: &Answer) -> Result<Response, Untaken> {
    let init = serde_json::to_string(&Init { status: answer.status, headers: &answer.headers }).map_err(|_| Untaken)?;
    let init: ResponseInit = JSON::parse(&init).map_err(|_| Untaken)?.unchecked_into();
    let body = (!answer.body.is_empty()).then_some(answer.body.as_str());
    Response::new_with_opt_str_and_init(body, &init).map_err(|_| Untaken)
}
