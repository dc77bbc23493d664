//! A call's parameters, taken out of JavaScript.

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

use super::host::get;
use crate::{
    EndpointSpec, Error,
    endpoint::{Fields, Parameter, Rule, Value},
    validate::is_known,
};

/// The parameters that were given, in the table's order.
pub(super) struct Parameters(Vec<(&'static str, Given)>);

enum Given {
    Text(String),
    Array(Vec<String>),
}

impl Parameters {
    /// Reads the parameters in the table's order. What is `undefined` or `null` counts as left out.
    pub(super) fn read(spec: &EndpointSpec, given: &JsValue) -> Result<Self, Error> {
        if given.is_undefined() || given.is_null() {
            return Ok(Self(Vec::new()));
        }
        let object = (given.is_object() && !Array::is_array(given)).then(|| given.unchecked_ref::<Object>());
        let object = object.ok_or_else(|| Error::parameter("parameters", "must be an object"))?;
        for name in Object::keys(object).iter().filter_map(|name| name.as_string()) {
            is_known(spec, &name)?;
        }
        let mut parameters = Vec::new();
        for parameter in spec.parameters {
            let value = get(object, parameter.name).unwrap_or(JsValue::UNDEFINED);
            if !value.is_undefined() && !value.is_null() {
                parameters.push((parameter.name, Given::read(parameter, &value)?));
            }
        }
        Ok(Self(parameters))
    }

    pub(super) fn fields(&self) -> Fields<'_> {
        let mut fields = Fields::new();
        for (name, given) in &self.0 {
            fields.push(
                name,
                match given {
                    Given::Text(text) => Value::Text(text),
                    Given::Array(items) => Value::Array(items),
                },
            );
        }
        fields
    }
}

impl Given {
    /// Text; a list of texts, which is joined by commas; or `{ array: [...] }`, which stays a list.
    fn read(parameter: &Parameter, value: &JsValue) -> Result<Self, Error> {
        let name = parameter.name;
        if let Some(text) = value.as_string() {
            return Ok(Given::Text(text));
        }
        if value.as_f64().is_some() || value.is_bigint() {
            return Err(Error::parameter(
                name,
                "must be text, not a number: JavaScript's numbers lose digits, so write it in quotes, such as \"0.1\"",
            ));
        }
        if parameter.rule != Rule::Currencies {
            return Err(Error::parameter(name, "must be text"));
        }
        if let Some(list) = value.dyn_ref::<Array>() {
            let mut joined = String::new();
            for (at, code) in texts(name, list)?.iter().enumerate() {
                if at > 0 {
                    joined.push(',');
                }
                joined.push_str(code);
            }
            return Ok(Given::Text(joined));
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
