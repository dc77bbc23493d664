//! Types of replies, read from the canonical form.

use core::ops::Deref;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    extra::{Extra, Verbatim},
    shape::Shape,
};
use crate::{
    Amount,
    json::{Json, Object},
};

/// A type that can be read from a reply in its canonical form.
pub trait FromJson: Sized {
    /// The shape that the canonical form must have.
    const SHAPE: Shape;

    /// Reads the canonical form. `None` if it has another shape.
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
        json.items()?.map(T::from_canonical).collect()
    }
}

/// A list, read from an array, from an object whose keys identify the entries, or from a single entry.
///
/// It dereferences to a slice, so the entries of a [`Reply`](crate::Reply) can be read directly: `reply[0]`,
/// `reply.iter()`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct List<T> {
    /// The entries.
    pub data: Vec<T>,
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.data
    }
}

impl<T: FromJson> FromJson for List<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);

    fn from_canonical(json: Json<'_>) -> Option<Self> {
        Vec::from_canonical(json.object()?.get("data")?).map(|data| Self { data })
    }
}

/// Declares an object of a reply: fields with the names to try in turn, and `extra` for all others. A text may name its
/// known [`crate::reply::shape::Values`]: `String as Currency`, `String as Words("crypto", "fiat")`.
///
/// The fields can be followed by members of [`crate::reply::shape::Rules`].
macro_rules! reply {
    (
        $( #[doc = $doc:literal] )+
        $name:ident {
            $( required: { $(
                $( #[doc = $required_doc:literal] )+
                $required:ident: $required_type:ty
                    $( as $required_values:ident $( ( $( $required_word:literal ),+ ) )? )?
                    = [ $( $required_name:literal ),+ ],
            )* }, )?
            $( optional: { $(
                $( #[doc = $optional_doc:literal] )+
                $optional:ident: $optional_type:ty
                    $( as $optional_values:ident $( ( $( $optional_word:literal ),+ ) )? )?
                    = [ $( $optional_name:literal ),+ ],
            )* }, )?
        }
        $( $rule:ident: $value:expr, )*
    ) => {
        $( #[doc = $doc] )+
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $( $( $( #[doc = $required_doc] )+ pub $required: $required_type, )* )?
            $( $( $( #[doc = $optional_doc] )+ pub $optional: Option<$optional_type>, )* )?
            /// All other fields, and fields of the above whose shape is unknown.
            pub extra: $crate::reply::Extra,
        }

        impl $crate::reply::FromJson for $name {
            const SHAPE: $crate::reply::shape::Shape = {
                use $crate::reply::shape::{Field, ObjectShape, Rules, Shape, doc_text, values, wire_name};

                Shape::Object(&ObjectShape {
                    name: stringify!($name),
                    description: doc_text(concat!($( $doc ),+)),
                    fields: &[
                        $( $( Field {
                            name: wire_name(stringify!($required)),
                            aliases: &[ $( $required_name ),+ ],
                            required: true,
                            shape: &<$required_type as $crate::reply::FromJson>::SHAPE,
                            values: values!($( $required_values $( ( $( $required_word ),+ ) )? )?),
                            description: doc_text(concat!($( $required_doc ),+)),
                        }, )* )?
                        $( $( Field {
                            name: wire_name(stringify!($optional)),
                            aliases: &[ $( $optional_name ),+ ],
                            required: false,
                            shape: &<$optional_type as $crate::reply::FromJson>::SHAPE,
                            values: values!($( $optional_values $( ( $( $optional_word ),+ ) )? )?),
                            description: doc_text(concat!($( $optional_doc ),+)),
                        }, )* )?
                    ],
                    rules: Rules { $( $rule: Some($value), )* ..Rules::NONE },
                })
            };

            fn from_canonical(json: $crate::json::Json<'_>) -> Option<Self> {
                use $crate::reply::{shape::wire_name, typed};

                let object = json.object()?;
                $( $( let $required = typed::field(&object, wire_name(stringify!($required)))?; )* )?
                $( $( let $optional = typed::field(&object, wire_name(stringify!($optional))); )* )?
                let read: &[&str] = &[
                    $( $( wire_name(stringify!($required)), )* )?
                    $( $( if $optional.is_some() { wire_name(stringify!($optional)) } else { "" }, )* )?
                ];
                let extra = typed::extra(&object, read, Self::SHAPE);
                Some(Self { $( $( $required, )* )? $( $( $optional, )* )? extra })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = $crate::reply::typed::ReplyMap::new(serializer, &self.extra)?;
                $( $( map.field($crate::reply::shape::wire_name(stringify!($required)), Some(&self.$required))?; )* )?
                $( $( map.field($crate::reply::shape::wire_name(stringify!($optional)), self.$optional.as_ref())?; )* )?
                map.end()
            }
        }
    };
}
pub(crate) use reply;

/// Reads a field of the canonical form.
pub(crate) fn field<T: FromJson>(object: &Object<'_>, name: &str) -> Option<T> {
    object.get(name).and_then(T::from_canonical)
}

/// Returns the other fields of a canonical object: those without a name here, and named ones of unknown shape.
pub(crate) fn extra(object: &Object<'_>, read: &[&str], shape: Shape) -> Extra {
    let named =
        |name: &str| matches!(shape, Shape::Object(shape) if shape.fields.iter().any(|field| field.name == name));
    let is_left = |(name, json): &(&str, Json<'_>)| !(read.contains(name) || json.is_null() && named(name));
    Extra(object.iter().filter(is_left).map(|(name, json)| (name.to_owned(), json.as_str().to_owned())).collect())
}

/// Serialises a reply's object: the named fields, `null` for missing ones, then all other fields unchanged.
pub(crate) struct ReplyMap<'a, S: Serializer> {
    map: S::SerializeMap,
    extra: &'a Extra,
}

impl<'a, S: Serializer> ReplyMap<'a, S> {
    pub(crate) fn new(serializer: S, extra: &'a Extra) -> Result<Self, S::Error> {
        Ok(Self { map: serializer.serialize_map(None)?, extra })
    }

    pub(crate) fn field<T: Serialize>(&mut self, name: &'static str, value: Option<&T>) -> Result<(), S::Error> {
        match value {
            None if self.extra.get(name).is_some() => Ok(()),
            value => self.map.serialize_entry(name, &value),
        }
    }

    pub(crate) fn end(mut self) -> Result<S::Ok, S::Error> {
        self.extra.iter().try_for_each(|(name, json)| self.map.serialize_entry(name, &Verbatim(json)))?;
        self.map.end()
    }
}
