//! A callback, as the gateway sends it.

use core::fmt;

/// The request with which the gateway sends a callback to the shop: a POST of these headers and exactly these bytes.
///
/// Hand both to the shop's handler, or to [`citrn::callback::Callback::verify`]. See [`Gateway::take_callbacks`].
///
/// [`Gateway::take_callbacks`]: crate::Gateway::take_callbacks
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackRequest {
    /// Names and values of the headers: the content type, the account's key and the signature.
    pub headers: Vec<(&'static str, String)>,
    /// The signed bytes of the body, which are JSON.
    pub body: Vec<u8>,
}

/// Omits the headers, which hold the signature.
impl fmt::Debug for CallbackRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        f.debug_struct("CallbackRequest").field("body", &body).finish_non_exhaustive()
    }
}
