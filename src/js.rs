//! What the npm package exports from wasm: plain functions over plain values, so that nobody has to call `free()`.
//!
//! The package's TypeScript is the client that people see; it hands over its settings with each call, and makes objects
//! and errors of what comes back.

use core::{future::Future, pin::Pin, time::Duration};
use std::cell::RefCell;

use js_sys::{Array, Function, JSON, Object, Promise, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use crate::{
    BaseUrl, CallOptions, Client, Code, Config, EndpointSpec, Error, FetchError, Platform, Reply, Request,
    RequestOptions, Response, SIGNATURE_HEADER, Secret, Signature, Signer,
    callback::{self, Callback, Credit},
    endpoint::{Fields, Value},
    endpoints,
    exact::exact,
    fetch::{self, AbortOnDrop},
};

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

/// Checks the signature of a callback under several secrets and reads it: a pair of the callback and the
/// [`Answers`] about it, or the error of an [`Outcome`].
#[wasm_bindgen]
#[must_use]
pub fn verify_callback(secrets: Vec<String>, body: &[u8], signature: Option<String>) -> JsValue {
    let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect();
    let headers = signature.as_deref().map(|signature| (SIGNATURE_HEADER, signature));
    match callback::authenticate(&secrets, body, headers).and_then(|()| Callback::parse(body)) {
        Ok(callback) => {
            let answers = Answers {
                is_final: callback.is_final(),
                is_deposit: callback.is_deposit(),
                customer_id: callback.customer_id(),
                credit: callback.credit(),
            };
            match serde_json::to_string(&(&callback, answers)) {
                Ok(json) => JSON::parse(&exact(&json)).unwrap_or(JsValue::NULL),
                Err(_) => outcome(Err(Error::not_sent(Code::InvalidCallback, "The callback cannot be written as JSON.")), None),
            }
        }
        Err(error) => outcome(Err(error), None),
    }
}

/// The answers to what people get wrong about a callback.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answers<'a> {
    is_final: bool,
    is_deposit: bool,
    customer_id: Option<&'a str>,
    credit: Option<Credit<'a>>,
}

/// Checks a client's settings: `undefined`, or the error that every call would give.
#[wasm_bindgen]
#[must_use]
pub fn check(settings: JsValue) -> JsValue {
    match client(settings) {
        Ok(_) => JsValue::UNDEFINED,
        Err(error) => outcome(Err(error), None),
    }
}

/// Calls an endpoint by its name in the table, such as `payments.create`. Never rejects: see [`Outcome`].
#[wasm_bindgen]
pub async fn call(name: String, parameters: JsValue, settings: JsValue, options: JsValue) -> JsValue {
    let spec = endpoints::by_name(&name);
    let work = async |client: &Client<Host>, options: CallOptions<'_>| {
        let spec = spec.ok_or_else(|| Error::configuration("name", "is not in the table of endpoints"))?;
        let owned = Parameters::read(spec, &parameters)?;
        client.call_row(spec, &owned.fields(), options).await
    };
    run(settings, options, work).await
}

/// Calls any path with a JSON object. Never rejects: see [`Outcome`].
#[wasm_bindgen]
pub async fn request(path: String, body: String, settings: JsValue, options: JsValue) -> JsValue {
    run(settings, options, async |client: &Client<Host>, options: CallOptions<'_>| {
        client.request(&path, &body, options).await
    })
    .await
}

async fn run(
    settings: JsValue,
    options: JsValue,
    work: impl AsyncFnOnce(&Client<Host>, CallOptions<'_>) -> Result<Reply<String>, Error>,
) -> JsValue {
    let client = match client(settings) {
        Ok(client) => client,
        Err(error) => return outcome(Err(error), None),
    };
    let result = match Options::read(options) {
        Ok(Options { timeout, max_retries, signal }) => {
            let cancel = signal.map(|signal| Box::pin(aborted(signal)) as Pin<Box<dyn Future<Output = ()>>>);
            work(&client, CallOptions { timeout, max_retries, cancel }).await
        }
        Err(error) => Err(error),
    };
    let cause = client.platform().failure.take();
    outcome(result, cause)
}

/// A client's settings, as the package hands them over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    api_key: Option<String>,
    secret: Option<String>,
    #[serde(with = "serde_wasm_bindgen::preserve", default)]
    signer: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve", default)]
    fetch: JsValue,
    #[serde(default)]
    base_url: Base,
    timeout_ms: Option<f64>,
    max_retries: Option<f64>,
    #[serde(default)]
    sign_gets: bool,
    #[serde(default)]
    allow_secret_in_body: bool,
}

