//! Parameters of a call, read from the JSON object in its body.

use citrn::{EndpointSpec, ErrorCode};
use serde_json::{Map, Value};

use crate::{decimal::Decimal, http::Request, refusal::Refusal};

/// The parameters of one call.
#[derive(Debug, Clone, Default)]
pub struct Parameters(Map<String, Value>);

impl Parameters {
    /// Reads the body of a POST: a JSON object, or an empty array, which means no parameters as in the CoinsPaid
    /// family. If no parameter is required, the body may be empty, since the documentation shows none for such calls.
    pub fn read(spec: &EndpointSpec, request: &Request<'_>) -> Result<Self, Refusal> {
        let refuse = |reason: String| Err(Refusal::bad_content(reason));
        if request.body.is_empty() && !spec.parameters.iter().any(|parameter| parameter.required) {
            return Ok(Self::default());
        }
        match request.media_type().as_deref() {
            Some("application/json") => {}
            Some(other) => return refuse(format!("the Content-Type is `{other}`: it must be `application/json`")),
            None => return refuse("the Content-Type is missing: it must be `application/json`".to_owned()),
        }
        match serde_json::from_slice(request.body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(Value::Array(items)) if items.is_empty() => Ok(Self::default()),
            Ok(_) => refuse("the body is JSON but not an object".to_owned()),
            Err(_) if request.body.is_empty() => {
                refuse("the body is empty: this call has required parameters".to_owned())
            }
            Err(error) => refuse(format!("the body is not JSON: line {}, column {}", error.line(), error.column())),
        }
    }

    /// Checks that a call with a `foreign_id` has the additional fields that the gateway is set to require. `null` and an
    /// empty text count as missing.
    pub fn check_additional(&self, spec: &EndpointSpec, required: &[String]) -> Result<(), Refusal> {
        let is_missing = |name: &&String| match self.0.get(*name) {
            None | Some(Value::Null) => true,
            Some(value) => value.as_str() == Some(""),
        };
        let applies = spec.parameters.iter().any(|parameter| parameter.name == "foreign_id");
        match required.iter().find(is_missing).filter(|_| applies) {
            Some(name) => Err(Refusal::field(name, "is required")),
            None => Ok(()),
        }
    }

    /// Returns an optional text; `null` counts as missing.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::field(name, "must be text")),
        }
    }

    /// Returns an optional text; an empty one counts as missing.
    pub fn filled_text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        Ok(self.text(name)?.filter(|text| !text.is_empty()))
    }

    /// Returns a required text, which must not be empty.
    pub fn required_text(&self, name: &str) -> Result<&str, Refusal> {
        match self.text(name)? {
            None => Err(Refusal::field(name, "is required")),
            Some("") => Err(Refusal::field(name, "must not be empty")),
            Some(text) => Ok(text),
        }
    }

    /// Returns the merchant's id of a customer or a transaction: 1 to 255 characters.
    pub fn foreign_id(&self) -> Result<&str, Refusal> {
        let id = self.required_text("foreign_id")?;
        if id.chars().count() > 255 {
            return Err(Refusal::field("foreign_id", "must have at most 255 characters"));
        }
        Ok(id)
    }

    /// Returns an amount; `invalid_amount` for anything except decimal text above zero.
    pub fn amount(&self, name: &str) -> Result<Decimal, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Err(Refusal::field(name, "is required")),
            Some(Value::String(text)) => {
                Decimal::parse(text).filter(|amount| !amount.is_zero()).ok_or(ErrorCode::InvalidAmount.into())
            }
            Some(_) => Err(ErrorCode::InvalidAmount.into()),
        }
    }

    /// Returns several codes from a JSON array or from a text with commas. Empty if missing.
    pub fn codes(&self, name: &str) -> Result<Vec<&str>, Refusal> {
        let codes: Vec<&str> = match self.0.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(text)) => text.split(',').collect(),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().ok_or_else(|| Refusal::field(name, "must contain only text")))
                .collect::<Result<_, _>>()?,
            Some(_) => return Err(Refusal::field(name, "must be text or a list of texts")),
        };
        Ok(codes.into_iter().map(str::trim).filter(|code| !code.is_empty()).collect())
    }

    /// Returns the parameters for the request log. The field `key` is redacted, since it may hold a secret.
    pub fn redacted(&self) -> Map<String, Value> {
        let mut fields = self.0.clone();
        if let Some(key) = fields.get_mut("key") {
            *key = Value::String("[redacted]".to_owned());
        }
        fields
    }
}
