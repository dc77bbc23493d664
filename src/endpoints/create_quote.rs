//! `POST /exchange/create-quota`

use crate::{Amount, endpoint::endpoint, reply::reply};

endpoint! {
    /// Asks for a quote to exchange one currency into another. No money moves; `make-exchange` carries it out.
    ///
    /// The path says "quota", the field says "quote": both are the gateway's own spelling.
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
        source: "API Documentation / API Endpoints; of the reply only `quote_id` is documented",
        errors: [
            CoinNotFound, CoinNotSupported, AmountTooLow, InvalidAmount, CommissionNotFound,
            CreateQuotaError,
        ],
        required: {
            /// The currency that is given.
            from_coin: Currency = "BTC",
            /// The currency that is got.
            to_coin: Currency = "USDTT",
            /// The amount, in units of `request_coin`, as decimal text.
            request_amount: Amount = "0.01",
            /// The side whose amount is fixed: equal to `from_coin` or to `to_coin`.
            request_coin: Currency = "BTC",
        },
    }
}

reply! {
    /// A quote, to be carried out once and soon. Its lifetime is not documented.
    Quote {
        required: {
            /// What `make-exchange` takes.
            quote_id: String = ["quote_id"],
        },
        optional: {
            /// The currency that is given.
            from_coin: String as Currency = ["from_coin"],
            /// The currency that is got.
            to_coin: String as Currency = ["to_coin"],
            /// The amount that would be given.
            from_amount: Amount = ["from_amount"],
            /// The amount that would be got.
            to_amount: Amount = ["to_amount"],
            /// The rate.
            rate: Amount = ["rate"],
        },
    }
    // `make-exchange` would move these.
    echoes: &["from_coin", "to_coin"],
}
