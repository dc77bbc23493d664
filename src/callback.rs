//! Callbacks of the gateway: verifies their signature, and reads their content.
//!
//! A callback is a POST of JSON whose header `X-Process-Signature` is the HMAC-SHA512 of the raw body under the
//! merchant's secret (Callback Examples). It has no timestamp and can be sent more than once; answer it with HTTP
//! 200, or it is repeated (Integration Guide / Callbacks). `id` and `status` together identify an event.

mod body;
mod credit;
mod essentials;
mod javascript;
mod json;
mod summary;

pub use body::{Callback, CryptoAddress, ExchangeRate, Fee, Received, Sent, Status, Transaction, TransactionType};
pub use credit::{Credit, Review};
#[doc(hidden)]
pub use javascript::{ForJavaScript, read_for_javascript};
#[doc(hidden)]
pub use json::canonical;
pub use json::json;
use json::unread;
#[doc(hidden)]
pub use summary::Summary;

use crate::{Code, Error, KEY_HEADER, SIGNATURE_HEADER, Secret, Signature, reply::FromJson};

impl Callback {
    /// Verifies the signature of a callback and parses its body. Pass the raw bytes as received, never JSON that was
    /// parsed and serialised again.
    ///
    /// Pass the old and the new secret during a rotation. Headers are pairs of a name, in any case, and a value, as
    /// text or bytes: the `HeaderMap` of the crate `http` can be passed as it is.
    ///
    /// ```
    /// use citrn::{Secret, callback::{self, Callback}};
    /// let secrets = [Secret::new("new"), Secret::new("old")];
    /// let body = br#"{"id":1,"type":"deposit","status":"confirmed","crypto_address":{"foreign_id":"user-17"},
    ///     "currency_received":{"currency":"USDTT","amount":"50","amount_minus_fee":"49.5"}}"#;
    /// let headers = callback::sign("key", &secrets[1], body);
    /// let callback = Callback::verify(&secrets, body, headers)?;
    /// assert!(callback.is_final());
    /// assert_eq!(callback.customer_id(), Some("user-17"));
    /// assert_eq!(callback.credit()?.unwrap().amount, "49.5");
    /// # Ok::<(), citrn::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid_signature` if the signature is missing or matches no secret: answer 401. `invalid_callback` if the
    /// signature is valid but the body was not understood: store it and answer 200.
    pub fn verify<N: AsRef<str>, V: AsRef<[u8]>>(
        secrets: &[Secret],
        body: &[u8],
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, Error> {
        authenticate(secrets, body, headers)?;
        Self::parse(body)
    }

    /// Parses a callback's body without verifying its signature.
    ///
    /// # Errors
    /// `invalid_callback` if it was not understood.
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        let canonical = canonical(body)?;
        Callback::from_canonical(canonical.root()).ok_or_else(unread)
    }

    /// Returns the key that identifies the transaction: `id`, which for a payment request includes the name of its
    /// field. Together with the status it identifies an event.
    ///
    /// ```
    /// # use citrn::callback::Callback;
    /// let transaction = Callback::parse(br#"{"id":17,"status":"confirmed"}"#)?;
    /// assert_eq!(transaction.transaction_key(), "17");
    /// let request = Callback::parse(br#"{"payment_request_id":17,"status":"paid"}"#)?;
    /// assert_eq!(request.transaction_key(), "payment_request_id:17");
    /// # Ok::<(), citrn::Error>(())
    /// ```
    pub fn transaction_key(&self) -> &str {
        &self.id
    }

    /// Whether no other status follows. Credit or pay out only then.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.status.is_final()
    }
}

/// Verifies only a callback's signature, for a receiver that stores each signed body before it parses it.
///
/// # Errors
/// `invalid_signature` if the signature is missing or matches no secret; `invalid_configuration` if there is no usable
/// secret.
pub fn authenticate<N: AsRef<str>, V: AsRef<[u8]>>(
    secrets: &[Secret],
    body: &[u8],
    headers: impl IntoIterator<Item = (N, V)>,
) -> Result<(), Error> {
    if secrets.is_empty() || secrets.iter().any(Secret::is_empty) {
        return Err(Error::configuration("secret", "must not be empty: anyone could sign with an empty secret"));
    }
    secrets.iter().try_for_each(Secret::check)?;
    let refused = |why: String| Err(Error::not_sent(Code::InvalidSignature, why).with_field(SIGNATURE_HEADER));
    let mut given = headers.into_iter().filter(|(name, _)| name.as_ref().eq_ignore_ascii_case(SIGNATURE_HEADER));
    let Some((_, value)) = given.next() else {
        return refused(format!("The callback has no header {SIGNATURE_HEADER}."));
    };
    let hex = core::str::from_utf8(value.as_ref()).unwrap_or_default();
    let Some(signature) = Signature::from_hex(hex.trim()) else {
        return refused(format!("The header {SIGNATURE_HEADER} is not 128 hex digits."));
    };
    if secrets.iter().any(|secret| signature.verify(secret, body)) {
        return Ok(());
    }
    let secrets = match secrets.len() {
        1 => "the secret".to_owned(),
        count => format!("any of the {count} secrets"),
    };
    refused(format!(
        "The signature does not match the {} bytes of the body under {secrets}. Check that the body is the raw \
         bytes as received, not JSON that was parsed and written again, and that the secret is the account's.",
        body.len(),
    ))
}

/// The two headers that the gateway sends with a callback, for your own tests.
pub fn sign(api_key: &str, secret: &Secret, body: &[u8]) -> [(&'static str, String); 2] {
    [(KEY_HEADER, api_key.to_owned()), (SIGNATURE_HEADER, Signature::sign(secret, body).to_hex())]
}
