//! `GET /rates`

use serde::{Serialize, Serializer};

use crate::{
    endpoint::endpoint,
    json::{Field, FromJson, Json, Shape, Unreadable, Verbatim},
};

endpoint! {
    /// Lists exchange rates. Needs no key.
    ///
    /// ```
    /// # use citrn::{endpoints::ListRates, parse};
    /// let rates = parse::<ListRates>(200, br#"{"data":{"BTCUSDT":"26967.40200000"}}"#)?;
    /// assert_eq!(rates.json, r#"{"BTCUSDT":"26967.40200000"}"#);
    /// # Ok::<(), citrn::Error>(())
    /// ```
    ListRates -> Rates {
        name: "rates.list",
        Get "/rates" on Io,
        signed: false,
        kind: Read,
        source: "API Documentation / API Endpoints; nothing is documented of the reply",
        errors: [],
        required: {},
        optional: {},
    }
}

/// The rates as they came: the documentation says nothing of their shape, so nothing is read into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// The JSON text of the list or map, from under `data` if it is there.
    pub json: String,
}

impl FromJson for Rates {
    const SHAPE: Shape = Shape::Object {
        name: "Rates",
        description: "The rates as they came: the documentation says nothing of their shape.",
        fields: &[Field {
            name: "data",
            required: true,
            shape: &Shape::Any,
            description: "The list or map, from under `data` if it is there.",
        }],
    };

    fn from_json(json: Json<'_>) -> Result<Self, Unreadable> {
        if json.object().is_none() && json.array().is_none() {
            return Err(Unreadable::new("the rates are neither a list nor an object"));
        }
        Ok(Self { json: json.as_str().to_owned() })
    }
}

/// As `{"data": ...}`, like every list.
impl Serialize for Rates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("data", Verbatim(&self.json))])
    }
}