#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Base {
    #[default]
    Documented,
    One(String),
    Each { io: String, com: String },
}

fn client(settings: JsValue) -> Result<Client<Host>, Error> {
    let settings: Settings = serde_wasm_bindgen::from_value(settings)
        .map_err(|error| Error::configuration("settings", format_args!("cannot be read: {error}")))?;
    let base_url = match settings.base_url {
        Base::Documented => BaseUrl::documented(),
        Base::One(base) => BaseUrl::one(&base)?,
        Base::Each { io, com } => BaseUrl::each(&io, &com)?,
    };
    let signer = match (settings.secret, settings.signer.dyn_into::<Function>()) {
        (Some(secret), _) => Signer::Secret(Secret::new(secret)),
        (None, Ok(signer)) => Signer::External(Box::new(move |bytes| Box::pin(sign_outside(signer.clone(), bytes.into())))),
        (None, Err(_)) => Signer::None,
    };
    let request = RequestOptions {
        base_url,
        sign_gets: settings.sign_gets,
        allow_secret_in_body: settings.allow_secret_in_body,
    };
    let defaults = Config::default();
    let config = Config {
        api_key: settings.api_key,
        signer,
        request,
        timeout: milliseconds(settings.timeout_ms)?.unwrap_or(defaults.timeout),
        max_retries: count(settings.max_retries)?.unwrap_or(defaults.max_retries),
    };
    Client::new(Host { fetch: settings.fetch.dyn_into().ok(), failure: RefCell::new(None) }, config)
}

async fn sign_outside(signer: Function, bytes: Vec<u8>) -> Result<String, String> {
    let given = signer
        .call1(&JsValue::UNDEFINED, &Uint8Array::from(bytes.as_slice()))
        .map_err(|error| fetch::describe(&error))?;
    let hex = JsFuture::from(Promise::resolve(&given)).await.map_err(|error| fetch::describe(&error))?;
    hex.as_string().ok_or_else(|| "it did not give text".to_owned())
}

/// What holds for one call.
struct Options {
    timeout: Option<Duration>,
    max_retries: Option<u32>,
    signal: Option<AbortSignal>,
}

impl Options {
    fn read(options: JsValue) -> Result<Self, Error> {
        #[derive(Deserialize, Default)]
        #[serde(rename_all = "camelCase")]
        struct Given {
            timeout_ms: Option<f64>,
            max_retries: Option<f64>,
            #[serde(with = "serde_wasm_bindgen::preserve", default)]
            signal: JsValue,
        }
        let given: Option<Given> = serde_wasm_bindgen::from_value(options)
            .map_err(|error| Error::configuration("options", format_args!("cannot be read: {error}")))?;
        let given = given.unwrap_or_default();
        let signal = (!given.signal.is_undefined() && !given.signal.is_null()).then(|| given.signal.unchecked_into());
        Ok(Self { timeout: milliseconds(given.timeout_ms)?, max_retries: count(given.max_retries)?, signal })
    }
}

fn milliseconds(given: Option<f64>) -> Result<Option<Duration>, Error> {
    given
        .map(|ms| match Duration::try_from_secs_f64(ms / 1000.0) {
            Ok(duration) if !duration.is_zero() => Ok(duration),
            _ => Err(Error::configuration("timeoutMs", "must be a number of milliseconds above zero")),
        })
        .transpose()
}

fn count(given: Option<f64>) -> Result<Option<u32>, Error> {
    given
        .map(|count| {
            let whole = count.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&count);
            whole.then_some(count as u32).ok_or_else(|| Error::configuration("maxRetries", "must be a whole number from 0"))
        })
        .transpose()
}

