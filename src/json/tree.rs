//! A scanned JSON text, and views of its values.

use core::fmt;
use std::borrow::Cow;

use super::scan::{Fault, Node, scan};
use crate::limits::MAX_DEPTH;

/// Why a body is not a valid reply or callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    reason: String,
    is_transient: bool,
}

impl Unreadable {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_transient: false }
    }

    /// The reason for a truncated body or a proxy's, so that another attempt may succeed.
    pub(crate) fn transient(reason: &str) -> Self {
        Self { reason: reason.to_owned(), is_transient: true }
    }

    pub(crate) fn too_deep() -> Self {
        Self::new(format!("the body is nested deeper than {MAX_DEPTH} levels"))
    }

    pub(crate) fn is_transient(&self) -> bool {
        self.is_transient
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// A scanned JSON text. [`Document::root`] is its value.
///
/// ```
/// use citrn::json::Document;
/// let document = Document::parse(r#"{"rate": 1.50}"#).unwrap();
/// let rate = document.root().object().unwrap().get("rate").unwrap();
/// assert_eq!(rate.text().as_deref(), Some("1.50"));
/// ```
#[derive(Clone)]
pub struct Document<'a> {
    text: Cow<'a, str>,
    nodes: Vec<Node>,
}

impl<'a> Document<'a> {
    /// Reads a text that is one JSON value.
    ///
    /// # Errors
    /// If it is anything else, such as empty, truncated or HTML, or nested deeper than [`MAX_DEPTH`].
    pub fn parse(text: impl Into<Cow<'a, str>>) -> Result<Self, Unreadable> {
        Self::scan(text.into())
    }

    fn scan(text: Cow<'a, str>) -> Result<Self, Unreadable> {
        match scan(&text) {
            Ok(nodes) => Ok(Self { text, nodes }),
            Err(Fault::NotJson) if text.trim().is_empty() => Err(Unreadable::transient("the body is empty")),
            Err(Fault::NotJson) => Err(Unreadable::transient("the body is not JSON")),
            Err(Fault::TooDeep) => Err(Unreadable::too_deep()),
        }
    }

    pub(super) fn from_parts(text: String, nodes: Vec<Node>) -> Self {
        Self { text: text.into(), nodes }
    }

    /// Returns the value of the text.
    pub fn root(&self) -> Json<'_> {
        Json { text: &self.text, nodes: &self.nodes }
    }
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Document(..)")
    }
}

/// One JSON value of a [`Document`].
#[derive(Clone, Copy)]
pub struct Json<'a> {
    /// The text of the whole document.
    pub(super) text: &'a str,
    /// The nodes of this value, itself first.
    pub(super) nodes: &'a [Node],
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Json(..)")
    }
}

