//! A call's parameters, of which the package's TypeScript has made plain values.

use citrn::{
    EndpointSpec, Error, check_parameter_name,
    endpoint::{Fields, Parameter, Rule, Value},
};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The parameters that were given, in the table's order.
pub(crate) struct Parameters(Vec<(&'static str, Given)>);

enum Given {
    Text(String),
    Array(Vec<String>),
}

impl Parameters {
    /// Reads the parameters out of an object with own properties only.
    pub(crate) fn read(spec: &EndpointSpec, given: &JsValue) -> Result<Self, Error> {
        let mut parameters = Vec::new();
        if given.is_undefined() {
            return Ok(Self(parameters));
        }
        let names = Object::keys(given.unchecked_ref::<Object>());
        for name in names.iter().filter_map(|name| name.as_string()) {
            check_parameter_name(spec, &name)?;
        }
        for parameter in spec.parameters {
            let value = Reflect::get(given, &parameter.name.into()).unwrap_or_default();
            if !value.is_undefined() {
                parameters.push((parameter.name, Given::read(parameter, &value)?));
            }
        }
        Ok(Self(parameters))
    }

    pub(crate) fn fields(&self) -> Fields<'_> {
        let mut fields = Fields::new();
        for (name, given) in &self.0 {
            let value = match given {
                Given::Text(text) => Value::Text(text),
                Given::Array(items) => Value::Array(items),
            };
            fields.push(name, value);
        }
        fields
    }
}

impl Given {
    fn read(parameter: &Parameter, value: &JsValue) -> Result<Self, Error> {
        let name = parameter.name;
        if let Some(text) = value.as_string() {
            return Ok(Given::Text(text));
        }
        if value.as_f64().is_some() {
            let problem = format_args!("must be text, not a number: {}", in_quotes(parameter.rule));
            return Err(Error::parameter(name, problem));
        }
        match value.dyn_ref::<Array>() {
            Some(items) if parameter.rule == Rule::Currencies => {
                let items = items.iter().map(|item| item.as_string()).collect::<Option<_>>();
                items.map(Given::Array).ok_or_else(|| Error::parameter(name, "must hold only text"))
            }
            _ => Err(Error::parameter(name, "must be text")),
        }
    }
}

/// How to write a value as text that was given as a number.
fn in_quotes(rule: Rule) -> &'static str {
    match rule {
        Rule::Amount => "JavaScript's numbers lose digits, so write it in quotes, such as \"0.1\"",
        Rule::ForeignId => "write the id in quotes, such as \"user-17\"",
        _ => "write it in quotes",
    }
}