/// Completes when the caller's signal aborts.
async fn aborted(signal: AbortSignal) {
    if signal.aborted() {
        return;
    }
    let mut listening = None;
    let event = Promise::new(&mut |resolve, _| {
        if signal.add_event_listener_with_callback("abort", &resolve).is_ok() {
            listening = Some(Listening { signal: signal.clone(), listener: resolve });
        }
    });
    // The promise is only ever resolved.
    let _ = JsFuture::from(event).await;
    drop(listening);
}

/// Takes its listener away when it is dropped, so that a long-lived signal does not gather them.
struct Listening {
    signal: AbortSignal,
    listener: Function,
}

impl Drop for Listening {
    fn drop(&mut self) {
        // A signal that will not let go of a listener leaves nothing to be done about it here.
        let _ = self.signal.remove_event_listener_with_callback("abort", &self.listener);
    }
}

/// The JavaScript host: the global `fetch` through gloo-net, or the caller's own.
struct Host {
    fetch: Option<Function>,
    /// The JavaScript error of the last attempt that failed, which becomes the `cause`.
    failure: RefCell<Option<JsValue>>,
}

impl Platform for Host {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let sent = match &self.fetch {
            Some(function) => send_through(function, request).await,
            None => fetch::send(request).await,
        };
        sent.map_err(|error| {
            let message = fetch::describe(&error);
            self.failure.replace(Some(error));
            FetchError { message }
        })
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        fetch::sleep(duration)
    }

    fn now(&self) -> Duration {
        fetch::now()
    }

    fn random(&self) -> u32 {
        fetch::random()
    }
}

/// Sends a request through the caller's `fetch`. Of its answer only `status`, `headers.get` and `arrayBuffer()` are
/// read, so any Response-like object will do.
async fn send_through(function: &Function, request: &Request) -> Result<Response, JsValue> {
    let abort = AbortOnDrop::new()?;
    let headers = Object::new();
    for (name, value) in &request.headers {
        set(&headers, name, &JsValue::from_str(value))?;
    }
    let init = Object::new();
    set(&init, "method", &JsValue::from_str(request.method.as_str()))?;
    set(&init, "headers", &headers)?;
    set(&init, "redirect", &JsValue::from_str("manual"))?;
    set(&init, "signal", &abort.signal())?;
    if let Some(body) = &request.body {
        set(&init, "body", &Uint8Array::from(body.as_slice()))?;
    }
    let promise = function.call2(&JsValue::UNDEFINED, &JsValue::from_str(&request.url), &init)?;
    let answer = JsFuture::from(Promise::resolve(&promise)).await?;
    let status = get(&answer, "status")?.as_f64().filter(|status| (0.0..=999.0).contains(status));
    let status = status.ok_or_else(|| JsValue::from_str("the given fetch answered without a status"))? as u16;
    let headers = get(&answer, "headers")?;
    let retry_after = method(&headers, "get", &JsValue::from_str("Retry-After"))?.as_string();
    let body = method(&answer, "arrayBuffer", &JsValue::UNDEFINED)?;
    let body = JsFuture::from(Promise::resolve(&body)).await?;
    abort.disarm();
    Ok(Response { status, retry_after, body: Uint8Array::new(&body).to_vec() })
}

fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &JsValue::from_str(name))
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(name), value).map(|_| ())
}

fn method(object: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let function = get(object, name)?.dyn_into::<Function>();
    function.map_err(|_| JsValue::from_str("the given fetch answered with something that is not like a Response"))?.call1(object, argument)
}

