//! A request as the runtime hands it over.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, ReadableStreamDefaultReader, Request};

use crate::incoming::{Incoming, Unreadable};

/// A request of the runtime.
pub(super) struct EdgeRequest {
    request: Request,
    headers: Headers,
    method: String,
    url: String,
}

impl EdgeRequest {
    pub(super) fn new(request: Request) -> Self {
        Self { headers: request.headers(), method: request.method(), url: request.url(), request }
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
        self.headers.get(name).ok().flatten()
    }

    async fn body(&mut self, limit: usize) -> Result<Vec<u8>, Unreadable> {
        // HTTP delivers no more than a Content-Length announces, so such a body can be taken in one piece.
        match self.header("Content-Length").and_then(|length| length.parse::<usize>().ok()) {
            Some(length) if length > limit => Err(Unreadable::TooLarge),
            Some(_) => within(limit, whole(&self.request).await?),
            None => streamed(&self.request, limit).await,
        }
    }
}

fn within(limit: usize, body: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
    if body.len() > limit { Err(Unreadable::TooLarge) } else { Ok(body) }
}

async fn whole(request: &Request) -> Result<Vec<u8>, Unreadable> {
    let promise = request.array_buffer().map_err(broken)?;
    let buffer = JsFuture::from(promise).await.map_err(broken)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

async fn streamed(request: &Request, limit: usize) -> Result<Vec<u8>, Unreadable> {
    let mut body = Vec::new();
    let Some(stream) = request.body() else {
        return Ok(body);
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let step = JsFuture::from(reader.read()).await.map_err(broken)?;
        if property(&step, "done")?.is_truthy() {
            return Ok(body);
        }
        let chunk = Uint8Array::new(&property(&step, "value")?);
        if body.len().saturating_add(chunk.length() as usize) > limit {
            // The rest is not wanted; whether the sender still hears of it changes nothing here.
            let _ = JsFuture::from(reader.cancel()).await;
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
