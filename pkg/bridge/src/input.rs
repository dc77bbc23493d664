//! Input from the package's TypeScript: a client's settings, a call's options and its parameters. The TypeScript has
//! copied them and checked their types.

use core::time::Duration;
use std::{cell::RefCell, sync::Arc};

use citrn::{
    BaseUrl, CallOptions, Config, EndpointSpec, Error, RequestOptions, Secret, Signer, check_parameter_name,
    endpoint::{Fields, Parameter, Rule, Value},
};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    /// A cache of the latest settings, since most processes have one client.
    static LATEST: RefCell<Option<(JsValue, Arc<Config>)>> = const { RefCell::new(None) };
}

/// Returns the configuration of a client, from the cache if the settings are the latest. They never change.
pub(crate) fn configuration(settings: &JsValue) -> Result<Arc<Config>, Error> {
    let latest = LATEST.with_borrow(|latest| {
        latest.as_ref().filter(|(known, _)| known == settings).map(|(_, config)| Arc::clone(config))
    });
    if let Some(config) = latest {
        return Ok(config);
    }
    let config: Arc<Config> = read_settings(settings)?.into();
    LATEST.set(Some((settings.clone(), Arc::clone(&config))));
    Ok(config)
}

/// Reads the settings of a client, which `pkg/src/configuration.ts` makes.
pub(crate) fn read_settings(settings: &JsValue) -> Result<Config, Error> {
    let text = |name| get(settings, name).as_string();
    let texts = |name| texts(&get(settings, name)).unwrap_or_default();
    let is_set = |name| get(settings, name) == JsValue::TRUE;
    let urls = get(settings, "baseUrl");
    let base_url = match (get(&urls, "io").as_string(), get(&urls, "com").as_string()) {
        (Some(io), Some(com)) => BaseUrl::each(&io, &com)?,
        _ => BaseUrl::documented(),
    };
    Ok(Config {
        api_key: text("apiKey"),
        signer: text("secret").map_or(Signer::None, |secret| Signer::Secret(Secret::new(secret))),
        request: RequestOptions {
            base_url,
            sign_gets: is_set("signGets"),
            allow_secret_in_body: is_set("allowSecretInBody"),
            allow_other_currency: is_set("allowOtherCurrency"),
            redirect_origins: texts("redirectOrigins"),
            allow_insecure_base_url: is_set("allowInsecureBaseUrl"),
            any_foreign_id: false,
        },
        timeout: get(settings, "timeoutMs").as_f64().map_or(Ok(Config::TIMEOUT), milliseconds)?,
        max_retries: get(settings, "maxRetries").as_f64().map_or(Ok(Config::MAX_RETRIES), count)?,
        callback_secrets: texts("callbackSecrets").into_iter().map(Secret::new).collect(),
    })
}

/// Reads the options of a call.
pub(crate) fn read_options(timeout_ms: Option<f64>, max_retries: Option<f64>) -> Result<CallOptions<'static>, Error> {
    let timeout = timeout_ms.map(milliseconds).transpose()?;
    let max_retries = max_retries.map(count).transpose()?;
    Ok(CallOptions { timeout, max_retries, ..CallOptions::default() })
}

/// Returns a property, or `undefined` if there is no object.
fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// Returns the items of an array of strings.
fn texts(value: &JsValue) -> Option<Vec<String>> {
    value.dyn_ref::<Array>()?.iter().map(|item| item.as_string()).collect()
}

#[expect(clippy::float_arithmetic, reason = "a timeout, not money")]
fn milliseconds(value: f64) -> Result<Duration, Error> {
    match Duration::try_from_secs_f64(value / 1000.0) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err(Error::configuration("timeoutMs", "must be a number of milliseconds above zero")),
    }
}

fn count(value: f64) -> Result<u32, Error> {
    if value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value) {
        Ok(value as u32)
    } else {
        Err(Error::configuration("maxRetries", "must be a whole number, 0 or more"))
    }
}

/// The parameters of a call, in the table's order.
pub(crate) struct Parameters(Vec<(&'static str, ParameterValue)>);

enum ParameterValue {
    Text(String),
    Array(Vec<String>),
}

impl Parameters {
    /// Reads the parameters from an object without inherited properties.
    pub(crate) fn read(spec: &EndpointSpec, object: &JsValue) -> Result<Self, Error> {
        let mut parameters = Vec::new();
        if object.is_undefined() {
            return Ok(Self(parameters));
        }
        let names = Object::keys(object.unchecked_ref::<Object>());
        for name in names.iter().filter_map(|name| name.as_string()) {
            check_parameter_name(spec, &name)?;
        }
        for parameter in spec.parameters {
            let value = get(object, parameter.name);
            if !value.is_undefined() {
                parameters.push((parameter.name, ParameterValue::read(parameter, &value)?));
            }
        }
        Ok(Self(parameters))
    }

    pub(crate) fn fields(&self) -> Fields<'_> {
        let mut fields = Fields::new();
        for (name, value) in &self.0 {
            let value = match value {
                ParameterValue::Text(text) => Value::Text(text),
                ParameterValue::Array(items) => Value::Array(items),
            };
            fields.push(name, value);
        }
        fields
    }
}

impl ParameterValue {
    fn read(parameter: &Parameter, value: &JsValue) -> Result<Self, Error> {
        let name = parameter.name;
        if let Some(text) = value.as_string() {
            return Ok(Self::Text(text));
        }
        if value.as_f64().is_some() {
            let problem = format_args!("must be text, not a number: {}", quoting_advice(parameter.rule));
            return Err(Error::parameter(name, problem));
        }
        if parameter.rule != Rule::Currencies || !Array::is_array(value) {
            return Err(Error::parameter(name, "must be text"));
        }
        texts(value).map(Self::Array).ok_or_else(|| Error::parameter(name, "must contain only text"))
    }
}

/// Returns advice for a value that is a number instead of text.
fn quoting_advice(rule: Rule) -> &'static str {
    match rule {
        Rule::Amount => "JavaScript numbers lose digits, so write it in quotes, such as \"0.1\"",
        Rule::ForeignId => "write the id in quotes, such as \"user-17\"",
        _ => "write it in quotes",
    }
}
