//! What a successful reply reads as.

use core::{fmt, ops::Deref};

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::json::{Extra, Field, FromJson, Json, Object, Shape, Unreadable};

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
    const SHAPE: Shape = Shape::Object {
        name: "List",
        description: "A list.",
        fields: &[Field { name: "data", required: true, shape: &Vec::<T>::SHAPE, description: "The entries." }],
    };

    fn from_json(json: Json<'_>) -> Result<Self, Unreadable> {
        if let Some(items) = json.array() {
            let data = items.into_iter().map(T::from_json).collect::<Result<_, _>>()?;
            return Ok(Self { data });
        }
        let object = json.object().ok_or_else(|| Unreadable::new("`data` is neither a list nor an object"))?;
        if let Ok(only) = T::from_json(json) {
            return Ok(Self { data: vec![only] });
        }
        let data = object.iter().map(|(key, value)| T::from_entry(key, value)).collect::<Result<_, _>>()?;
        Ok(Self { data })
    }
}

/// Declares what an object of a reply reads as: fields with the names that are tried in turn, and `extra` for the rest.
///
/// Behind the fields, in this order, may stand: `text` reads a body that is not JSON, `scalar` a value that is not an
/// object, `entry` an entry of a map keyed by one of the fields, and `check` says what else must hold.
macro_rules! reply {
    (
        #[doc = $description:literal]
        $name:ident {
            required: { $( #[doc = $required_doc:literal] $required:ident: $required_type:ty = [ $( $required_name:literal ),+ ], )* },
            optional: { $( #[doc = $optional_doc:literal] $optional:ident: $optional_type:ty = [ $( $optional_name:literal ),+ ], )* },
        }
        $( text |$text:ident| $from_text:expr; )?
        $( scalar |$scalar:ident| $from_scalar:expr; )?
        $( entry |$key:ident, $entry:ident| $from_entry:expr; )?
        $( check |$checked:ident| $check:expr; )?
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

        impl $name {
            /// The names that are written for the fields above.
            const NAMES: &'static [&'static str] = &[
                $( $crate::endpoint::wire_name(stringify!($required)), )*
                $( $crate::endpoint::wire_name(stringify!($optional)), )*
            ];

            fn read(object: &$crate::json::Object<'_>) -> Result<Self, $crate::json::Unreadable> {
                $( let $required: $required_type = object.read(&[ $( $required_name ),+ ]).ok_or_else(|| {
                    $crate::json::Unreadable::new($crate::reply::missing(&[ $( $required_name ),+ ]))
                })?; )*
                $( let $optional: Option<$optional_type> = object.read(&[ $( $optional_name ),+ ]); )*
                let understood: &[&str] = &[
                    $( $crate::endpoint::wire_name(stringify!($required)), )*
                    $( if $optional.is_some() { $crate::endpoint::wire_name(stringify!($optional)) } else { "" }, )*
                ];
                let extra = $crate::reply::extra(object, understood, Self::NAMES);
                Ok(Self { $( $required, )* $( $optional, )* extra })
            }
        }

        impl $crate::json::FromJson for $name {
            const SHAPE: $crate::json::Shape = $crate::json::Shape::Object {
                name: stringify!($name),
                description: $description.trim_ascii(),
                fields: &[
                    $( $crate::json::Field {
                        name: $crate::endpoint::wire_name(stringify!($required)),
                        required: true,
                        shape: &<$required_type as $crate::json::FromJson>::SHAPE,
                        description: $required_doc.trim_ascii(),
                    }, )*
                    $( $crate::json::Field {
                        name: $crate::endpoint::wire_name(stringify!($optional)),
                        required: false,
                        shape: &<$optional_type as $crate::json::FromJson>::SHAPE,
                        description: $optional_doc.trim_ascii(),
                    }, )*
                ],
            };

            fn from_json(json: $crate::json::Json<'_>) -> Result<Self, $crate::json::Unreadable> {
                $( let $scalar = json; if let Some(read) = $from_scalar { return Ok(read); } )?
                let read = Self::read(&$crate::reply::object(json)?)?;
                $( let $checked = &read; $check?; )?
                Ok(read)
            }

            fn from_beside_data(root: $crate::json::Json<'_>) -> Option<Self> {
                Self::from_json(root).ok()
            }

            $( fn from_text($text: &str) -> Option<Self> {
                $from_text
            } )?

            $( fn from_entry($key: &str, $entry: $crate::json::Json<'_>) -> Result<Self, $crate::json::Unreadable> {
                $from_entry
            } )?
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

pub(crate) fn object(json: Json<'_>) -> Result<Object<'_>, Unreadable> {
    json.object().ok_or_else(|| Unreadable::new("the reply is not a JSON object"))
}

pub(crate) fn missing(names: &[&str]) -> String {
    format!("the reply has no usable `{}`", names.join("` or `"))
}

/// What is left of an object: fields without a name here, and named ones that were not understood unless they are nothing.
pub(crate) fn extra(object: &Object<'_>, understood: &[&str], names: &[&str]) -> Extra {
    let mut extra = Extra::default();
    for (name, json) in object.iter() {
        let nothing = names.contains(&name) && json.is_nothing();
        if !nothing && !understood.contains(&name) {
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
