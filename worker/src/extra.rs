//! Extra fields: fields for the gateway that its API documentation does not have, such as `end_user_reference`.
//!
//! A request sends them as `extra`, if the setting `CITRN_EXTRA_FIELDS` lists their names. The setting `CITRN_EXTRA` has
//! constant ones. If both have a field, the request's value is sent. Their values are personal data: no log line and no
//! problem contains them.

use core::fmt;

use citrn::{
    Endpoint, Error, Secret, check_extra,
    endpoint::ExtraFields,
    endpoints::CreatePayment,
    json::{Document, Json},
};
use serde::{Deserialize, Serialize};

use crate::{
    gateway,
    http::{Cause, Problem, body::EXTRA},
};

/// The extra fields of a request: a JSON object whose text does not depend on the order of members, at any depth.
/// Numbers keep their text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Extra(String);

#[cfg(test)]
impl Extra {
    /// Returns extra fields of sorted JSON.
    pub(crate) fn of(json: &str) -> Self {
        Self(json.to_owned())
    }
}

/// Shows nothing, since they are usually a payer's data.
impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extra([redacted])")
    }
}

/// The settings of extra fields.
#[derive(Debug, Default)]
pub struct ExtraSettings {
    /// The names that requests may send. The values are unused.
    pub names: ExtraFields,
    /// The constant fields.
    pub constants: ExtraFields,
}

impl ExtraSettings {
    /// Checks the extra fields of a request, together with the constant ones. An empty object counts as none.
    ///
    /// # Errors
    /// `invalid_parameter`. The field is the path of the value, such as `extra.sender_data.first_name`.
    pub fn admit(&self, json: Option<&str>, secrets: &[Secret]) -> Result<Option<Extra>, Problem> {
        let Some(json) = json else {
            return Ok(None);
        };
        let given = ExtraFields::from_object(json).map_err(problem)?;
        let secrets: Vec<&Secret> = secrets.iter().collect();
        // First, since a problem must not show a name that contains a secret.
        check_extra(CreatePayment::SPEC, &self.merge(&given), &secrets).map_err(problem)?;
        if let Some((name, _)) = given.iter().find(|(name, _)| self.names.iter().all(|(listed, _)| listed != *name)) {
            let name = format!("{EXTRA}.{name}");
            let detail = format!("{name} is not listed in the setting CITRN_EXTRA_FIELDS");
            return Err(Problem::new(Cause::InvalidParameter, detail).about(name));
        }
        let mut sorted = String::with_capacity(json.len());
        if let Ok(document) = Document::parse(json) {
            write_sorted(document.root(), &mut sorted);
        }
        Ok((!given.is_empty()).then_some(Extra(sorted)))
    }

    /// Returns all fields of a call: the constant ones that the request does not replace, then the request's.
    pub fn fields(&self, extra: Option<&Extra>) -> Result<ExtraFields, Problem> {
        let given = extra.map(|extra| ExtraFields::from_object(&extra.0)).transpose().map_err(problem)?;
        Ok(self.merge(&given.unwrap_or_default()))
    }

    fn merge(&self, given: &ExtraFields) -> ExtraFields {
        let mut fields = ExtraFields::new();
        let constants = self.constants.iter().filter(|(name, _)| given.iter().all(|(other, _)| other != *name));
        for (name, json) in constants.chain(given.iter()) {
            fields.push(name, json);
        }
        fields
    }
}

fn problem(error: Error) -> Problem {
    gateway::problem(&error)
}

/// Writes a value without white space, with the members of each object in the order of their names. The nesting is
/// bounded by the check before.
fn write_sorted(json: Json<'_>, text: &mut String) {
    let (mut begin, end) = if json.is_object() { ("{", "}") } else { ("[", "]") };
    if let Some(object) = json.object() {
        let mut members = Vec::new();
        for member in object.iter() {
            // The standard library's sort would add 4 KB of code.
            members.insert(members.partition_point(|other: &(&str, _)| other.0 < member.0), member);
        }
        for (name, value) in members {
            text.push_str(core::mem::replace(&mut begin, ","));
            // Text always serialises.
            text.push_str(&serde_json::to_string(name).unwrap_or_default());
            text.push(':');
            write_sorted(value, text);
        }
    } else if let Some(items) = json.array() {
        for item in items {
            text.push_str(core::mem::replace(&mut begin, ","));
            write_sorted(item, text);
        }
    } else {
        return text.push_str(json.as_str());
    }
    // An empty object or list was not begun.
    text.push_str(if begin == "," { "" } else { begin });
    text.push_str(end);
}
