//! JSON kept as the text it was written with, so that no digit is lost.

mod extra;
mod scan;
pub(crate) mod text;

use core::fmt;

pub use extra::Extra;
pub(crate) use extra::Verbatim;
use scan::{Fault, Scan};

use crate::{Amount, limits::MAX_DEPTH, shape::Shape};

/// Why a reply's body cannot be what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    reason: String,
    is_broken: bool,
}

impl Unreadable {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_broken: false }
    }

    /// Of a body that broke off or that a proxy wrote; it may come whole the next time.
    pub(crate) fn broken(reason: &str) -> Self {
        Self { reason: reason.to_owned(), is_broken: true }
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// One JSON value, as the text it was written with.
///
/// ```
/// use citrn::json::Json;
/// let json = Json::parse(r#"{"rate": 1.50}"#).unwrap();
/// let rate = json.object().unwrap().get("rate").unwrap();
/// assert_eq!(rate.text().as_deref(), Some("1.50"));
/// ```
#[derive(Clone, Copy)]
pub struct Json<'a>(&'a str);

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Json(..)")
    }
}

impl<'a> Json<'a> {
    /// Reads a text that is one whole JSON value.
    ///
    /// # Errors
    /// When it is not: empty, cut off, HTML; or nested deeper than [`MAX_DEPTH`].
    pub fn parse(text: &'a str) -> Result<Self, Unreadable> {
        Scan::new(text).whole().map(Json).map_err(|fault| match fault {
            Fault::NotJson if text.trim().is_empty() => Unreadable::broken("the body is empty"),
            Fault::NotJson => Unreadable::broken("the body is not JSON"),
            Fault::TooDeep => Unreadable::new(format!("the body is nested deeper than {MAX_DEPTH} levels")),
        })
    }

    /// The text of this value.
    #[must_use]
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.as_str() == "null"
    }

    /// Whether this is `null` or an empty text, which is how the gateway writes that there is no tag and no error.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        matches!(self.as_str(), "null" | "\"\"")
    }

    /// Whether this is an object.
    #[must_use]
    pub fn is_object(self) -> bool {
        self.as_str().starts_with('{')
    }

    /// Whether this is an array.
    #[must_use]
    pub fn is_array(self) -> bool {
        self.as_str().starts_with('[')
    }

    /// Whether this is a string.
    #[must_use]
    pub fn is_string(self) -> bool {
        self.as_str().starts_with('"')
    }

    /// Whether this is a number.
    #[must_use]
    pub fn is_number(self) -> bool {
        self.as_str().starts_with(|c: char| c == '-' || c.is_ascii_digit())
    }

    /// The fields, if this is an object.
    #[must_use]
    pub fn object(self) -> Option<Object<'a>> {
        let fields = Scan::new(self.0).fields()?.into_iter();
        fields.map(|(name, value)| Some((text::read(name)?, Json(value)))).collect::<Option<_>>().map(Object)
    }

    /// The items, if this is an array.
    #[must_use]
    pub fn array(self) -> Option<Vec<Json<'a>>> {
        Some(Scan::new(self.0).items()?.into_iter().map(Json).collect())
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn string(self) -> Option<String> {
        text::read(self.0)
    }

    /// The text of each string in this value, names included, as it is written in its quotes.
    pub(crate) fn literals(self) -> impl Iterator<Item = Json<'a>> {
        Scan::new(self.0).literals().map(Json)
    }

    /// The text, if this is a string, or the digits, if this is a number.
    #[must_use]
    pub fn text(self) -> Option<String> {
        if self.is_number() { Some(self.as_str().to_owned()) } else { self.string() }
    }
}

/// The fields of a JSON object in the order in which they were written. Of a name that stands there twice the last one
/// counts.
#[derive(Clone)]
pub struct Object<'a>(Vec<(String, Json<'a>)>);

impl<'a> Object<'a> {
    /// The value of a field, if it is there; it may be `null`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Json<'a>> {
        self.0.iter().rev().find(|(field, _)| field == name).map(|(_, value)| *value)
    }

    /// The text of a field, if it is there and is a string.
    #[must_use]
    pub fn string(&self, name: &str) -> Option<String> {
        self.get(name).and_then(Json::string)
    }

    /// Name and value of each field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Json<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// A type that a canonical reply is read into; see [`Shape`].
pub trait FromJson: Sized {
    /// What is made of a reply before it is read.
    const SHAPE: Shape;

    /// Reads the canonical form; `None` when it is another one.
    fn from_canonical(json: Json<'_>) -> Option<Self>;
}

impl FromJson for String {
    const SHAPE: Shape = Shape::Text;

    fn from_canonical(json: Json<'_>) -> Option<Self> {
        json.string()
    }
}

impl FromJson for Amount {
    const SHAPE: Shape = Shape::Amount;

    fn from_canonical(json: Json<'_>) -> Option<Self> {
        json.string().map(Amount::from)
    }
}

impl FromJson for u64 {
    const SHAPE: Shape = Shape::Whole;

    fn from_canonical(json: Json<'_>) -> Option<Self> {
        json.as_str().parse().ok()
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);

    fn from_canonical(json: Json<'_>) -> Option<Self> {
        json.array()?.into_iter().map(T::from_canonical).collect()
    }
}
