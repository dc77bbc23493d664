//! What the npm package exports from wasm: plain functions over plain values, so that nobody has to call `free()`.
//!
//! The package's TypeScript is the client that people see; it hands over its settings with each call, and makes objects
//! and errors of what comes back.

mod host;
mod outcome;
mod parameters;
mod settings;
mod signal;

use core::{future::Future, pin::Pin};

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use self::{host::Host, parameters::Parameters, settings::Options};
use crate::{CallOptions, Client, Error, Reply, SIGNATURE_HEADER, Secret, Signature, callback, endpoints};

/// Signs a body: 128 lower-case hex digits.
#[wasm_bindgen]
#[must_use]
pub fn sign(secret: String, body: &[u8]) -> String {
    Signature::sign(&Secret::new(secret), body).to_hex()
}

/// Checks the signature of a callback under several secrets and reads it: a pair of the callback
/// and the answers about it, or an error.
#[wasm_bindgen]
#[must_use]
pub fn verify_callback(secrets: Vec<String>, body: &[u8], signature: Option<String>) -> JsValue {
    let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect();
    let headers = signature.as_deref().map(|signature| (SIGNATURE_HEADER, signature));
    match callback::authenticate(&secrets, body, headers).and_then(|()| callback::canonical_text(body)) {
        Ok(canonical) => outcome::callback(&canonical),
        Err(error) => outcome::error(&error, None),
    }
}

/// Checks a client's settings: `undefined`, or the error that every call would give.
#[wasm_bindgen]
#[must_use]
pub fn check(settings: JsValue) -> JsValue {
    match settings::client(&settings) {
        Ok(_) => JsValue::UNDEFINED,
        Err(error) => outcome::error(&error, None),
    }
}

/// Calls an endpoint by its name in the table, such as `payments.create`, with an object of parameters; or any path, which
/// begins with a slash, with a JSON text. Never rejects: it resolves to a reply or an error.
#[wasm_bindgen]
pub async fn call(what: String, given: JsValue, settings: JsValue, options: JsValue) -> JsValue {
    let client = match settings::client(&settings) {
        Ok(client) => client,
        Err(error) => return outcome::error(&error, None),
    };
    match send(&client, &what, &given, &options).await {
        Ok(reply) => outcome::reply(&reply),
        Err(error) => outcome::error(&error, client.platform().take_failure()),
    }
}

async fn send(client: &Client<Host>, what: &str, given: &JsValue, options: &JsValue) -> Result<Reply<String>, Error> {
    let Options { timeout, max_retries, signal } = Options::read(options)?;
    let cancel = signal.map(|signal| Box::pin(signal::aborted(signal)) as Pin<Box<dyn Future<Output = ()>>>);
    let options = CallOptions { timeout, max_retries, cancel, attempts: None };
    if what.starts_with('/') {
        return client.request(what, &given.as_string().unwrap_or_default(), options).await;
    }
    let spec = endpoints::by_name(what);
    let spec = spec.ok_or_else(|| Error::configuration("name", "is not in the table of endpoints"))?;
    let parameters = Parameters::read(spec, given)?;
    client.call_row(spec, &parameters.fields(), options).await
}
