//! Reads a reply without a client.

use crate::{
    Endpoint, Error, Reply, Response,
    redact::Secrets,
    reply::{self, FromJson},
    request::context,
};

/// Reads a reply: returns the typed value of a success, or an error that says whether the call may have been executed.
///
/// ```
/// # use citrn::{endpoints::CreatePayment, parse};
/// let body = br#"{"data":{"session_id":17,"url":"https://pay.example/17"}}"#;
/// let payment = parse::<CreatePayment>(200, body)?;
/// assert_eq!(payment.redirect_url, "https://pay.example/17");
/// assert_eq!(payment.session_id.as_deref(), Some("17"));
/// # Ok::<(), citrn::Error>(())
/// ```
///
/// # Errors
/// If the reply is not a success, or not a valid reply of this endpoint. See [`Code`](crate::Code).
pub fn parse<E: Endpoint>(status: u16, body: &[u8]) -> Result<Reply<E::Reply>, Error> {
    let response = Response { status, retry_after: None, body: body.to_vec() };
    let context = context(E::SPEC, &E::SPEC.host.documented_url(), &[]);
    reply::read(&context, &Secrets::default(), response, E::Reply::from_canonical)
}
