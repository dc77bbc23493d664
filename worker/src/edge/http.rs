//! Requests and responses of the runtime.

use js_sys::{Array, JSON, JsString};
use serde::{Serialize, Serializer};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{Request, Response, ResponseInit};

use super::body::{BodyError, read_stream, read_whole};
use crate::{
    auth::AUTHORIZATION,
    http::{
        Answer, Incoming,
        request::{REQUEST_ID, Unreadable},
    },
    idempotency,
};

const CONTENT_LENGTH: &str = "Content-Length";

/// The headers that nearly every request is asked for. They cross over together.
const ASKED: [&str; 4] = [REQUEST_ID, AUTHORIZATION, idempotency::HEADER, CONTENT_LENGTH];

/// Stands for a header that is not there: no header's value can have this character.
const ABSENT: &str = "\0";

#[wasm_bindgen(module = "/src/edge/request.js")]
extern "C" {
    /// The method, the URL and the values of headers, a line each.
    fn head(request: &Request, names: &Array) -> String;
}

thread_local! {
    static NAMES: Array = ASKED.into_iter().map(JsString::from).collect();
}

/// A request of the runtime.
pub(super) struct EdgeRequest {
    request: Request,
    method: String,
    url: String,
    /// The values of [`ASKED`].
    asked: Vec<String>,
}

impl EdgeRequest {
    pub(super) fn new(request: Request) -> Self {
        let head = NAMES.with(|names| head(&request, names));
        let mut lines = head.split('\n').map(str::to_owned);
        let (method, url) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        Self { method, url, asked: lines.collect(), request }
    }
}

impl Incoming for EdgeRequest {
    fn method(&self) -> &str {
        &self.method
    }

    fn url(&self) -> &str {
        &self.url
    }

    fn header(&self, name: &str) -> Option<String> {
        match ASKED.iter().position(|asked| *asked == name) {
            Some(at) => self.asked.get(at).filter(|value| *value != ABSENT).cloned(),
            None => self.request.headers().get(name).ok().flatten(),
        }
    }

    async fn body(&mut self, limit: usize) -> Result<Vec<u8>, Unreadable> {
        let body = match self.header(CONTENT_LENGTH).map(|length| length.parse::<usize>()) {
            None => read_stream(self.request.body(), limit).await,
            Some(Ok(length)) if length <= limit => read_whole(self.request.array_buffer(), limit).await,
            // A length that overflows is too large as well: in wasm a `usize` has 32 bits.
            Some(_) => Err(BodyError::TooLarge),
        };
        body.map_err(|error| match error {
            BodyError::TooLarge => Unreadable::TooLarge,
            BodyError::Broken(_) => Unreadable::Broken,
        })
    }
}

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