/// A call's parameters, taken out of JavaScript.
struct Parameters(Vec<(&'static str, Given)>);

enum Given {
    Text(String),
    Array(Vec<String>),
}

impl Parameters {
    /// Reads the parameters in the table's order. What is `undefined` or `null` counts as left out.
    fn read(spec: &EndpointSpec, given: &JsValue) -> Result<Self, Error> {
        if given.is_undefined() || given.is_null() {
            return Ok(Self(Vec::new()));
        }
        let object = given.dyn_ref::<Object>().filter(|object| !Array::is_array(object));
        let object = object.ok_or_else(|| Error::parameter("parameters", "must be an object"))?;
        for name in Object::keys(object).iter().filter_map(|name| name.as_string()) {
            if !spec.parameters.iter().any(|parameter| parameter.name == name) {
                // Checked again with the others; here so that the name is not lost.
                let fields = Fields(vec![(name.as_str(), Value::Text(""))]);
                crate::validate::validate(spec, &fields)?;
            }
        }
        let mut parameters = Vec::new();
        for parameter in spec.parameters {
            let value = get(object, parameter.name).unwrap_or(JsValue::UNDEFINED);
            if !value.is_undefined() && !value.is_null() {
                parameters.push((parameter.name, Given::read(parameter.name, &value)?));
            }
        }
        Ok(Self(parameters))
    }

    fn fields(&self) -> Fields<'_> {
        let mut fields = Fields::new();
        for (name, given) in &self.0 {
            fields.push(name, match given {
                Given::Text(text) => Value::Text(text),
                Given::Array(items) => Value::Array(items),
            });
        }
        fields
    }
}

impl Given {
    /// Text; a list of texts, which is joined by commas; or `{ array: [...] }`, which stays a list.
    fn read(name: &str, value: &JsValue) -> Result<Self, Error> {
        if let Some(text) = value.as_string() {
            return Ok(Given::Text(text));
        }
        if value.as_f64().is_some() || value.is_bigint() {
            return Err(Error::parameter(
                name,
                "must be text, not a number: JavaScript's numbers lose digits, so write it in quotes, such as \"0.1\"",
            ));
        }
        if let Some(list) = value.dyn_ref::<Array>() {
            return texts(name, list).map(|texts| Given::Text(texts.join(",")));
        }
        let array = get(value, "array").ok().and_then(|array| array.dyn_into::<Array>().ok());
        match array {
            Some(array) => texts(name, &array).map(Given::Array),
            None => Err(Error::parameter(name, "must be text")),
        }
    }
}

fn texts(name: &str, list: &Array) -> Result<Vec<String>, Error> {
    let text = |item: JsValue| item.as_string().ok_or_else(|| Error::parameter(name, "must hold only text"));
    list.iter().map(text).collect()
}

/// What a call came to, as the package takes it: a reply with `value`, or an error with `code`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", untagged)]
enum Outcome<'a> {
    #[serde(rename_all = "camelCase")]
    Reply {
        http_status: u16,
        raw: &'a str,
    },
    #[serde(rename_all = "camelCase")]
    Error {
        code: &'a str,
        message: &'a str,
        http_status: Option<u16>,
        executed: &'a str,
        retryable: bool,
        /// Seconds.
        retry_after: Option<f64>,
        field: Option<&'a str>,
        reference: Option<(&'a str, &'a str)>,
        raw: Option<&'a str>,
        /// Whether `code` is the gateway's own.
        from_gateway: bool,
    },
}

fn outcome(result: Result<Reply<String>, Error>, cause: Option<JsValue>) -> JsValue {
    match result {
        Ok(reply) => {
            let outcome = to_js(&Outcome::Reply { http_status: reply.http_status, raw: &reply.raw });
            // The text was written by this crate or checked to be JSON, so it parses.
            let value = JSON::parse(&exact(&reply.data)).unwrap_or(JsValue::NULL);
            let _ = set(&outcome, "value", &value);
            outcome.into()
        }
        Err(error) => {
            let outcome = to_js(&Outcome::Error {
                code: error.code().as_str(),
                message: error.message(),
                http_status: error.http_status(),
                executed: error.executed().as_str(),
                retryable: error.retryable(),
                retry_after: error.retry_after().map(|wait| wait.as_secs_f64()),
                field: error.field(),
                reference: error.reference().map(|reference| (reference.name, reference.value.as_str())),
                raw: error.raw(),
                from_gateway: matches!(error.code(), Code::Gateway(_)),
            });
            if let (Code::Network, Some(cause)) = (error.code(), cause) {
                let _ = set(&outcome, "cause", &cause);
            }
            outcome.into()
        }
    }
}

fn to_js(outcome: &Outcome<'_>) -> Object {
    serde_wasm_bindgen::to_value(outcome).ok().and_then(|value| value.dyn_into().ok()).unwrap_or_default()
}
