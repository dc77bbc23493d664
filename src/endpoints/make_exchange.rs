//! `POST /exchange/make-exchange`

use crate::{Amount, endpoint::endpoint, json::Unreadable, reply::reply};

endpoint! {
    /// Carries out a quote. Moves money: it is sent at most once, and an unknown outcome must be reconciled by
    /// `quote_id`.
    ///
    /// ```
    /// # use citrn::{Executed, endpoints::MakeExchange, parse};
    /// let call = MakeExchange::new("b3f1");
    /// let exchange = parse::<MakeExchange>(200, br#"{"data":{"status":"processing"}}"#)?;
    /// assert_eq!(exchange.status.as_deref(), Some("processing"));
    /// // The answer was lost: the money may have moved.
    /// assert_eq!(parse::<MakeExchange>(502, b"").unwrap_err().executed(), Executed::Unknown);
    /// # Ok::<(), citrn::Error>(())
    /// ```
    MakeExchange -> Exchange {
        name: "exchange.makeExchange",
        Post "/exchange/make-exchange" on Com,
        signed: true,
        kind: MovesMoney,
        takes extra,
        source: "API Documentation / API Endpoints. Reply fields: not documented by Citron; names as in the \
            CoinsPaid family",
        errors: [ResourceNotFound, BalanceNotEnough, DuplicationRequest, ProcessExchangeQuotaError],
        required: {
            /// The id of the quote, as `create-quota` returned it.
            quote_id: Text = "b3f1c2d4-0000-4000-8000-000000000000",
        },
    }
}

reply! {
    /// An exchange that the gateway accepted.
    Exchange {
        optional: {
            /// The gateway's id of the transaction.
            id: String = ["id"],
            /// The quote that was carried out.
            quote_id: String = ["quote_id"],
            /// The type, `exchange`.
            r#type: String as Words("exchange") = ["type"],
            /// The state, such as `processing`.
            status: String = ["status"],
            /// The debited amount.
            sender_amount: Amount = ["sender_amount"],
            /// Currency of the debited amount.
            sender_currency: String as Currency = ["sender_currency"],
            /// The credited amount.
            receiver_amount: Amount = ["receiver_amount"],
            /// Currency of the credited amount.
            receiver_currency: String as Currency = ["receiver_currency"],
            /// The fee.
            fee_amount: Amount = ["fee_amount"],
            /// Currency of the fee.
            fee_currency: String as Currency = ["fee_currency"],
            /// The rate.
            price: Amount = ["price"],
        },
    }
    check: |exchange| {
        let names = ["id", "quote_id", "status", "sender_amount", "receiver_amount"];
        match names.iter().find_map(|name| exchange.string(name)) {
            Some(_) => Ok(()),
            None => Err(Unreadable::new("the body is not an exchange: it has no id, status or amount")),
        }
    },
}
