//! What a reply may look like, as data: one description that the reader, the typed replies, the table of endpoints and
//! the types made from it share.

use crate::json::{Object, Unreadable};

/// What is made of a JSON value.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Text; a number is kept as the characters it was written with.
    Text,
    /// Decimal text; a number is kept as the characters it was written with.
    Amount,
    /// One of these words in either case, or another one.
    Word(&'static [&'static str]),
    /// A whole number.
    Whole,
    /// Any JSON, untouched.
    Any,
    /// A list of one shape.
    List(&'static Shape),
    /// An object.
    Object(&'static ObjectShape),
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
    /// What it is. Empty in wasm, where nothing shows it.
    pub description: &'static str,
}

/// Other ways in which an object may be written, and what else must hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Also {
    /// A text that is not an object stands for this field.
    pub(crate) text: Option<&'static str>,
    /// A body that is not JSON and says just this stands for this field.
    pub(crate) bare: Option<(&'static str, &'static str)>,
    /// A list of it may be a map from the first field to the rest, or to the second field alone.
    pub(crate) keyed: Option<(&'static str, &'static str)>,
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
    pub(crate) const NOTHING: Self =
        Self { text: None, bare: None, keyed: None, plain: None, echoes: None, page: None, check: None };
}

/// A description, without the space that a doc comment begins with. In wasm there is nobody to read it.
pub(crate) const fn described(text: &'static str) -> &'static str {
    if cfg!(target_family = "wasm") { "" } else { text.trim_ascii() }
}
