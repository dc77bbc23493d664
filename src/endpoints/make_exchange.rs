//! `POST /exchange/make-exchange`

use crate::{Amount, endpoint::endpoint, json::Unreadable, reply::reply};

endpoint! {
    /// Carries out a quote. Moves money: it is sent at most once, and an unknown outcome must be reconciled by `quote_id`.
    ///
    /// ```
    /// # use citrn::{Executed, endpoints::MakeExchange, parse};
    /// let call = MakeExchange::new("b3f1");
    /// assert_eq!(parse::<MakeExchange>(200, br#"{"data":{"status":"processing"}}"#)?.status.as_deref(), Some("processing"));
    /// // The answer got lost: the money may have moved.
    /// assert_eq!(parse::<MakeExchange>(502, b"").unwrap_err().executed(), Executed::Unknown);
    /// # Ok::<(), citrn::Error>(())
    /// ```
    MakeExchange -> Exchange {
        name: "exchange.makeExchange",
        Post "/exchange/make-exchange" on Com,
        signed: true,
        kind: MovesMoney,
        source: "API Documentation / API Endpoints; the reply's fields are a sibling's",
        errors: [ResourceNotFound, BalanceNotEnough, DuplicationRequest, ProcessExchangeQuotaError],
        required: {
            /// The quote, as `create-quota` gave it.
            quote_id: Text = "b3f1c2d4-0000-4000-8000-000000000000",
        },
    }
}

reply! {
    /// An exchange that the gateway took on.
    Exchange {
        optional: {
            /// The gateway's id of the transaction.
            id: String = ["id"],
            /// The quote that was carried out.
            quote_id: String = ["quote_id"],
            /// `exchange`
            r#type: String as Words("exchange") = ["type"],
            /// Such as `processing`.
            status: String = ["status"],
            /// What is debited.
            sender_amount: Amount = ["sender_amount"],
            /// Currency of what is debited.
            sender_currency: String as Currency = ["sender_currency"],
            /// What is credited.
            receiver_amount: Amount = ["receiver_amount"],
            /// Currency of what is credited.
            receiver_currency: String as Currency = ["receiver_currency"],
            /// The fee.
            fee_amount: Amount = ["fee_amount"],
            /// Currency of the fee.
            fee_currency: String as Currency = ["fee_currency"],
            /// The rate.
            price: Amount = ["price"],
        },
    }
    check: |exchange| match ["id", "quote_id", "status", "sender_amount", "receiver_amount"].iter().find_map(|name| exchange.string(name)) {
        Some(_) => Ok(()),
        None => Err(Unreadable::new("the body has nothing of an exchange: no id, status or amount")),
    },
}
