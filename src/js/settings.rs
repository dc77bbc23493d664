//! A client's settings and a call's options, taken out of JavaScript.

use core::time::Duration;

use js_sys::{Function, Promise, Uint8Array};
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::host::Host;
use crate::{BaseUrl, Client, Config, Error, RequestOptions, Secret, Signer, fetch::describe};

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
    Each {
        io: String,
        com: String,
    },
}

/// Makes the client of one call.
pub(super) fn client(settings: JsValue) -> Result<Client<Host>, Error> {
    let settings: Settings = serde_wasm_bindgen::from_value(settings)
        .map_err(|error| Error::configuration("settings", format_args!("cannot be read: {error}")))?;
    let base_url = match settings.base_url {
        Base::Documented => BaseUrl::documented(),
        Base::One(base) => BaseUrl::one(&base)?,
        Base::Each { io, com } => BaseUrl::each(&io, &com)?,
    };
    let signer = match (settings.secret, settings.signer.dyn_into::<Function>()) {
        (Some(secret), _) => Signer::Secret(Secret::new(secret)),
        (None, Ok(signer)) => {
            Signer::External(Box::new(move |bytes| Box::pin(sign_outside(signer.clone(), bytes.into()))))
        }
        (None, Err(_)) => Signer::None,
    };
    let request =
        RequestOptions { base_url, sign_gets: settings.sign_gets, allow_secret_in_body: settings.allow_secret_in_body };
    let defaults = Config::default();
    let config = Config {
        api_key: settings.api_key,
        signer,
        request,
        timeout: milliseconds(settings.timeout_ms)?.unwrap_or(defaults.timeout),
        max_retries: count(settings.max_retries)?.unwrap_or(defaults.max_retries),
    };
    Client::new(Host::new(settings.fetch.dyn_into().ok()), config)
}

async fn sign_outside(signer: Function, bytes: Vec<u8>) -> Result<String, String> {
    let given =
        signer.call1(&JsValue::UNDEFINED, &Uint8Array::from(bytes.as_slice())).map_err(|error| describe(&error))?;
    let hex = JsFuture::from(Promise::resolve(&given)).await.map_err(|error| describe(&error))?;
    hex.as_string().ok_or_else(|| "it did not give text".to_owned())
}

/// What holds for one call.
pub(super) struct Options {
    pub(super) timeout: Option<Duration>,
    pub(super) max_retries: Option<u32>,
    pub(super) signal: Option<AbortSignal>,
}

impl Options {
    pub(super) fn read(options: JsValue) -> Result<Self, Error> {
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

#[expect(clippy::float_arithmetic, reason = "a timeout, not money")]
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
            whole
                .then_some(count as u32)
                .ok_or_else(|| Error::configuration("maxRetries", "must be a whole number from 0"))
        })
        .transpose()
}
