//! `POST /withdrawal/crypto`

use crate::{Amount, endpoint::endpoint, json::Unreadable, reply::reply};

endpoint! {
    /// Pays out to an address. Moves money: it is sent at most once, and an unknown outcome must be reconciled by `foreign_id`.
    ///
    /// The final state comes from the final callback only, even if this call was interrupted (Payment Flows). See the
    /// guide [`crate::guides::paying_out`] before you pay out.
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
    CreateWithdrawal -> Withdrawal {
        name: "withdrawals.create",
        Post "/withdrawal/crypto" on Io,
        signed: true,
        kind: MovesMoney,
        source: "API Documentation / API Endpoints; Integration Guide / Withdrawals; the reply's fields are a sibling's",
        errors: [
            CoinNotFound, NetworkNotFound, AddressNotFound, InvalidAddress, BalanceNotEnough, NetworkNotAvailable,
            WithdrawDisabled, DuplicationRequest, AmountTooLow, InvalidAmount, WithdrawalVirtualCoin,
            WithdrawalBaseCoinMismatch, CommissionNotFound,
        ],
        required: {
            /// The receiver's address.
            address: Text = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
            /// The merchant's id of this withdrawal, 1 to 255 visible characters, without white space around them; never used before.
            foreign_id: ForeignId = "payout-881",
            /// The amount, as decimal text.
            amount: Amount = "25",
            /// Currency code.
            currency: Currency = "USDTT",
        },
        optional: {
            /// The currency in which the payment is made, such as `EUR` or `USDTT`. Its direction is not documented clearly; it is passed on literally.
            convert_to: Currency = "EUR",
            /// Described as "Secret key" without more; leave it out unless Citron tells you what it is. Never the API secret.
            key: Key = "key-of-your-account",
            /// Destination tag; required for TON, where an empty text says that there is none.
            memo: Memo = "",
        },
    }
}

reply! {
    /// A withdrawal that the gateway took on. It is not final: the callback is.
    Withdrawal {
        optional: {
            /// The gateway's id of the transaction.
            id: String = ["id"],
            /// The merchant's id of this withdrawal.
            foreign_id: String = ["foreign_id"],
            /// `withdrawal` or `withdrawal_exchange`.
            r#type: String as Words("withdrawal", "withdrawal_exchange") = ["type"],
            /// Such as `processing`.
            status: String = ["status"],
            /// The amount asked for.
            amount: Amount = ["amount"],
            /// What is debited.
            sender_amount: Amount = ["sender_amount"],
            /// Currency of what is debited.
            sender_currency: String as Currency = ["sender_currency"],
            /// What the receiver gets.
            receiver_amount: Amount = ["receiver_amount"],
            /// Currency of what the receiver gets.
            receiver_currency: String as Currency = ["receiver_currency"],
        },
    }
    check: |withdrawal| match (withdrawal.string("id"), withdrawal.string("foreign_id")) {
        (None, None) => Err(Unreadable::new("the body has neither `id` nor `foreign_id`, so it is not a withdrawal")),
        _ => Ok(()),
    },
}
