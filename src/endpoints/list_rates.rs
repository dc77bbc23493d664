//! `GET /rates`

use serde::{Serialize, Serializer};

use crate::{
    endpoint::endpoint,
    json::Json,
    reply::{FromJson, Verbatim, shape::Shape},
};

endpoint! {
    /// Lists exchange rates. Needs no key.
    ///
    /// ```
    /// # use citrn::{endpoints::ListRates, json::Document, parse};
    /// let rates = parse::<ListRates>(200, br#"{"data":{"BTCUSDT":"26967.40200000"}}"#)?;
    /// assert_eq!(rates.json, r#"{"BTCUSDT":"26967.40200000"}"#);
    ///
    /// // One rate, if the reply is such a map (`ListPairRates` returns typed rates):
    /// let rates = Document::parse(&rates.json).expect("JSON");
    /// let rate = rates.root().object().and_then(|rates| rates.get("BTCUSDT")?.text());
    /// assert_eq!(rate.as_deref(), Some("26967.40200000"));
    /// # Ok::<(), citrn::Error>(())
    /// ```
    ListRates -> Rates {
        name: "rates.list",
        Get "/rates" on Io,
        signed: false,
        kind: Read,
        source: "API Documentation / API Endpoints, which does not document the reply",
    }
}

/// The rates, unchanged except that exponents are expanded. Their shape is not documented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// The JSON text of the list or map: the field `data` if there is one, otherwise the whole body.
    pub json: String,
}

impl FromJson for Rates {
    const SHAPE: Shape = Shape::Any;

    fn from_canonical(json: Json<'_>) -> Option<Self> {
        json.object()?.get("data").map(|data| Self { json: data.as_str().to_owned() })
    }
}

/// Serialises as `{"data": ...}`, like every list.
impl Serialize for Rates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("data", Verbatim(&self.json))])
    }
}
