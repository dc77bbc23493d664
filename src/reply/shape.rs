//! The possible forms of a reply as data, for the reader, the typed replies, the endpoint table and generated types.

use crate::json::{Object, Unreadable};

/// The form of a JSON value.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Text; a number becomes text with its digits.
    Text,
    /// Decimal text; a number becomes text with its digits. An exponent is expanded.
    Amount,
    /// Usually one of these words.
    Word(&'static [Word]),
    /// A whole number.
    Whole,
    /// Any JSON, unchanged except that exponents are expanded.
    Any,
    /// A list of one shape.
    List(&'static Shape),
    /// An object.
    Object(&'static ObjectShape),
}

/// A word of the gateway, and its other spellings. Case and outer white space are ignored.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// The canonical spelling.
    pub text: &'static str,
    /// Other spellings.
    pub spellings: &'static [&'static str],
}

impl Word {
    /// Returns the listed word that a text spells, or the trimmed text if there is none.
    pub(crate) fn normalized<'a>(words: &[Word], text: &'a str) -> &'a str {
        // JavaScript counts a byte-order mark as white space, Unicode does not.
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let word = words.iter().find(|word| {
            core::iter::once(&word.text).chain(word.spellings).any(|spelling| spelling.eq_ignore_ascii_case(text))
        });
        word.map_or(text, |word| word.text)
    }
}

/// An object with named fields, and possibly others.
#[derive(Debug, Clone, Copy)]
pub struct ObjectShape {
    /// The type's name.
    pub name: &'static str,
    /// Its description. Empty in wasm.
    pub description: &'static str,
    /// Its named fields.
    pub fields: &'static [Field],
    /// Alternative forms, and checks.
    pub(crate) rules: Rules,
}

/// A named field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in the canonical form.
    pub name: &'static str,
    /// Its possible names in a reply, in the order in which they are tried.
    pub aliases: &'static [&'static str],
    /// Whether a reply without it is invalid. Otherwise it may be null.
    pub required: bool,
    /// The form of its value.
    pub shape: &'static Shape,
    /// Known values of a text.
    pub values: Values,
    /// Its description. Empty in wasm.
    pub description: &'static str,
}

/// Known values of a text, for docs and types. Any other text is accepted too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// No known values.
    Any,
    /// A currency code.
    Currency,
    /// Usually one of these words.
    Words(&'static [&'static str]),
}

/// The [`Values`] that a field of `reply!` names.
macro_rules! values {
    () => { $crate::reply::shape::Values::Any };
    ($values:ident) => { $crate::reply::shape::Values::$values };
    ($values:ident ( $( $word:literal ),+ )) => { $crate::reply::shape::Values::$values(&[ $( $word ),+ ]) };
}
pub(crate) use values;

/// Alternative forms of an object, and checks on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// A string instead of the object is the value of this field.
    pub(crate) text: Option<&'static str>,
    /// A body that is not JSON but this bare text, and the field whose value it is.
    pub(crate) bare: Option<(&'static str, &'static str)>,
    /// A list of these objects may be a map from the first field to an object of the others, or to the second field.
    pub(crate) keyed: Option<(&'static str, &'static str)>,
    /// A field whose value is prefixed by its name in the reply, if that is not its own name.
    pub(crate) prefixed: Option<&'static str>,
    /// Fields that must not contain control or format characters, since they are shown to a payer unchanged.
    pub(crate) plain: Option<&'static [&'static str]>,
    /// Fields that must repeat the parameter of the same name.
    pub(crate) echoes: Option<&'static [&'static str]>,
    /// The field with the URL of a payer's page.
    pub(crate) page: Option<&'static str>,
    /// A check of the canonical object.
    pub(crate) check: Option<Check>,
}

/// A check of an object in its canonical form.
pub(crate) type Check = fn(&Object<'_>) -> Result<(), Unreadable>;

impl Rules {
    pub(crate) const NONE: Self = Self {
        text: None,
        bare: None,
        keyed: None,
        prefixed: None,
        plain: None,
        echoes: None,
        page: None,
        check: None,
    };
}

/// Returns the text of a doc comment up to its example. Empty in wasm, where nothing reads it and it would cost size.
pub(crate) const fn doc_text(text: &'static str) -> &'static str {
    if cfg!(target_family = "wasm") {
        return "";
    }
    let mut end = 0;
    while end < text.len() && !is_code_fence(text.as_bytes().split_at(end).1) {
        end += 1;
    }
    text.split_at(end).0.trim_ascii()
}

const fn is_code_fence(text: &[u8]) -> bool {
    matches!(text, [b'`', b'`', b'`', ..])
}

/// Returns the name of a Rust field in JSON: `r#type` is `type`.
pub(crate) const fn wire_name(rust_name: &'static str) -> &'static str {
    match rust_name.as_bytes() {
        b"r#type" => "type",
        _ => rust_name,
    }
}
