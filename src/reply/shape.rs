//! The possible forms of a reply, as data: one description for the reader, the typed replies, the table of endpoints
//! and the types generated from it.

use crate::json::{Object, Unreadable};

/// What is made of a JSON value.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Text; a number is kept as the characters it was written with.
    Text,
    /// Decimal text; a number is kept as the characters it was written with. An exponent is written out.
    Amount,
    /// One of these words, or another one.
    Word(&'static [Word]),
    /// A whole number.
    Whole,
    /// Any JSON, untouched but for exponents, which are written out.
    Any,
    /// A list of one shape.
    List(&'static Shape),
    /// An object.
    Object(&'static ObjectShape),
}

/// A word that the gateway uses, and its other spellings. Case and surrounding white space do not count.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// The word as it is read.
    pub text: &'static str,
    /// Other spellings of it.
    pub spellings: &'static [&'static str],
}

impl Word {
    /// The listed word that a text is a spelling of; any other text is only trimmed.
    pub(crate) fn normalized<'a>(words: &[Word], text: &'a str) -> &'a str {
        // A byte-order mark is white space in JavaScript, but not in Unicode.
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let word = words.iter().find(|word| {
            core::iter::once(&word.text).chain(word.spellings).any(|spelling| spelling.eq_ignore_ascii_case(text))
        });
        word.map_or(text, |word| word.text)
    }
}

/// An object with named fields and whatever else comes.
#[derive(Debug, Clone, Copy)]
pub struct ObjectShape {
    /// The type's name.
    pub name: &'static str,
    /// What it is. Empty in wasm, where nothing shows it.
    pub description: &'static str,
    /// Its named fields.
    pub fields: &'static [Field],
    /// How else it may be written.
    pub(crate) also: Also,
}

/// A named field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name that it is read as, whatever it was called in the reply.
    pub name: &'static str,
    /// The names that it may have in a reply, in the order in which they are tried.
    pub aliases: &'static [&'static str],
    /// Whether a reply without it is refused; otherwise it may be null.
    pub required: bool,
    /// What it reads as.
    pub shape: &'static Shape,
    /// Known values of a text.
    pub values: Values,
    /// What it is. Empty in wasm, where nothing shows it.
    pub description: &'static str,
}

/// Known values of a text, for docs and types. Any other text is read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// No known values.
    Any,
    /// A currency code.
    Currency,
    /// Most likely one of these words.
    Words(&'static [&'static str]),
}

/// The [`Values`] that a field of `reply!` names.
macro_rules! values {
    () => { $crate::reply::shape::Values::Any };
    ($values:ident) => { $crate::reply::shape::Values::$values };
    ($values:ident ( $( $word:literal ),+ )) => { $crate::reply::shape::Values::$values(&[ $( $word ),+ ]) };
}
pub(crate) use values;

/// Other ways in which an object may be written, and what else must hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Also {
    /// A text that is not an object stands for this field.
    pub(crate) text: Option<&'static str>,
    /// A body that is not JSON and says just this stands for this field.
    pub(crate) bare: Option<(&'static str, &'static str)>,
    /// A list of it may be a map from the first field to the rest, or to the second field alone.
    pub(crate) keyed: Option<(&'static str, &'static str)>,
    /// A field that is prefixed by the name it comes under, unless that is its own name.
    pub(crate) prefixed: Option<&'static str>,
    /// Fields without control and format characters: data that is shown to a payer, and is never changed.
    pub(crate) plain: Option<&'static [&'static str]>,
    /// Fields that repeat a parameter of the same name.
    pub(crate) echoes: Option<&'static [&'static str]>,
    /// The field with the URL of a page to which the payer is sent.
    pub(crate) page: Option<&'static str>,
    /// What else must hold, of the object as it was read.
    pub(crate) check: Option<Check>,
}

/// Looks at an object as it was read.
pub(crate) type Check = fn(&Object<'_>) -> Result<(), Unreadable>;

impl Also {
    pub(crate) const NOTHING: Self = Self {
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

/// A description, without the space that a doc comment begins with. In wasm there is nobody to read it.
pub(crate) const fn described(text: &'static str) -> &'static str {
    if cfg!(target_family = "wasm") { "" } else { text.trim_ascii() }
}

/// The name that a Rust field has in JSON: `r#type` is `type` there.
pub(crate) const fn wire_name(rust_name: &'static str) -> &'static str {
    match rust_name.as_bytes() {
        b"r#type" => "type",
        _ => rust_name,
    }
}
