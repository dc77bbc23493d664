//! `POST /withdrawal/crypto`

use crate::{Amount, endpoint::endpoint, json::Unreadable, reply::reply};

endpoint! {
    /// Pays out to an address. Moves money: it is sent at most once, and an unknown outcome must be reconciled by
    /// `foreign_id`.
    ///
    /// Only the final callback reports the final state, even if this call was interrupted (Payment Flows). A withdrawal
    /// cannot be looked up.
    ///
    /// ```
    /// use citrn::endpoints::CreateWithdrawal;
    /// let call = CreateWithdrawal::new("TXYZ...", "payout-881", "25", "USDTT");
    /// # use citrn::Endpoint;
    /// assert_eq!(
    ///     call.fields().to_json(),
    ///     r#"{"address":"TXYZ...","foreign_id":"payout-881","amount":"25","currency":"USDTT"}"#,
    /// );
    /// ```
    ///
    /// Read the guide [`crate::guides::paying_out`] first.
    CreateWithdrawal -> Withdrawal {
        name: "withdrawals.create",
        Post "/withdrawal/crypto" on Io,
        signed: true,
        kind: MovesMoney,
        takes extra,
        source: "API Documentation / API Endpoints; Integration Guide / Withdrawals. Reply fields: not \
            documented by Citron; names as in the CoinsPaid family",
        errors: [
            CoinNotFound, NetworkNotFound, AddressNotFound, InvalidAddress, BalanceNotEnough, NetworkNotAvailable,
            WithdrawDisabled, DuplicationRequest, AmountTooLow, InvalidAmount, WithdrawalVirtualCoin,
            WithdrawalBaseCoinMismatch, CommissionNotFound,
        ],
        required: {
            /// The receiver's address.
            address: Text = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
            /// The merchant's id of this withdrawal, never used before. 1 to 255 visible characters, without white
            /// space around them.
            foreign_id: ForeignId = "payout-881",
            /// The amount, as decimal text.
            amount: Amount = "25",
            /// Currency code.
            currency: Currency = "USDTT",
        },
        optional: {
            /// The currency in which the payment is made, such as `EUR` or `USDTT`, sent unchanged. The documentation
            /// does not say clearly in which direction it converts.
            convert_to: Currency = "EUR",
            /// Documented only as "Secret key". Leave it out unless Citron asks you to send it. Never the API secret.
            key: Key = "key-of-your-account",
            /// Destination tag. Required for TON; an empty text says that there is none.
            memo: Memo = "",
        },
    }
}

reply! {
    /// A withdrawal that the gateway accepted. This state is not final; the final callback reports the result.
    Withdrawal {
        optional: {
            /// The gateway's id of the transaction.
            id: String = ["id"],
            /// The merchant's id of this withdrawal.
            foreign_id: String = ["foreign_id"],
            /// `withdrawal` or `withdrawal_exchange`.
            r#type: String as Words("withdrawal", "withdrawal_exchange") = ["type"],
            /// The state, such as `processing`.
            status: String = ["status"],
            /// The requested amount.
            amount: Amount = ["amount"],
            /// The debited amount.
            sender_amount: Amount = ["sender_amount"],
            /// Currency of the debited amount.
            sender_currency: String as Currency = ["sender_currency"],
            /// The amount that the receiver gets.
            receiver_amount: Amount = ["receiver_amount"],
            /// Currency of the amount that the receiver gets.
            receiver_currency: String as Currency = ["receiver_currency"],
        },
    }
    check: |withdrawal| match (withdrawal.string("id"), withdrawal.string("foreign_id")) {
        (None, None) => Err(Unreadable::new("the body has neither `id` nor `foreign_id`, so it is not a withdrawal")),
        _ => Ok(()),
    },
}
