//! What a successful reply reads as.

use core::{fmt, ops::Deref};

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    json::{Extra, FromJson, Json, Object},
    shape::Shape,
};

/// A successful reply: what was read, and what it was read from.
///
/// The fields of what was read are there directly (`reply.address`), by [`Deref`].
///
/// ```
/// # use citrn::{endpoints::TakeAddress, parse};
/// let reply = parse::<TakeAddress>(200, br#"{"data":{"address":"bc1q","tag":7}}"#)?;
/// assert_eq!((reply.address.as_str(), reply.memo.as_deref()), ("bc1q", Some("7")));
/// assert_eq!(reply.raw, r#"{"data":{"address":"bc1q","tag":7}}"#);
/// # Ok::<(), citrn::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Reply<T> {
    /// The HTTP status; any 2xx is a success.
    pub http_status: u16,
    /// The exact text of the body.
    pub raw: String,
    /// What the body reads as.
    pub data: T,
}

impl<T> Deref for Reply<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

/// Without `raw`, which can hold a payer's data.
impl<T: fmt::Debug> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("http_status", &self.http_status)
            .field("data", &self.data)
            .finish_non_exhaustive()
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
///
/// Behind the fields, in this order, may stand the parts of [`crate::shape::Also`].
macro_rules! reply {
    (
        #[doc = $description:literal]
        $name:ident {
            required: { $( #[doc = $required_doc:literal] $required:ident: $required_type:ty = [ $( $required_name:literal ),+ ], )* },
            optional: { $( #[doc = $optional_doc:literal] $optional:ident: $optional_type:ty = [ $( $optional_name:literal ),+ ], )* },
        }
        $( $also:ident: $value:expr, )*
    ) => {
        #[doc = $description]
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $( #[doc = $required_doc] pub $required: $required_type, )*
            $( #[doc = $optional_doc] pub $optional: Option<$optional_type>, )*
            /// Every other field, and any of the above that came in a shape that was not understood.
            pub extra: $crate::json::Extra,
        }

        impl $crate::json::FromJson for $name {
            const SHAPE: $crate::shape::Shape = $crate::shape::Shape::Object(&$crate::shape::ObjectShape {
                name: stringify!($name),
                description: $crate::shape::described($description),
                fields: &[
                    $( $crate::shape::Field {
                        name: $crate::endpoint::wire_name(stringify!($required)),
                        aliases: &[ $( $required_name ),+ ],
                        required: true,
                        shape: &<$required_type as $crate::json::FromJson>::SHAPE,
                        description: $crate::shape::described($required_doc),
                    }, )*
                    $( $crate::shape::Field {
                        name: $crate::endpoint::wire_name(stringify!($optional)),
                        aliases: &[ $( $optional_name ),+ ],
                        required: false,
                        shape: &<$optional_type as $crate::json::FromJson>::SHAPE,
                        description: $crate::shape::described($optional_doc),
                    }, )*
                ],
                also: $crate::shape::Also { $( $also: Some($value), )* ..$crate::shape::Also::NOTHING },
            });

            fn from_canonical(json: $crate::json::Json<'_>) -> Option<Self> {
                let object = json.object()?;
                $( let $required = $crate::reply::field(&object, $crate::endpoint::wire_name(stringify!($required)))?; )*
                $( let $optional = $crate::reply::field(&object, $crate::endpoint::wire_name(stringify!($optional))); )*
                let read: &[&str] = &[
                    $( $crate::endpoint::wire_name(stringify!($required)), )*
                    $( if $optional.is_some() { $crate::endpoint::wire_name(stringify!($optional)) } else { "" }, )*
                ];
                let extra = $crate::reply::extra(&object, read, Self::SHAPE);
                Some(Self { $( $required, )* $( $optional, )* extra })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = $crate::reply::ReplyMap::new(serializer, &self.extra)?;
                $( map.field($crate::endpoint::wire_name(stringify!($required)), Some(&self.$required))?; )*
                $( map.field($crate::endpoint::wire_name(stringify!($optional)), self.$optional.as_ref())?; )*
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
    let named = |name| matches!(shape, Shape::Object(shape) if shape.fields.iter().any(|field| field.name == name));
    let mut extra = Extra::default();
    for (name, json) in object.iter() {
        let nothing = named(name) && json.is_null();
        if !nothing && !read.contains(&name) {
            extra.push(name, json);
        }
    }
    extra
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
        self.extra.serialize_into(&mut self.map)?;
        self.map.end()
    }
}
