//! Fields of a request that the endpoint table does not have.

use core::fmt;

use crate::{Error, json::Document, limits::MAX_EXTRA_BYTES};

/// Fields that a call sends in addition to its parameters, for an account whose gateway demands them. They follow the
/// parameters in the same signed body.
///
/// ```
/// use citrn::endpoints::CreatePayment;
/// let call = CreatePayment::new("user-17", "USDTT", "https://shop.example/thanks")
///     .extra("end_user_reference", r#""user-17""#)
///     .extra("sender_data", r#"{"first_name":"Ada","visits":12345678901234567890}"#);
/// # use citrn::Endpoint;
/// assert!(call.fields().to_json().ends_with(
///     r#","end_user_reference":"user-17","sender_data":{"first_name":"Ada","visits":12345678901234567890}}"#
/// ));
/// assert!(!format!("{call:?}").contains("Ada"));
/// ```
///
/// They are checked when the call is made, by [`check_extra`](crate::check_extra).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ExtraFields(Vec<(String, String)>);

impl ExtraFields {
    /// Creates an empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the fields of a JSON object. Values keep their text, so that no digit is lost.
    ///
    /// ```
    /// use citrn::endpoint::ExtraFields;
    /// let extra = ExtraFields::from_object(r#"{"sender_type":"natural","age":36.0}"#)?;
    /// assert_eq!(extra.iter().last(), Some(("age", "36.0")));
    /// # Ok::<(), citrn::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid_parameter` with the field `extra`, if the text is larger than
    /// [`MAX_EXTRA_BYTES`](crate::limits::MAX_EXTRA_BYTES) or not a JSON object.
    pub fn from_object(json: &str) -> Result<Self, Error> {
        if json.len() > MAX_EXTRA_BYTES {
            return Err(too_large());
        }
        let document = Document::parse(json).ok();
        let object = document.as_ref().and_then(|document| document.root().object());
        let object = object.ok_or_else(|| Error::parameter("extra", "must be a JSON object with Unicode names"))?;
        Ok(Self(object.iter().map(|(name, json)| (name.to_owned(), json.as_str().to_owned())).collect()))
    }

    /// Appends a field. Its value is any JSON text, which is sent unchanged.
    pub fn push(&mut self, name: impl Into<String>, json: impl Into<String>) {
        self.0.push((name.into(), json.into()));
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the name and JSON text of each field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, json)| (name.as_str(), json.as_str()))
    }

    /// Returns the size of the fields as one JSON object without white space, in bytes.
    pub(crate) fn size(&self) -> usize {
        // Around each field are two quotes, a colon, and a comma or brace.
        self.0.iter().map(|(name, json)| name.len() + json.len() + 4).sum::<usize>() + 1
    }
}

/// Shows nothing of the fields, since they are usually a payer's data.
impl fmt::Debug for ExtraFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExtraFields([redacted])")
    }
}

pub(crate) fn too_large() -> Error {
    Error::parameter("extra", format_args!("must be at most {MAX_EXTRA_BYTES} bytes long, all fields together"))
}
