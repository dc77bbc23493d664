//! Reads the body of a request or a response, up to a limit.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ReadableStream, ReadableStreamDefaultReader, ReadableStreamReadResult};

/// Why a body could not be read.
pub(super) enum BodyError {
    TooLarge,
    Broken(JsValue),
}

impl From<JsValue> for BodyError {
    fn from(error: JsValue) -> Self {
        Self::Broken(error)
    }
}

/// Reads a body of announced length from the promise of its `ArrayBuffer`: HTTP delivers no more than was announced.
pub(super) async fn read_whole(buffer: Result<Promise, JsValue>, limit: usize) -> Result<Vec<u8>, BodyError> {
    let body = Uint8Array::new(&buffer?.await?);
    if body.length() as usize > limit { Err(BodyError::TooLarge) } else { Ok(body.to_vec()) }
}

/// Reads a body chunk by chunk, and stops at the limit.
pub(super) async fn read_stream(stream: Option<ReadableStream>, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    let Some(stream) = stream else { return Ok(body) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let step: ReadableStreamReadResult = reader.read().await?.unchecked_into();
        if step.get_done() == Some(true) {
            return Ok(body);
        }
        let chunk = Uint8Array::new(&step.get_value());
        if body.len().saturating_add(chunk.length() as usize) > limit {
            // Whether the sender learns that the rest is not read changes nothing here.
            let _ = reader.cancel().await;
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk.to_vec());
    }
}
