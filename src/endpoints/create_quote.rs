//! `POST /exchange/create-quota`

use crate::{Amount, endpoint::endpoint, reply::reply};

endpoint! {
    /// Creates a quote for exchanging one currency into another. No money moves until `make-exchange` carries it out.
    ///
    /// The gateway spells the path "quota" and the field "quote".
    ///
    /// ```
    /// # use citrn::{endpoints::CreateQuote, parse};
    /// let spend_a_hundredth = CreateQuote::new("BTC", "USDTT", "0.01", "BTC");
    /// let receive_five_hundred = CreateQuote::new("BTC", "USDTT", "500", "USDTT");
    /// assert_eq!(parse::<CreateQuote>(200, br#"{"quote_id":"b3f1"}"#)?.quote_id, "b3f1");
    /// # Ok::<(), citrn::Error>(())
    /// ```
    CreateQuote -> Quote {
        name: "exchange.createQuota",
        Post "/exchange/create-quota" on Com,
        signed: true,
        kind: Creates,
        takes extra,
        source: "API Documentation / API Endpoints, which documents only `quote_id` of the reply",
        errors: [
            CoinNotFound, CoinNotSupported, AmountTooLow, InvalidAmount, CommissionNotFound,
            CreateQuotaError,
        ],
        required: {
            /// The currency to give.
            from_coin: Currency = "BTC",
            /// The currency to receive.
            to_coin: Currency = "USDTT",
            /// The amount, in units of `request_coin`, as decimal text.
            request_amount: Amount = "0.01",
            /// The side whose amount is fixed: equal to `from_coin` or to `to_coin`.
            request_coin: Currency = "BTC",
        },
    }
}

reply! {
    /// A quote. It can be carried out once, and expires; its lifetime is not documented.
    Quote {
        required: {
            /// The quote's id, which `make-exchange` takes.
            quote_id: String = ["quote_id"],
        },
        optional: {
            /// The currency to give.
            from_coin: String as Currency = ["from_coin"],
            /// The currency to receive.
            to_coin: String as Currency = ["to_coin"],
            /// The amount to give.
            from_amount: Amount = ["from_amount"],
            /// The amount to receive.
            to_amount: Amount = ["to_amount"],
            /// The rate.
            rate: Amount = ["rate"],
        },
    }
    // `make-exchange` moves money in these currencies.
    echoes: &["from_coin", "to_coin"],
}
