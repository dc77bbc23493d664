//! Callbacks: what the gateway posts to the merchant, and how to be sure that it was the gateway.
//!
//! A callback is a POST of JSON whose header `X-Process-Signature` is the HMAC-SHA512 of the raw body under the
//! merchant's secret (Callback Examples). It carries no timestamp and may come more than once; answer it with HTTP 200,
//! or it is repeated (Integration Guide / Callbacks). `id` and `status` together tell one event from another.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::{
    Amount, Code, Error, KEY_HEADER, SIGNATURE_HEADER, Secret, Signature,
    json::{FromJson, Json, Shape, Unreadable},
    reply::reply,
    response,
};

macro_rules! open_enum {
    ( #[doc = $doc:literal] $name:ident { $( #[doc = $variant_doc:literal] $variant:ident = $text:literal, )* } ) => {
        #[doc = $doc]
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( #[doc = $variant_doc] $variant, )*
            /// A word that the documentation does not list, kept as it came.
            Other(String),
        }

        impl $name {
            /// The word as the gateway writes it in JSON.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( $name::$variant => $text, )*
                    $name::Other(text) => text,
                }
            }
        }

        impl FromJson for $name {
            const SHAPE: Shape = Shape::Word(&[ $( $text ),* ]);

            fn from_json(json: Json<'_>) -> Result<Self, Unreadable> {
                let text = json.string().ok_or_else(|| Unreadable::new("is not text"))?;
                // The documentation's tables print these words with a capital, its examples without.
                Ok(match text.to_ascii_lowercase().as_str() {
                    $( $text => $name::$variant, )*
                    _ => $name::Other(text),
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

open_enum! {
    /// What a transaction is (Transaction Types and Statuses).
    TransactionType {
        /// A deposit.
        Deposit = "deposit",
        /// A deposit that was exchanged on arrival.
        DepositExchange = "deposit_exchange",
        /// A withdrawal.
        Withdrawal = "withdrawal",
        /// A withdrawal that was exchanged before it left.
        WithdrawalExchange = "withdrawal_exchange",
    }
}

open_enum! {
    /// Where a transaction stands (Transaction Types and Statuses).
    Status {
        /// Seen, not yet confirmed. Not final: credit nothing.
        NotConfirmed = "not_confirmed",
        /// Confirmed. Final.
        Confirmed = "confirmed",
        /// Cancelled: a double spend, or a withdrawal that was not sent. Final.
        Cancelled = "cancelled",
    }
}

reply! {
    /// A callback's body, of either generation: integer ids with `tag` and `internal_id`, or UUIDs with `memo`.
    Callback {
        required: {
            /// The transaction. Callbacks with the same `id` are about the same transaction.
            id: String = ["id"],
            /// Where it stands. Together with `id` it tells one event from another.
            status: Status = ["status"],
        },
        optional: {
            /// What it is.
            r#type: TransactionType = ["type"],
            /// The merchant's id of a withdrawal. A deposit has the customer's id in `crypto_address`.
            foreign_id: String = ["foreign_id"],
            /// The address: the customer's deposit address, or the receiver's of a withdrawal.
            crypto_address: CryptoAddress = ["crypto_address"],
            /// What was sent; missing from a cancelled callback.
            currency_sent: Sent = ["currency_sent"],
            /// What was received; missing from a cancelled callback.
            currency_received: Received = ["currency_received"],
            /// The steps on and off the blockchain.
            transactions: Vec<Transaction> = ["transactions"],
            /// Fees; null in the documentation's newer example.
            fees: Vec<Fee> = ["fees"],
            /// Why it was cancelled.
            error: String = ["error"],
            /// The exchange, where there was one.
            exchange: ExchangeRate = ["exchange"],
            /// Only in the older generation.
            internal_id: String = ["internal_id"],
        },
    }
}

reply! {
    /// The address of a callback.
    CryptoAddress {
        required: {},
        optional: {
            /// The gateway's id of the address.
            id: String = ["id"],
            /// Currency code.
            currency: String = ["currency"],
            /// The address.
            address: String = ["address"],
            /// Destination tag.
            memo: String = ["memo", "tag"],
            /// For a deposit: the merchant's id of the customer.
            foreign_id: String = ["foreign_id"],
            /// The currency into which is exchanged.
            convert_to: String = ["convert_to"],
        },
    }
}

reply! {
    /// What was sent.
    Sent {
        required: {
            /// Currency code.
            currency: String = ["currency"],
            /// The amount.
            amount: Amount = ["amount"],
        },
        optional: {},
    }
}

reply! {
    /// What was received.
    Received {
        required: {
            /// Currency code.
            currency: String = ["currency"],
            /// The amount before fees.
            amount: Amount = ["amount"],
        },
        optional: {
            /// The amount after fees.
            amount_minus_fee: Amount = ["amount_minus_fee"],
        },
    }
}

reply! {
    /// A step of a transaction.
    Transaction {
        required: {},
        optional: {
            /// The gateway's id of the step; in the older generation that of the transaction.
            id: String = ["id"],
            /// Currency code.
            currency: String = ["currency"],
            /// `blockchain` or `exchange`.
            transaction_type: String = ["transaction_type"],
            /// Such as `deposit`.
            r#type: String = ["type"],
            /// The address.
            address: String = ["address"],
            /// Destination tag.
            memo: String = ["memo", "tag"],
            /// The amount.
            amount: Amount = ["amount"],
            /// The blockchain's id of the transaction.
            txid: String = ["txid"],
            /// For compliance.
            riskscore: String = ["riskscore"],
            /// Confirmations so far; the siblings of this API write `confirmations`.
            confirmation: u64 = ["confirmation", "confirmations"],
            /// Addresses it came from.
            senders: Vec<String> = ["senders"],
            /// For an exchange: the currency got.
            currency_to: String = ["currency_to"],
            /// For an exchange: the amount got.
            amount_to: Amount = ["amount_to"],
        },
    }
}

reply! {
    /// A fee.
    Fee {
        required: {},
        optional: {
            /// `mining`, `withdrawal`, `exchange`, `deposit` or `transfer`.
            r#type: String = ["type"],
            /// Currency code.
            currency: String = ["currency"],
            /// The amount.
            amount: Amount = ["amount"],
        },
    }
}

reply! {
    /// The rate at which was exchanged.
    ExchangeRate {
        required: {},
        optional: {
            /// Such as `BTCUSDT`; the network is not part of it.
            ticker: String = ["ticker"],
            /// The rate.
            rate: Amount = ["rate"],
            /// The amount got, before it was rounded to the currency's decimals.
            exchanged_amount: Amount = ["exchanged_amount"],
        },
    }
}

/// An amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Credit<'a> {
    /// Currency code.
    pub currency: &'a str,
    /// The amount.
    pub amount: &'a Amount,
}

impl Callback {
    /// Checks the signature of a callback and reads its body. Hand over the raw bytes as they came, never JSON that was
    /// parsed and written again.
    ///
    /// Give the old and the new secret while you rotate. Header names are compared without case.
    ///
    /// ```
    /// use citrn::{Secret, callback::{self, Callback}};
    /// let secrets = [Secret::new("new"), Secret::new("old")];
    /// let body = br#"{"id":1,"type":"deposit","status":"confirmed","crypto_address":{"foreign_id":"user-17"},
    ///     "currency_received":{"currency":"USDTT","amount":"50","amount_minus_fee":"49.5"}}"#;
    /// let headers = callback::sign("key", &secrets[1], body);
    /// let callback = Callback::verify(&secrets, body, headers.iter().map(|(name, value)| (*name, value.as_str())))?;
    /// assert!(callback.is_final());
    /// assert_eq!(callback.customer_id(), Some("user-17"));
    /// assert_eq!(callback.credit().unwrap().amount.as_str(), "49.5");
    /// # Ok::<(), citrn::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid_signature` when the signature is missing or matches under no secret: answer 401 or the like.
    /// `invalid_callback` when the signature is right and the body was not understood: store it and answer 200.
    pub fn verify<'a>(
        secrets: &[Secret],
        body: &[u8],
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Error> {
        authenticate(secrets, body, headers)?;
        Self::parse(body)
    }

    /// Reads a callback's body without checking who sent it.
    ///
    /// # Errors
    /// `invalid_callback` when it was not understood.
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        let text = core::str::from_utf8(body).map_err(|_| Unreadable::new("the body is not UTF-8"));
        text.and_then(response::read).map_err(|reason| {
            let reason = reason.0.replace("the reply", "the body");
            Error::not_sent(Code::InvalidCallback, format!("The callback was not understood: {reason}."))
        })
    }

    /// Whether nothing more comes after this. Act on money only when it is.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self.status, Status::Confirmed | Status::Cancelled)
    }

    /// Whether this is about money that comes in.
    #[must_use]
    pub fn is_deposit(&self) -> bool {
        matches!(self.r#type, Some(TransactionType::Deposit | TransactionType::DepositExchange))
    }

    /// Whose deposit it is: the merchant's id of the customer, which a deposit carries in `crypto_address`.
    #[must_use]
    pub fn customer_id(&self) -> Option<&str> {
        let of_address = || self.crypto_address.as_ref()?.foreign_id.as_deref();
        self.is_deposit().then(|| of_address().or(self.foreign_id.as_deref())).flatten()
    }

    /// What to credit the customer with: what was received after fees, of a confirmed deposit. `None` while there is
    /// nothing to credit, and when fees were taken without saying what is left.
    #[must_use]
    pub fn credit(&self) -> Option<Credit<'_>> {
        let received = self.currency_received.as_ref()?;
        let without_fees = self.fees.as_ref().is_none_or(Vec::is_empty);
        let amount = received.amount_minus_fee.as_ref().or_else(|| without_fees.then_some(&received.amount))?;
        let confirmed = self.is_deposit() && self.status == Status::Confirmed;
        confirmed.then_some(Credit { currency: &received.currency, amount })
    }
}

/// Checks a callback's signature alone, for a receiver that stores every signed body before it reads it.
///
/// # Errors
/// `invalid_signature` when the signature is missing or matches under no secret; `invalid_configuration` when there is
/// no usable secret.
pub fn authenticate<'a>(
    secrets: &[Secret],
    body: &[u8],
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), Error> {
    if secrets.is_empty() || secrets.iter().any(Secret::is_empty) {
        return Err(Error::configuration("secret", "must not be empty: anyone could sign with an empty secret"));
    }
    let refused = |why: String| Err(Error::not_sent(Code::InvalidSignature, why).with_field(SIGNATURE_HEADER));
    let mut given = headers.into_iter().filter(|(name, _)| name.eq_ignore_ascii_case(SIGNATURE_HEADER));
    let Some((_, value)) = given.next() else {
        return refused(format!("The callback has no header {SIGNATURE_HEADER}."));
    };
    let Some(signature) = Signature::from_hex(value.trim()) else {
        return refused(format!("The header {SIGNATURE_HEADER} is not 128 hex digits."));
    };
    if secrets.iter().any(|secret| signature.verify(secret, body)) {
        return Ok(());
    }
    refused(format!(
        "The signature does not match the {} bytes of the body under any of {} secrets. Check that the body is the raw \
         bytes as received, not JSON that was parsed and written again, and that the secret is the account's.",
        body.len(),
        secrets.len(),
    ))
}

/// The two headers that the gateway sends with a callback, for your own tests.
#[must_use]
pub fn sign(api_key: &str, secret: &Secret, body: &[u8]) -> [(&'static str, String); 2] {
    [(KEY_HEADER, api_key.to_owned()), (SIGNATURE_HEADER, Signature::sign(secret, body).to_hex())]
}
