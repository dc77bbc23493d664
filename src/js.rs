//! What the npm package exports from wasm: plain functions over plain values, so that nobody has to call `free()`.
//!
//! The package's TypeScript is the client that people see; it hands over its settings with each call, and makes objects
//! and errors of what comes back.

mod host;
mod outcome;
mod parameters;
mod place;
mod settings;
mod signal;

use core::{future::Future, pin::Pin};

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use self::{host::Host, parameters::Parameters, settings::Options};
use crate::{
    CallOptions, Client, Error, Reply, SIGNATURE_HEADER, Secret, callback, endpoints, json::Document, promise::begin,
    validate::is_known,
};

/// An object that is returned to JavaScript, always `Ok`. As a `Result` it crosses as several values: V8 11 (Node 20) inlines
/// a call that returns one reference, and aborts the process if the caller is deoptimised during it.
type Returned = Result<JsValue, JsValue>;

/// Makes room for a signature of 128 hex digits and so many bytes of a body behind it. Gives where in wasm's memory, until
/// this is called again.
#[wasm_bindgen]
#[must_use]
pub fn reserve(bytes: usize) -> *mut u8 {
    place::reserve(bytes)
}

/// Bytes of a body that [`reserve`] always makes room for, and leaves where it is.
#[wasm_bindgen]
#[must_use]
pub fn room() -> usize {
    place::ROOM
}

/// Keeps a key for [`sign`] and [`is_signed`], and gives the number that it goes by. A bounded number of keys is kept, so it
/// may be gone when it is used.
#[wasm_bindgen]
#[must_use]
pub fn keep(secret: String) -> u32 {
    place::keep(secret)
}

/// Signs the body that was written, and writes the 128 lower-case hex digits in front of it. `false` when the key is gone.
#[wasm_bindgen]
#[must_use]
pub fn sign(key: u32, length: usize) -> bool {
    place::sign(key, length).is_some()
}

/// Whether the 128 hex digits in front are the signature of the body that was written behind them. `undefined` when the key is gone.
#[wasm_bindgen]
#[must_use]
pub fn is_signed(key: u32, length: usize) -> Option<bool> {
    place::is_signed(key, length)
}

/// Checks the signature of the body that was written under several secrets: `undefined`, or the error that says what is wrong.
#[wasm_bindgen]
pub fn authenticate(secrets: Vec<String>, length: usize, signature: Option<String>) -> Returned {
    let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect();
    let headers = signature.as_deref().map(|signature| (SIGNATURE_HEADER, signature));
    Ok(match place::with_body(length, |body| callback::authenticate(&secrets, body, headers)) {
        Ok(()) => JsValue::UNDEFINED,
        Err(error) => outcome::error(&error, None),
    })
}

/// Reads the callback that was written: an array of the callback, the answers about it and the error of its credit if
/// any, or an error.
#[wasm_bindgen]
pub fn read_callback(length: usize) -> Returned {
    Ok(match place::with_body(length, callback::read_lossless) {
        Ok((canonical, callback)) => outcome::callback(&canonical, &callback),
        Err(error) => outcome::error(&error, None),
    })
}

/// Checks a client's settings: `undefined`, or the error that every call would give.
#[wasm_bindgen]
pub fn check(settings: JsValue) -> Returned {
    Ok(match settings::client(&settings) {
        Ok(_) => JsValue::UNDEFINED,
        Err(error) => outcome::error(&error, None),
    })
}

/// Checks the name of a parameter: `undefined`, or the error of one that the endpoint does not take.
#[wasm_bindgen]
pub fn check_name(endpoint: &str, name: &str) -> Returned {
    Ok(match endpoints::by_name(endpoint).map(|spec| is_known(spec, name)) {
        Some(Err(error)) => outcome::error(&error, None),
        _ => JsValue::UNDEFINED,
    })
}

#[wasm_bindgen]
extern "C" {
    /// What is told how a call ended: an error, or `undefined` and then of the reply the status, its value's JSON and its text.
    type Done;

    #[wasm_bindgen(method, js_name = call)]
    fn reply(this: &Done, context: &JsValue, error: &JsValue, http_status: u16, value: &str, raw: &str);

    #[wasm_bindgen(method, js_name = call)]
    fn error(this: &Done, context: &JsValue, error: &JsValue);
}

/// Calls an endpoint by its name in the table, such as `payments.create`, with the JSON text of its parameters; or any path,
/// which begins with a slash, with a JSON text. How it ended is told to `done`, as `(error, httpStatus, value, raw)`, of which
/// an error stands alone; `value` is a JSON text of its own.
#[wasm_bindgen]
pub fn call(what: String, given: Option<String>, settings: JsValue, options: JsValue, done: Function) {
    let done: Done = done.unchecked_into();
    begin(async move {
        let nothing = JsValue::UNDEFINED;
        let client = match settings::client(&settings) {
            Ok(client) => client,
            Err(error) => return done.error(&nothing, &outcome::error(&error, None)),
        };
        match send(&client, &what, given.as_deref(), &options).await {
            Ok(Reply { http_status, raw, data }) => done.reply(&nothing, &nothing, http_status, &lossless(&data), &raw),
            Err(error) => done.error(&nothing, &outcome::error(&error, client.platform().take_failure())),
        }
    });
}

/// JSON text that this crate wrote, for JavaScript.
fn lossless(json: &str) -> String {
    Document::parse(json).map(|document| document.root().to_lossless_text()).unwrap_or_default()
}

async fn send(
    client: &Client<Host>,
    what: &str,
    given: Option<&str>,
    options: &JsValue,
) -> Result<Reply<String>, Error> {
    let Options { timeout, max_retries, signal } = Options::read(options)?;
    let cancel = signal.map(|signal| Box::pin(signal::aborted(signal)) as Pin<Box<dyn Future<Output = ()>>>);
    let options = CallOptions { timeout, max_retries, cancel, attempts: None };
    if what.starts_with('/') {
        return client.request(what, given.unwrap_or_default(), options).await;
    }
    let spec = endpoints::by_name(what);
    let spec = spec.ok_or_else(|| Error::configuration("name", "is not in the table of endpoints"))?;
    let parameters = Parameters::read(spec, given)?;
    client.call_row(spec, &parameters.fields(), options).await
}
