//! Input from the package's TypeScript: a client's settings, a call's options and its parameters. The TypeScript has
//! copied them and checked their types.

use core::time::Duration;
use std::{cell::RefCell, sync::Arc};

use citrn::{
    BaseUrl, CallOptions, Config, EndpointSpec, Error, RequestOptions, Secret, Signer, check_parameter_name,
    endpoint::{Fields, Parameter, Rule, Value},
};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// The settings of a client, made by `pkg/src/configuration.ts`. They never change.
    #[derive(Debug, Clone, PartialEq)]
    pub type Settings;

    #[wasm_bindgen(method, getter = apiKey)]
    fn api_key(this: &Settings) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn secret(this: &Settings) -> Option<String>;
    #[wasm_bindgen(method, getter = callbackSecrets)]
    fn callback_secrets(this: &Settings) -> Option<Vec<String>>;
    #[wasm_bindgen(method, getter = baseUrl)]
    fn base_url(this: &Settings) -> Option<BaseUrls>;
    #[wasm_bindgen(method, getter = timeoutMs)]
    fn timeout_ms(this: &Settings) -> Option<f64>;
    #[wasm_bindgen(method, getter = maxRetries)]
    fn max_retries(this: &Settings) -> Option<f64>;
    #[wasm_bindgen(method, getter = signGets)]
    fn sign_gets(this: &Settings) -> Option<bool>;
    #[wasm_bindgen(method, getter = allowSecretInBody)]
    fn allow_secret_in_body(this: &Settings) -> Option<bool>;
    #[wasm_bindgen(method, getter = allowOtherCurrency)]
    fn allow_other_currency(this: &Settings) -> Option<bool>;
    #[wasm_bindgen(method, getter = redirectOrigins)]
    fn redirect_origins(this: &Settings) -> Option<Vec<String>>;
    #[wasm_bindgen(method, getter = allowInsecureBaseUrl)]
    fn allow_insecure_base_url(this: &Settings) -> Option<bool>;

    type BaseUrls;

    #[wasm_bindgen(method, getter)]
    fn io(this: &BaseUrls) -> String;
    #[wasm_bindgen(method, getter)]
    fn com(this: &BaseUrls) -> String;

    /// The options of a call, a subset of `CallOptions` in `pkg/src/options.ts`.
    #[derive(Debug)]
    pub type Options;

    #[wasm_bindgen(method, getter = timeoutMs)]
    fn timeout_ms(this: &Options) -> Option<f64>;
    #[wasm_bindgen(method, getter = maxRetries)]
    fn max_retries(this: &Options) -> Option<f64>;
}

thread_local! {
    /// A cache of the latest settings, since most processes have one client.
    static LATEST: RefCell<Option<(Settings, Arc<Config>)>> = const { RefCell::new(None) };
}

/// Returns the configuration of a client, from the cache if the settings are the latest.
pub(crate) fn configuration(settings: &Settings) -> Result<Arc<Config>, Error> {
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

/// Reads the settings of a client.
pub(crate) fn read_settings(settings: &Settings) -> Result<Config, Error> {
    let base_url = match settings.base_url() {
        Some(urls) => BaseUrl::each(&urls.io(), &urls.com())?,
        None => BaseUrl::documented(),
    };
    Ok(Config {
        api_key: settings.api_key(),
        signer: settings.secret().map_or(Signer::None, |secret| Signer::Secret(Secret::new(secret))),
        request: RequestOptions {
            base_url,
            sign_gets: settings.sign_gets().unwrap_or_default(),
            allow_secret_in_body: settings.allow_secret_in_body().unwrap_or_default(),
            allow_other_currency: settings.allow_other_currency().unwrap_or_default(),
            redirect_origins: settings.redirect_origins().unwrap_or_default(),
            allow_insecure_base_url: settings.allow_insecure_base_url().unwrap_or_default(),
            any_foreign_id: false,
        },
        timeout: settings.timeout_ms().map_or(Ok(Config::TIMEOUT), milliseconds)?,
        max_retries: settings.max_retries().map_or(Ok(Config::MAX_RETRIES), count)?,
        callback_secrets: settings.callback_secrets().into_iter().flatten().map(Secret::new).collect(),
    })
}

/// Reads the options of a call.
pub(crate) fn read_options(options: Option<&Options>) -> Result<CallOptions<'static>, Error> {
    let timeout = options.and_then(Options::timeout_ms).map(milliseconds).transpose()?;
    let max_retries = options.and_then(Options::max_retries).map(count).transpose()?;
    Ok(CallOptions { timeout, max_retries, ..CallOptions::default() })
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
            let value = Reflect::get(object, &parameter.name.into()).unwrap_or_default();
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
        match value.dyn_ref::<Array>() {
            Some(items) if parameter.rule == Rule::Currencies => {
                let items = items.iter().map(|item| item.as_string()).collect::<Option<_>>();
                items.map(Self::Array).ok_or_else(|| Error::parameter(name, "must contain only text"))
            }
            _ => Err(Error::parameter(name, "must be text")),
        }
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
