//! A client's settings and a call's options, taken out of JavaScript.

use core::time::Duration;
use std::cell::RefCell;

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::host::{Host, get};
use crate::{BaseUrl, Client, Config, Error, RequestOptions, Secret, Signer, fetch::describe, promise::settled};

/// Most clients whose settings are kept read.
const KEPT: usize = 4;

thread_local! {
    /// The settings that were used last, as the package's own object and as a client; the one that was read first in front.
    static LATEST: RefCell<Vec<(JsValue, Client<Host>)>> = const { RefCell::new(Vec::new()) };
}

/// The client of one call, under the settings that the package hands over. The package never changes such an object.
pub(super) fn client(settings: &JsValue) -> Result<Client<Host>, Error> {
    let for_one_call = |client: &Client<Host>| client.over(client.platform().for_one_call());
    let known = LATEST.with_borrow(|latest| {
        let found = latest.iter().find(|(of, _)| of == settings);
        found.map(|(_, client)| for_one_call(client))
    });
    if let Some(client) = known {
        return Ok(client);
    }
    let client = read(settings)?;
    let own = for_one_call(&client);
    LATEST.with_borrow_mut(|latest| {
        if latest.len() == KEPT {
            latest.remove(0);
        }
        latest.push((settings.clone(), client));
    });
    Ok(own)
}

fn read(settings: &JsValue) -> Result<Client<Host>, Error> {
    let given = |name| given(settings, name);
    let base_url = match given("baseUrl") {
        None => BaseUrl::documented(),
        Some(one) if one.is_string() => BaseUrl::one(&text("baseUrl", &one)?)?,
        Some(each) => {
            let of = |host| text("baseUrl", &self::given(&each, host).unwrap_or(JsValue::UNDEFINED));
            BaseUrl::each(&of("io")?, &of("com")?)?
        }
    };
    let secret = given("secret").map(|secret| text("secret", &secret)).transpose()?;
    let signer = match (secret, given("signer")) {
        (Some(secret), _) => Signer::Secret(Secret::new(secret)),
        (None, Some(signer)) => {
            let signer = function("signer", signer)?;
            Signer::External(Box::new(move |bytes| Box::pin(sign_outside(signer.clone(), bytes.into()))))
        }
        (None, None) => Signer::None,
    };
    let request = RequestOptions {
        base_url,
        sign_gets: given("signGets").is_some_and(|given| given.is_truthy()),
        allow_secret_in_body: given("allowSecretInBody").is_some_and(|given| given.is_truthy()),
        any_foreign_id: false,
        allow_other_currency: given("allowOtherCurrency").is_some_and(|given| given.is_truthy()),
        redirect_origins: texts("redirectOrigins", given("redirectOrigins"))?,
        allow_insecure_base_url: given("allowInsecureBaseUrl").is_some_and(|given| given.is_truthy()),
    };
    let defaults = Config::default();
    let config = Config {
        api_key: given("apiKey").map(|key| text("apiKey", &key)).transpose()?,
        signer,
        request,
        timeout: milliseconds(settings)?.unwrap_or(defaults.timeout),
        max_retries: count(settings)?.unwrap_or(defaults.max_retries),
        callback_secrets: texts("callbackSecrets", given("callbackSecrets"))?.into_iter().map(Secret::new).collect(),
    };
    let fetch = given("fetch").map(|fetch| function("fetch", fetch)).transpose()?;
    Client::new(Host::new(fetch), config)
}

/// A property that is there: neither `undefined` nor `null`.
fn given(object: &JsValue, name: &str) -> Option<JsValue> {
    if object.is_undefined() || object.is_null() {
        return None;
    }
    get(object, name).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

fn text(name: &str, value: &JsValue) -> Result<String, Error> {
    value.as_string().ok_or_else(|| Error::configuration(name, "must be text"))
}

fn texts(name: &str, list: Option<JsValue>) -> Result<Vec<String>, Error> {
    let items = list.map(|list| js_sys::Array::from(&list)).unwrap_or_default();
    items.iter().map(|item| text(name, &item)).collect()
}

fn function(name: &str, value: JsValue) -> Result<Function, Error> {
    value.dyn_into().map_err(|_| Error::configuration(name, "must be a function"))
}

async fn sign_outside(signer: Function, bytes: Vec<u8>) -> Result<String, String> {
    let given =
        signer.call1(&JsValue::UNDEFINED, &Uint8Array::from(bytes.as_slice())).map_err(|error| describe(&error))?;
    let hex = settled(&Promise::resolve(&given)).await.map_err(|error| describe(&error))?;
    hex.as_string().ok_or_else(|| "it did not give text".to_owned())
}

/// What holds for one call.
pub(super) struct Options {
    pub(super) timeout: Option<Duration>,
    pub(super) max_retries: Option<u32>,
    pub(super) signal: Option<AbortSignal>,
}

impl Options {
    pub(super) fn read(options: &JsValue) -> Result<Self, Error> {
        if options.is_undefined() {
            return Ok(Self { timeout: None, max_retries: None, signal: None });
        }
        let signal = given(options, "signal").map(JsCast::unchecked_into);
        Ok(Self { timeout: milliseconds(options)?, max_retries: count(options)?, signal })
    }
}

#[expect(clippy::float_arithmetic, reason = "a timeout, not money")]
fn milliseconds(object: &JsValue) -> Result<Option<Duration>, Error> {
    let Some(given) = given(object, "timeoutMs") else { return Ok(None) };
    match given.as_f64().and_then(|ms| Duration::try_from_secs_f64(ms / 1000.0).ok()) {
        Some(duration) if !duration.is_zero() => Ok(Some(duration)),
        _ => Err(Error::configuration("timeoutMs", "must be a number of milliseconds above zero")),
    }
}

fn count(object: &JsValue) -> Result<Option<u32>, Error> {
    let Some(given) = given(object, "maxRetries") else { return Ok(None) };
    let whole = |count: &f64| count.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(count);
    match given.as_f64().filter(whole) {
        Some(count) => Ok(Some(count as u32)),
        None => Err(Error::configuration("maxRetries", "must be a whole number from 0")),
    }
}
