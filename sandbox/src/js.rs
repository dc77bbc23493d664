//! The wasm exports for the npm package's sandbox server: one long-lived object that takes and returns JSON text.

use serde::Deserialize;
use wasm_bindgen::prelude::*;

use crate::{
    auth::Credentials,
    callback::Outcome,
    clock::Millis,
    diagnosis::Mismatch,
    engine::{self, Engine, Step},
    http::Request,
    profile::Profile,
    settings::is_callback_url,
    trigger::Order,
};

/// A sandbox.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Sandbox(Engine);

#[derive(Deserialize)]
struct Settings {
    api_key: String,
    secret: String,
    seed: String,
    origin: String,
    callback_url: Option<String>,
    #[serde(default)]
    profile: Profile,
}

#[derive(Deserialize)]
struct Head {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
}

#[wasm_bindgen]
impl Sandbox {
    /// Starts a sandbox with settings as JSON: `api_key`, `secret`, `seed`, `origin`, `callback_url`,
    /// `profile`.
    ///
    /// # Errors
    /// If the settings are invalid.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: &str) -> Result<Sandbox, JsError> {
        let settings: Settings = serde_json::from_str(settings)?;
        if settings.callback_url.as_deref().is_some_and(|url| !is_callback_url(url)) {
            return Err(JsError::new("the callback URL must be an absolute http or https URL without credentials"));
        }
        Ok(Sandbox(Engine::new(engine::Settings {
            credentials: Credentials::new(settings.api_key, settings.secret),
            seed: settings.seed,
            origin: settings.origin,
            callback_url: settings.callback_url,
            profile: settings.profile,
        })))
    }

    /// Answers a request: its head as JSON (`method`, `target`, `headers` as pairs), its body as bytes, and the time in
    /// milliseconds since 1970. Returns a step as JSON.
    ///
    /// # Errors
    /// If the head is invalid.
    pub fn handle(&mut self, head: &str, body: &[u8], now: f64) -> Result<String, JsError> {
        let head: Head = serde_json::from_str(head)?;
        let request = Request { method: &head.method, target: &head.target, headers: &head.headers, body };
        json(&self.0.handle(&request, millis(now)))
    }

    /// Carries out the events that are due at a time. Returns a step as JSON.
    ///
    /// # Errors
    /// If the step cannot be serialised.
    pub fn due(&mut self, now: f64) -> Result<String, JsError> {
        json(&self.0.due(millis(now)))
    }

    /// Records the outcome of an attempt to deliver a callback, as JSON: `{"status": 200}` or `{"error": "..."}`.
    /// Returns a step as JSON.
    ///
    /// # Errors
    /// If the outcome is invalid.
    pub fn delivered(&mut self, attempt: u32, outcome: &str, now: f64) -> Result<String, JsError> {
        let outcome: Outcome = serde_json::from_str(outcome)?;
        json(&self.0.delivered(attempt.into(), outcome, millis(now)))
    }
}

#[derive(Deserialize)]
struct SignatureInput {
    /// Pairs of name and text.
    secrets: Vec<(String, String)>,
    api_key: Option<String>,
    signature: String,
}

/// Returns why a signature is probably wrong, as the end of a sentence about it. Takes `secrets` (pairs of name and text), `api_key` and `signature` as JSON.
///
/// # Errors
/// If the JSON is invalid.
#[wasm_bindgen]
pub fn diagnose(input: &str, body: &[u8]) -> Result<String, JsError> {
    let input: SignatureInput = serde_json::from_str(input)?;
    let SignatureInput { secrets, api_key, signature } = &input;
    Ok(Mismatch { secrets, api_key: api_key.as_deref(), signature, body }.diagnose())
}

/// Returns the bodies of callbacks about a transaction that never happened, as a JSON list of texts. Takes an
/// [`Order`] as JSON.
///
/// # Errors
/// If a field of the order is invalid.
#[wasm_bindgen]
pub fn write_callbacks(order: &str) -> Result<String, JsError> {
    let order: Order = serde_json::from_str(order)?;
    Ok(serde_json::to_string(&order.bodies().map_err(|problem| JsError::new(&problem))?)?)
}

fn json(step: &Step) -> Result<String, JsError> {
    Ok(serde_json::to_string(step)?)
}

/// JavaScript times are whole milliseconds in a float.
#[allow(clippy::cast_possible_truncation)]
fn millis(time: f64) -> Millis {
    time as Millis
}
