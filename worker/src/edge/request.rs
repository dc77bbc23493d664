//! A request as the runtime hands it over.

use citrn::promise::settled;
use js_sys::{Array, JsString, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{ReadableStreamDefaultReader, Request};

use crate::{
    idempotency,
    incoming::{Incoming, Unreadable},
    request_id, token,
};

const CONTENT_LENGTH: &str = "Content-Length";

/// The headers that nearly every request is asked for. They cross over together.
const ASKED: [&str; 4] = [request_id::HEADER, token::HEADER, idempotency::HEADER, CONTENT_LENGTH];

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
        let Some(length) = self.header(CONTENT_LENGTH) else {
            return streamed(&self.request, limit).await;
        };
        // A length that overflows is too large as well: in wasm a `usize` has 32 bits.
        if length.parse::<usize>().map_or(true, |length| length > limit) {
            return Err(Unreadable::TooLarge);
        }
        // HTTP delivers no more than a Content-Length announces, so such a body can be taken in one piece.
        within(limit, whole(&self.request).await?)
    }
}

fn within(limit: usize, body: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
    if body.len() > limit { Err(Unreadable::TooLarge) } else { Ok(body) }
}

async fn whole(request: &Request) -> Result<Vec<u8>, Unreadable> {
    let promise = request.array_buffer().map_err(broken)?;
    let buffer = settled(&promise).await.map_err(broken)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

async fn streamed(request: &Request, limit: usize) -> Result<Vec<u8>, Unreadable> {
    let mut body = Vec::new();
    let Some(stream) = request.body() else {
        return Ok(body);
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let step = settled(&reader.read()).await.map_err(broken)?;
        if property(&step, "done")?.is_truthy() {
            return Ok(body);
        }
        let chunk = Uint8Array::new(&property(&step, "value")?);
        if body.len().saturating_add(chunk.length() as usize) > limit {
            // The rest is not wanted; whether the sender still hears of it changes nothing here.
            let _ = settled(&reader.cancel()).await;
            return Err(Unreadable::TooLarge);
        }
        body.extend_from_slice(&chunk.to_vec());
    }
}

fn property(step: &JsValue, name: &str) -> Result<JsValue, Unreadable> {
    Reflect::get(step, &JsValue::from_str(name)).map_err(broken)
}

fn broken(_: JsValue) -> Unreadable {
    Unreadable::Broken
}
