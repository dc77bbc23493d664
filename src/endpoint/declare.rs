//! The macro that declares an endpoint; each file in `src/endpoints/` uses it.

/// Declares one endpoint: its row of the table, the type of its parameters, a constructor that takes the required ones,
/// a setter for
/// each optional one, and one for extra fields if it `takes extra`.
///
/// A parameter is `name: Rule = "example"`. Docs and types for other languages show its doc comment; docs and tests use
/// the example. The endpoint's description is its doc comment up to the Rust example.
macro_rules! endpoint {
    (
        $( #[doc = $doc:literal] )+
        $name:ident -> $reply:ty {
            name: $method_name:literal,
            $method:ident $path:literal on $host:ident,
            signed: $signed:literal,
            kind: $kind:ident,
            $( takes $extra:ident, )?
            source: $source:literal,
            $( errors: [ $( $error:ident ),* $(,)? ], )?
            $( required: { $(
                $( #[doc = $required_doc:literal] )+
                $required:ident: $required_rule:ident $( ( $( $required_word:literal ),+ ) )?
                    = $required_example:literal,
            )* }, )?
            $( optional: { $(
                $( #[doc = $optional_doc:literal] )+
                $optional:ident: $optional_rule:ident $( ( $( $optional_word:literal ),+ ) )?
                    = $optional_example:literal,
            )* }, )?
        }
    ) => {
        $( #[doc = $doc] )+
        #[derive(Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(
                $( #[doc = $required_doc] )+
                pub $required: $crate::endpoint::rule_type!($required_rule),
            )* )?
            $( $(
                $( #[doc = $optional_doc] )+
                pub $optional: Option<$crate::endpoint::rule_type!($optional_rule)>,
            )* )?
            $(
                /// Fields that follow the parameters in the body.
                pub $extra: $crate::endpoint::ExtraFields,
            )?
        }

        $crate::endpoint::default_without_required!($name $( $( $required )* )?);

        impl $name {
            /// Creates the call with its required parameters.
            #[must_use]
            pub fn new($( $( $required: impl Into<$crate::endpoint::rule_type!($required_rule)> ),* )?) -> Self {
                Self {
                    $( $( $required: $required.into(), )* )?
                    $( $( $optional: None, )* )?
                    $( $extra: Default::default(), )?
                }
            }

            $( $(
                $( #[doc = $optional_doc] )+
                #[must_use]
                pub fn $optional(mut self, value: impl Into<$crate::endpoint::rule_type!($optional_rule)>) -> Self {
                    self.$optional = Some(value.into());
                    self
                }
            )* )?

            $(
                /// Appends a field that this API does not document, with any JSON text as its value. It follows the
                /// parameters in the same signed body. See [`check_extra`](crate::check_extra) for what is refused.
                #[must_use]
                pub fn $extra(mut self, name: impl Into<String>, json: impl Into<String>) -> Self {
                    self.$extra.push(name, json);
                    self
                }
            )?
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let mut debug = f.debug_struct(stringify!($name));
                $( $( $crate::endpoint::debug_field!(debug, self, $required, $required_rule); )* )?
                $( $( $crate::endpoint::debug_field!(debug, self, $optional, $optional_rule); )* )?
                $( debug.field(stringify!($extra), &self.$extra); )?
                debug.finish()
            }
        }

        impl $crate::endpoint::Endpoint for $name {
            const SPEC: &'static $crate::endpoint::EndpointSpec = &$crate::endpoint::EndpointSpec {
                name: $method_name,
                method: $crate::endpoint::Method::$method,
                path: $path,
                host: $crate::endpoint::Host::$host,
                signed: $signed,
                kind: $crate::endpoint::Kind::$kind,
                parameters: &[
                    $( $( $crate::endpoint::Parameter {
                        name: $crate::reply::shape::wire_name(stringify!($required)),
                        required: true,
                        rule: $crate::endpoint::Rule::$required_rule $( (&[ $( $required_word ),+ ]) )?,
                        example: $crate::reply::shape::doc_text($required_example),
                        description: $crate::reply::shape::doc_text(concat!($( $required_doc ),+)),
                    }, )* )?
                    $( $( $crate::endpoint::Parameter {
                        name: $crate::reply::shape::wire_name(stringify!($optional)),
                        required: false,
                        rule: $crate::endpoint::Rule::$optional_rule $( (&[ $( $optional_word ),+ ]) )?,
                        example: $crate::reply::shape::doc_text($optional_example),
                        description: $crate::reply::shape::doc_text(concat!($( $optional_doc ),+)),
                    }, )* )?
                ],
                errors: &[ $( $( $crate::ErrorCode::$error ),* )? ],
                reply: &<$reply as $crate::reply::FromJson>::SHAPE,
                description: $crate::reply::shape::doc_text(concat!($( $doc ),+)),
                source: $crate::reply::shape::doc_text($source),
            };
            type Reply = $reply;

            fn fields(&self) -> $crate::endpoint::Fields<'_> {
                #[allow(unused_mut)]
                let mut fields = $crate::endpoint::Fields::new();
                $( $(
                    fields.push($crate::reply::shape::wire_name(stringify!($required)), (&self.$required).into());
                )* )?
                $( $( if let Some(value) = &self.$optional {
                    fields.push($crate::reply::shape::wire_name(stringify!($optional)), value.into());
                } )* )?
                $( fields.set_extra(&self.$extra); )?
                fields
            }
        }
    };
}

/// Implements `Default` for an endpoint without required parameters.
macro_rules! default_without_required {
    ($name:ident) => {
        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    ($name:ident $( $required:ident )+) => {};
}

macro_rules! rule_type {
    (Amount) => {
        $crate::Amount
    };
    (Currencies) => {
        $crate::endpoint::Currencies
    };
    ($text:ident) => {
        String
    };
}

macro_rules! debug_field {
    ($debug:ident, $self:ident, $field:ident, Key) => {
        $debug.field(stringify!($field), &$self.$field.as_ref().map(|_| "[redacted]"));
    };
    ($debug:ident, $self:ident, $field:ident, $rule:ident) => {
        $debug.field(stringify!($field), &$self.$field);
    };
}

pub(crate) use {debug_field, default_without_required, endpoint, rule_type};
