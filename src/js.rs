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

/// Whether a signature in hex is that of a body.
#[wasm_bindgen]
#[must_use]
pub fn verify(secret: String, body: &[u8], signature: &str) -> bool {
    Signature::from_hex(signature).is_some_and(|signature| signature.verify(&Secret::new(secret), body))
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

/// Calls an endpoint by its name in the table, such as `payments.create`. Never rejects: it resolves to a reply or an error.
#[wasm_bindgen]
pub async fn call(name: String, parameters: JsValue, settings: JsValue, options: JsValue) -> JsValue {
    run(Call::Endpoint { name, parameters }, settings, options).await
}

/// Calls any path with a JSON object. Never rejects: it resolves to a reply or an error.
#[wasm_bindgen]
pub async fn request(path: String, body: String, settings: JsValue, options: JsValue) -> JsValue {
    run(Call::Path { path, body }, settings, options).await
}

enum Call {
    Endpoint { name: String, parameters: JsValue },
    Path { path: String, body: String },
}

/// One piece of code for both kinds of call, which is most of what the compiled module holds.
async fn run(call: Call, settings: JsValue, options: JsValue) -> JsValue {
    let client = match settings::client(&settings) {
        Ok(client) => client,
        Err(error) => return outcome::error(&error, None),
    };
    match send(&client, call, &options).await {
        Ok(reply) => outcome::reply(&reply),
        Err(error) => outcome::error(&error, client.platform().take_failure()),
    }
}

async fn send(client: &Client<Host>, call: Call, options: &JsValue) -> Result<Reply<String>, Error> {
    let Options { timeout, max_retries, signal } = Options::read(options)?;
    let cancel = signal.map(|signal| Box::pin(signal::aborted(signal)) as Pin<Box<dyn Future<Output = ()>>>);
    let options = CallOptions { timeout, max_retries, cancel, attempts: None };
    match call {
        Call::Endpoint { name, parameters } => {
            let spec = endpoints::by_name(&name);
            let spec = spec.ok_or_else(|| Error::configuration("name", "is not in the table of endpoints"))?;
            let parameters = Parameters::read(spec, &parameters)?;
            client.call_row(spec, &parameters.fields(), options).await
        }
        Call::Path { path, body } => client.request(&path, &body, options).await,
    }
}
