//! A call's parameters, as the package writes them.

use crate::{
    EndpointSpec, Error,
    endpoint::{Fields, Parameter, Rule, Value},
    json::{Document, Json},
    validate::is_known,
};

/// The parameters that were given, in the table's order.
pub(super) struct Parameters(Vec<(&'static str, Given)>);

enum Given {
    Text(String),
    Array(Vec<String>),
}

impl Parameters {
    /// Reads the parameters out of their JSON text. What is `null` counts as left out.
    pub(super) fn read(spec: &EndpointSpec, given: Option<&str>) -> Result<Self, Error> {
        let mut parameters = Vec::new();
        if let Some(text) = given {
            let document = Document::parse(text).ok();
            let object = document.as_ref().and_then(|document| document.root().object());
            let object = object.ok_or_else(|| Error::parameter("parameters", "must be an object"))?;
            for (name, _) in object.iter() {
                is_known(spec, &name)?;
            }
            for parameter in spec.parameters {
                if let Some(value) = object.get(parameter.name).filter(|value| !value.is_null()) {
                    parameters.push((parameter.name, Given::read(parameter, value)?));
                }
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
    fn read(parameter: &Parameter, value: Json<'_>) -> Result<Self, Error> {
        let name = parameter.name;
        if let Some(text) = value.string() {
            return Ok(Given::Text(text));
        }
        if value.is_number() {
            return Err(Error::parameter(name, format_args!("must be text, not a number: {}", quoted(parameter.rule))));
        }
        if parameter.rule != Rule::Currencies {
            return Err(Error::parameter(name, "must be text"));
        }
        if let Some(list) = value.array() {
            return Ok(Given::Text(texts(name, list)?.join(",")));
        }
        match value.object().and_then(|object| object.get("array")).and_then(Json::array) {
            Some(list) => texts(name, list).map(Given::Array),
            None => Err(Error::parameter(name, "must be text")),
        }
    }
}

/// How to write a value as text that was given as a number.
fn quoted(rule: Rule) -> &'static str {
    match rule {
        Rule::Amount => "JavaScript's numbers lose digits, so write it in quotes, such as \"0.1\"",
        Rule::ForeignId => "write the id in quotes, such as \"user-17\"",
        _ => "write it in quotes",
    }
}

fn texts(name: &str, list: Vec<Json<'_>>) -> Result<Vec<String>, Error> {
    let texts = list.into_iter().map(Json::string).collect::<Option<_>>();
    texts.ok_or_else(|| Error::parameter(name, "must hold only text"))
}
