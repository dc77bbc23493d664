//! One call, driven by the package's TypeScript.

use core::time::Duration;
use std::sync::Arc;

use citrn::{
    Action, CallOptions, Error, Event, FetchError, Kind, Reply, Response, endpoint::ExtraFields, endpoints, json::Json,
};
use js_sys::{Date, Math};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    failure::{self, Failure, JsResult},
    input::{Parameters, configuration, read_options},
};

/// A call to the gateway. Each method but [`Call::timeout_ms`] returns the next step, an object with a `type`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Call {
    /// The error of an invalid call, which is then its only step.
    call: Result<citrn::Call<String>, Error>,
}

#[wasm_bindgen]
impl Call {
    /// Creates a call: to an endpoint by its name in the table, such as `payments.create`, with an object of
    /// parameters and, as the JSON text of an object, extra fields; or to a path, which begins with a slash, with JSON
    /// text as its body. The client's settings apply where an option is missing.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(
        settings: &JsValue,
        endpoint: &str,
        parameters: &JsValue,
        timeout_ms: Option<f64>,
        max_retries: Option<f64>,
        extra: Option<String>,
    ) -> Self {
        let call = configuration(settings).and_then(|config| {
            let options = read_options(timeout_ms, max_retries)?;
            make(config, endpoint, parameters, extra.as_deref(), &options)
        });
        Self { call }
    }

    /// Returns the time limit of the call from its start, in milliseconds.
    #[must_use]
    pub fn timeout_ms(&self) -> f64 {
        self.call.as_ref().map_or(0.0, |call| milliseconds(call.timeout()))
    }

    /// Starts the call.
    pub fn start(&mut self) -> JsResult {
        self.advance(|call| call.start(now()))
    }

    /// Reports the signer's signature.
    pub fn signed(&mut self, signature: String) -> JsResult {
        self.handle(Event::Signed(Ok(signature)))
    }

    /// Reports that the signer failed.
    pub fn signer_failed(&mut self, reason: String) -> JsResult {
        self.handle(Event::Signed(Err(reason)))
    }

    /// Reports that the client has neither a secret nor a signer.
    pub fn no_signer(&mut self) -> JsResult {
        self.handle(Event::NoSigner)
    }

    /// Reports the gateway's answer.
    pub fn answered(&mut self, status: u16, retry_after: Option<String>, body: Vec<u8>) -> JsResult {
        self.handle(Event::Answered(Response { status, retry_after, body }))
    }

    /// Reports that the request failed without an answer. `kind` is a variant of the core's `FetchError`, in snake case.
    pub fn failed(&mut self, kind: &str, reason: String) -> JsResult {
        self.handle(Event::Failed(match kind {
            "not_configured" => FetchError::NotConfigured(reason),
            "never_connected" => FetchError::NeverConnected(reason),
            "unreadable" => FetchError::Unreadable(reason),
            _ => FetchError::Failed(reason),
        }))
    }

    /// Reports that the wait before the next attempt has ended.
    pub fn woken(&mut self) -> JsResult {
        self.handle(Event::Woken)
    }

    /// Returns the error of the last attempt after a `wait`, for its span.
    pub fn last_failure(&self) -> JsResult {
        let failure = self.call.as_ref().ok().and_then(citrn::Call::last_failure);
        Ok(failure.map_or(JsValue::UNDEFINED, failure::to_js))
    }

    /// Ends the call because its timeout has passed.
    pub fn timed_out(&mut self) -> JsResult {
        self.advance(|call| Action::Done(Err(call.time_out())))
    }

    /// Ends the call because the caller cancelled it.
    pub fn cancelled(&mut self) -> JsResult {
        self.advance(|call| Action::Done(Err(call.cancel())))
    }

    fn handle(&mut self, event: Event) -> JsResult {
        self.advance(|call| call.handle(event, now(), random()))
    }

    fn advance<'a>(&'a mut self, next: impl FnOnce(&'a mut citrn::Call<String>) -> Action<'a, String>) -> JsResult {
        Ok(match &mut self.call {
            Ok(call) => to_js(next(call)),
            Err(error) => to_js(Action::Done(Err(error.clone()))),
        })
    }
}

fn make(
    config: Arc<citrn::Config>,
    endpoint: &str,
    parameters: &JsValue,
    extra: Option<&str>,
    options: &CallOptions<'_>,
) -> Result<citrn::Call<String>, Error> {
    if endpoint.starts_with('/') {
        if extra.is_some() {
            return Err(Error::parameter("extra", "is not for a request by path: its fields belong in params"));
        }
        let body = parameters.as_string().unwrap_or_default();
        return citrn::Call::to_path(config, endpoint, &body, options, lossless_text);
    }
    let spec = endpoints::by_name(endpoint);
    let spec = spec.ok_or_else(|| Error::configuration("name", "is not in the table of endpoints"))?;
    let parameters = Parameters::read(spec, parameters)?;
    let extra = extra.map(ExtraFields::from_object).transpose()?;
    let mut fields = parameters.fields();
    if let Some(extra) = &extra {
        fields.set_extra(extra);
    }
    citrn::Call::to_row(config, spec, &fields, options, lossless_text)
}

fn lossless_text(json: Json<'_>) -> Option<String> {
    Some(json.to_lossless_text())
}

fn now() -> Duration {
    Duration::from_millis(Date::now() as u64)
}

#[expect(clippy::float_arithmetic, reason = "jitter, not money")]
fn random() -> u32 {
    // Scales [0, 1) to 32 bits.
    (Math::random() * f64::from(u32::MAX)) as u32
}

/// An [`Action`] as an object for JavaScript.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Step<'a> {
    Sign {
        #[serde(with = "serde_bytes")]
        bytes: &'a [u8],
    },
    Send {
        method: &'a str,
        url: &'a str,
        #[serde(serialize_with = "object")]
        headers: &'a [(&'static str, String)],
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<&'a str>,
        max_reply_bytes: usize,
        moves_money: bool,
    },
    Wait {
        milliseconds: f64,
    },
    Reply {
        http_status: u16,
        /// JSON text.
        value: &'a str,
    },
    Error(Failure<'a>),
}

/// Writes pairs as an object.
fn object<S: serde::Serializer>(pairs: &&[(&'static str, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

/// Returns whole milliseconds: as a float, 1.001 s times 1000 is less than 1001, and a timer would round it down.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_millis() as f64
}

fn to_js(action: Action<'_, String>) -> JsValue {
    let step = match &action {
        Action::Sign(bytes) => Step::Sign { bytes },
        Action::Send(request) => Step::Send {
            method: request.method.as_str(),
            url: &request.url,
            headers: &request.headers,
            // The body is JSON text: `fetch` encodes it to the bytes that were signed.
            body: request.body.as_deref().and_then(|body| core::str::from_utf8(body).ok()),
            max_reply_bytes: request.max_reply_bytes,
            moves_money: request.kind == Kind::MovesMoney,
        },
        Action::Wait(duration) => Step::Wait { milliseconds: milliseconds(*duration) },
        Action::Done(Ok(Reply { http_status, data, .. })) => Step::Reply { http_status: *http_status, value: data },
        Action::Done(Err(error)) => Step::Error(Failure::from(error)),
    };
    // Plain fields always convert.
    step.serialize(&Serializer::new().serialize_maps_as_objects(true)).unwrap_or_default()
}
