//! Typed replies, read from the canonical form.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    extra::{Extra, Verbatim},
    shape::Shape,
};
use crate::{
    Amount,
    json::{Json, Object},
};

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
        json.items()?.map(T::from_canonical).collect()
    }
}

/// A list, read from an array, from an object keyed by what identifies an entry, or from one entry alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct List<T> {
    /// The entries.
    pub data: Vec<T>,
}

impl<T: FromJson> FromJson for List<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);

    fn from_canonical(json: Json<'_>) -> Option<Self> {
        Vec::from_canonical(json.object()?.get("data")?).map(|data| Self { data })
    }
}

/// Declares what an object of a reply reads as: fields with the names that are tried in turn, and `extra` for the rest.
/// A text may name its known [`crate::reply::shape::Values`]: `String as Currency`, `String as Words("crypto", "fiat")`.
///
/// Behind the fields, in this order, may stand the parts of [`crate::reply::shape::Also`].
macro_rules! reply {
    (
        #[doc = $description:literal]
        $name:ident {
            $( required: { $(
                #[doc = $required_doc:literal]
                $required:ident: $required_type:ty $( as $required_values:ident $( ( $( $required_word:literal ),+ ) )? )?
                    = [ $( $required_name:literal ),+ ],
            )* }, )?
            $( optional: { $(
                #[doc = $optional_doc:literal]
                $optional:ident: $optional_type:ty $( as $optional_values:ident $( ( $( $optional_word:literal ),+ ) )? )?
                    = [ $( $optional_name:literal ),+ ],
            )* }, )?
        }
        $( $also:ident: $value:expr, )*
    ) => {
        #[doc = $description]
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $( $( #[doc = $required_doc] pub $required: $required_type, )* )?
            $( $( #[doc = $optional_doc] pub $optional: Option<$optional_type>, )* )?
            /// Every other field, and any of the above that came in a shape that was not understood.
            pub extra: $crate::reply::Extra,
        }

        impl $crate::reply::FromJson for $name {
            const SHAPE: $crate::reply::shape::Shape = {
                use $crate::reply::shape::{Also, Field, ObjectShape, Shape, described, values, wire_name};

                Shape::Object(&ObjectShape {
                    name: stringify!($name),
                    description: described($description),
                    fields: &[
                        $( $( Field {
                            name: wire_name(stringify!($required)),
                            aliases: &[ $( $required_name ),+ ],
                            required: true,
                            shape: &<$required_type as $crate::reply::FromJson>::SHAPE,
                            values: values!($( $required_values $( ( $( $required_word ),+ ) )? )?),
                            description: described($required_doc),
                        }, )* )?
                        $( $( Field {
                            name: wire_name(stringify!($optional)),
                            aliases: &[ $( $optional_name ),+ ],
                            required: false,
                            shape: &<$optional_type as $crate::reply::FromJson>::SHAPE,
                            values: values!($( $optional_values $( ( $( $optional_word ),+ ) )? )?),
                            description: described($optional_doc),
                        }, )* )?
                    ],
                    also: Also { $( $also: Some($value), )* ..Also::NOTHING },
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

/// A field of the canonical form.
pub(crate) fn field<T: FromJson>(object: &Object<'_>, name: &str) -> Option<T> {
    object.get(name).and_then(T::from_canonical)
}

/// What is left of a canonical object: fields without a name here, and named ones that were not understood.
pub(crate) fn extra(object: &Object<'_>, read: &[&str], shape: Shape) -> Extra {
    let named =
        |name: &str| matches!(shape, Shape::Object(shape) if shape.fields.iter().any(|field| field.name == name));
    let is_left = |(name, json): &(&str, Json<'_>)| !(read.contains(name) || json.is_null() && named(name));
    Extra(object.iter().filter(is_left).map(|(name, json)| (name.to_owned(), json.as_str().to_owned())).collect())
}

/// Writes a reply's object: the named fields, `null` for what is not there, then the rest as it came.
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
