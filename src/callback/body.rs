//! The body of a callback (Callback Examples).

use core::fmt;

use serde::{Serialize, Serializer};

use crate::{
    Amount,
    json::Json,
    reply::{
        FromJson, reply,
        shape::{Shape, Word},
    },
};

macro_rules! open_enum {
    (
        #[doc = $doc:literal]
        $name:ident {
            $( $( #[doc = $variant_doc:literal] )+ $variant:ident = $text:literal $( | $spelling:literal )*, )*
        }
    ) => {
        #[doc = $doc]
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $( #[doc = $variant_doc] )+ $variant, )*
            /// Any other word, without the white space around it.
            Other(String),
        }

        impl $name {
            /// Returns the word as the gateway writes it in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $( $name::$variant => $text, )*
                    $name::Other(text) => text,
                }
            }
        }

        impl $name {
            const WORDS: &'static [Word] = &[ $( Word { text: $text, spellings: &[ $( $spelling ),* ] } ),* ];
        }

        /// Parses the word in any spelling: case and surrounding white space are ignored.
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match Word::normalized(Self::WORDS, text) {
                    $( $text => $name::$variant, )*
                    other => $name::Other(other.to_owned()),
                }
            }
        }

        impl FromJson for $name {
            const SHAPE: Shape = Shape::Word(Self::WORDS);

            fn from_canonical(json: Json<'_>) -> Option<Self> {
                json.string().map(|text| Self::from(text.as_str()))
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
    /// The type of a transaction (Transaction Types and Statuses).
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
    /// The status of a transaction (Transaction Types and Statuses).
    Status {
        /// Seen, not yet confirmed. Not final: credit nothing.
        NotConfirmed = "not_confirmed",
        /// Confirmed. Final.
        Confirmed = "confirmed",
        /// Cancelled: a double spend, or a withdrawal that was not sent. Final.
        Cancelled = "cancelled" | "canceled",
        /// A withdrawal that the merchant's account owner refused: not paid out. Final. Not documented by Citron; named
        /// as in the CoinsPaid-family API.
        Declined = "declined",
        /// A payment request was paid. Final. Not documented by Citron; named as in the CoinsPaid-family API.
        Paid = "paid",
        /// A payment request failed, for example because too little was sent. Final. Named as in that API.
        Failed = "failed",
        /// A payment request expired unpaid. Final. Named as in that API.
        Expired = "expired",
    }
}

impl TransactionType {
    pub(super) fn is_deposit(&self) -> bool {
        matches!(self, TransactionType::Deposit | TransactionType::DepositExchange)
    }
}

impl Status {
    /// Whether no other status follows.
    ///
    /// ```
    /// use citrn::callback::Status;
    /// assert!(Status::Declined.is_final() && !Status::NotConfirmed.is_final());
    /// ```
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(self, Status::NotConfirmed | Status::Other(_))
    }
}

reply! {
    /// A callback's body, of either generation: integer ids with `tag` and `internal_id`, or UUIDs with `memo`.
    Callback {
        required: {
            /// The transaction. Callbacks with the same `id` are about the same transaction. A payment request has no
            /// `id`; it reads as `payment_request_id:17`.
            id: String = ["id", "payment_request_id"],
            /// Its status. Together with `id` it identifies an event.
            status: Status = ["status"],
        },
        optional: {
            /// Its type.
            r#type: TransactionType = ["type"],
            /// The merchant's id of a withdrawal. A deposit has the customer's id in `crypto_address`.
            foreign_id: String = ["foreign_id"],
            /// The address: the customer's deposit address, or the receiver's of a withdrawal.
            crypto_address: CryptoAddress = ["crypto_address"],
            /// The amount sent; missing from a cancelled callback.
            currency_sent: Sent = ["currency_sent"],
            /// The amount received; missing from a cancelled callback.
            currency_received: Received = ["currency_received"],
            /// The steps on and off the blockchain.
            transactions: Vec<Transaction> = ["transactions"],
            /// Fees; null in the documentation's newer example.
            fees: Vec<Fee> = ["fees"],
            /// Why it was cancelled.
            error: String = ["error"],
            /// The exchange, if there was one.
            exchange: ExchangeRate = ["exchange"],
            /// Only in the older generation.
            internal_id: String = ["internal_id"],
        },
    }
    // The id of a payment request never equals that of a transaction.
    prefixed: "id",
}

reply! {
    /// The address of a callback.
    CryptoAddress {
        optional: {
            /// The gateway's id of the address.
            id: String = ["id"],
            /// Currency code.
            currency: String as Currency = ["currency"],
            /// The address.
            address: String = ["address"],
            /// Destination tag.
            memo: String = ["memo", "tag"],
            /// For a deposit: the merchant's id of the customer.
            foreign_id: String = ["foreign_id"],
            /// The currency into which is exchanged.
            convert_to: String as Currency = ["convert_to"],
        },
    }
}

reply! {
    /// The amount sent.
    Sent {
        required: {
            /// Currency code.
            currency: String as Currency = ["currency"],
            /// The amount.
            amount: Amount = ["amount"],
        },
    }
}

reply! {
    /// The amount received.
    Received {
        required: {
            /// Currency code.
            currency: String as Currency = ["currency"],
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
        optional: {
            /// The gateway's id of the step; in the older generation, the id of the transaction.
            id: String = ["id"],
            /// Currency code.
            currency: String as Currency = ["currency"],
            /// `blockchain` or `exchange`.
            transaction_type: String as Words("blockchain", "exchange") = ["transaction_type"],
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
            /// Confirmations so far; named `confirmations` in the CoinsPaid-family API.
            confirmation: u64 = ["confirmation", "confirmations"],
            /// The addresses of the senders.
            senders: Vec<String> = ["senders"],
            /// For an exchange: the currency received.
            currency_to: String as Currency = ["currency_to"],
            /// For an exchange: the amount received.
            amount_to: Amount = ["amount_to"],
        },
    }
}

reply! {
    /// A fee.
    Fee {
        optional: {
            /// `mining`, `withdrawal`, `exchange`, `deposit` or `transfer`.
            r#type: String as Words("mining", "withdrawal", "exchange", "deposit", "transfer") = ["type"],
            /// Currency code.
            currency: String as Currency = ["currency"],
            /// The amount.
            amount: Amount = ["amount"],
        },
    }
}

reply! {
    /// The rate of an exchange.
    ExchangeRate {
        optional: {
            /// Such as `BTCUSDT`; the network is not part of it.
            ticker: String = ["ticker"],
            /// The rate.
            rate: Amount = ["rate"],
            /// The amount received, before it was rounded to the currency's decimals.
            exchanged_amount: Amount = ["exchanged_amount"],
        },
    }
}