impl<'a> Json<'a> {
    /// Returns the text of this value, unchanged.
    pub fn as_str(self) -> &'a str {
        self.nodes.first().and_then(|node| self.text.get(node.start..node.end)).unwrap_or_default()
    }

    /// Returns the first byte of this value, which identifies its type.
    fn first(self) -> Option<u8> {
        self.text.as_bytes().get(self.nodes.first()?.start).copied()
    }

    /// Whether this is `null`.
    pub fn is_null(self) -> bool {
        self.first() == Some(b'n')
    }

    /// Whether this is `null` or an empty string, as the gateway writes a missing tag or error.
    pub fn is_null_or_empty(self) -> bool {
        let is_empty = self.is_string() && self.nodes.first().is_some_and(|node| node.end - node.start == 2);
        is_empty || self.is_null()
    }

    /// Whether this is an object.
    pub fn is_object(self) -> bool {
        self.first() == Some(b'{')
    }

    /// Whether this is an array.
    pub fn is_array(self) -> bool {
        self.first() == Some(b'[')
    }

    /// Whether this is a string.
    pub fn is_string(self) -> bool {
        self.first() == Some(b'"')
    }

    /// Whether this is a number.
    pub fn is_number(self) -> bool {
        matches!(self.first(), Some(b'-' | b'0'..=b'9'))
    }

    /// Returns the fields, if this is an object whose names are valid Unicode.
    pub fn object(self) -> Option<Object<'a>> {
        self.is_object().then_some(())?;
        let mut fields = Vec::with_capacity(self.parts().count() / 2);
        let mut parts = self.parts();
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            fields.push((name.content()?, value));
        }
        Some(Object(fields))
    }

    /// Returns the items, if this is an array.
    pub fn array(self) -> Option<Vec<Json<'a>>> {
        self.items().map(Iterator::collect)
    }

    pub(crate) fn items(self) -> Option<impl Iterator<Item = Json<'a>>> {
        self.is_array().then(|| self.parts())
    }

    /// Returns the text, if this is a string.
    pub fn string(self) -> Option<String> {
        self.content().map(Cow::into_owned)
    }

    /// Returns the text of a string, or the digits of a number.
    pub fn text(self) -> Option<String> {
        self.content_or_digits().map(Cow::into_owned)
    }

    pub(crate) fn content_or_digits(self) -> Option<Cow<'a, str>> {
        if self.is_number() { Some(Cow::Borrowed(self.as_str())) } else { self.content() }
    }

    /// Returns the text of each string in this value, including names of fields.
    pub(crate) fn strings(self) -> impl Iterator<Item = Cow<'a, str>> {
        let literals = self.nodes.iter().filter_map(move |node| self.text.get(node.start..node.end));
        literals.filter_map(read_string)
    }

    /// Returns the depth of nesting; an empty object has depth 1.
    pub(crate) fn depth(self) -> usize {
        let inner = self.parts().map(Json::depth).max().unwrap_or(0);
        inner + usize::from(self.is_object() || self.is_array())
    }

    pub(crate) fn content(self) -> Option<Cow<'a, str>> {
        read_string(self.as_str())
    }

    /// Returns the items of an array, or the alternating names and values of an object.
    pub(super) fn parts(self) -> impl Iterator<Item = Json<'a>> {
        let mut rest = self.nodes.get(1..).unwrap_or_default();
        core::iter::from_fn(move || {
            let (nodes, after) = rest.split_at_checked(rest.first()?.count)?;
            rest = after;
            Some(Json { nodes, ..self })
        })
    }
}

/// The fields of a JSON object, in order. The last of several fields with the same name counts.
#[derive(Clone)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    /// Returns the value of a field, if there is one; it may be `null`.
    pub fn get(&self, name: &str) -> Option<Json<'a>> {
        self.0.iter().rev().find(|(field, _)| field == name).map(|(_, value)| *value)
    }

    /// Returns the text of a field, if it is a string.
    pub fn string(&self, name: &str) -> Option<String> {
        self.get(name).and_then(Json::string)
    }

    /// Returns the name and value of each field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Json<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// Returns the text of a string literal. `None` for any other literal, and for a lone surrogate, which is not Unicode
/// text.
fn read_string(literal: &str) -> Option<Cow<'_, str>> {
    let [b'"', .., b'"'] = literal.as_bytes() else { return None };
    let inner = literal.get(1..literal.len() - 1)?;
    if !inner.as_bytes().contains(&b'\\') {
        return Some(Cow::Borrowed(inner));
    }
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        text.push(match chars.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = unit(&mut chars)?;
                let second = match first {
                    0xd800..0xdc00 => {
                        (chars.next()? == '\\' && chars.next()? == 'u').then_some(())?;
                        Some(unit(&mut chars)?)
                    }
                    _ => None,
                };
                char::decode_utf16([first].into_iter().chain(second)).next()?.ok()?
            }
            other => other,
        });
    }
    Some(Cow::Owned(text))
}

/// Reads four hex digits as a UTF-16 code unit.
fn unit(chars: &mut core::str::Chars<'_>) -> Option<u16> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = (unit << 4) | u16::try_from(chars.next()?.to_digit(16)?).ok()?;
    }
    Some(unit)
}
